import { real } from 'imago';
import { commandSimulator } from 'imago/node';

const millimeters = (lower: number, upper: number, description: string) =>
  real(lower, upper, { unit: 'mm', description });

/**
 * A steel bracket of 200 x 100 mm in plane stress with two holes, clamped on the left, 6 kN on the right, by finite elements;
 * needs the program FreeFem++. Where a hole meets the other one or the border there is no mesh and no answer.
 */
export default commandSimulator({
  name: 'bracket',
  description: 'A bracket with two holes by finite elements; needs FreeFem++',
  parameters: {
    thick: millimeters(4, 14, 'thickness'),
    h_right: millimeters(20, 90, 'height of the free end'),
    x1: millimeters(30, 90, 'round hole'),
    y1: millimeters(30, 75, 'round hole'),
    r1: millimeters(5, 32, 'radius of the round hole'),
    x2: millimeters(90, 165, 'elliptic hole'),
    y2: millimeters(40, 85, 'elliptic hole'),
    a2: millimeters(5, 40, 'half width of the elliptic hole'),
    b2: millimeters(5, 25, 'half height of the elliptic hole'),
  },
  outputs: {
    mass: { pattern: '^MASS=(\\S+)', unit: 'kg', valid: [0, 3] },
    stress: { pattern: '^SIGMAX=(\\S+)', unit: 'MPa', description: 'largest equivalent stress', valid: [0, 1e6] },
    tip: { pattern: '^TIP=(\\S+)', unit: 'mm', description: 'deflection of the free end' },
  },
  files: { 'bracket.edp': { template: new URL('./bracket.edp', import.meta.url) } },
  command: ['FreeFem++-nw', '-nw', '-v', '0', 'bracket.edp'],
  timeLimit: 90_000,
});
