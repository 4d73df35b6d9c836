import { integer, real } from 'imago';
import { commandSimulator } from 'imago/node';

const halfLength = (lower: number, upper: number) => real(lower, upper, { unit: 'm', description: 'half length' });
const director = (n: number) =>
  real(0.4, 0.5, { unit: 'm', description: 'half length', activeWhen: { ndir: { min: n } } });
const spacing = (n: number) => real(0.2, 0.9, { unit: 'm', description: 'spacing', activeWhen: { ndir: { min: n } } });

/** A Yagi antenna for 144 to 148 MHz of 6.4 mm elements in free space, by the method of moments; needs the program nec2c. */
export default commandSimulator({
  name: 'yagi',
  description: 'A Yagi antenna for the 2 m band by the method of moments; needs nec2c',
  parameters: {
    ndir: integer(1, 4, { description: 'number of directors' }),
    h_r: halfLength(0.47, 0.56),
    h_dr: halfLength(0.44, 0.53),
    h_d1: halfLength(0.4, 0.5),
    h_d2: director(2),
    h_d3: director(3),
    h_d4: director(4),
    s1: real(0.15, 0.7, { unit: 'm', description: 'from the reflector to the driven element' }),
    s2: real(0.08, 0.7, { unit: 'm', description: 'from the driven element to the first director' }),
    s3: spacing(2),
    s4: spacing(3),
    s5: spacing(4),
  },
  outputs: {
    gain: {
      pattern: '^GAIN_MIN=(\\S+)',
      unit: 'dBi',
      description: 'the worst of 144, 146 and 148 MHz',
      valid: [-60, 30],
    },
    gainCenter: { pattern: '^GAIN_C=(\\S+)', unit: 'dBi', description: 'at 146 MHz', valid: [-60, 30] },
    frontToBack: { pattern: '^FB_MIN=(\\S+)', unit: 'dB', description: 'the worst of the three' },
    swr: { pattern: '^SWR_MAX=(\\S+)', description: 'the worst of the three, at 50 ohm', valid: [1, 1e9] },
    boom: { pattern: '^BOOM=(\\S+)', unit: 'm', description: 'length' },
  },
  files: {
    'deck.nec.in': { template: new URL('./deck.nec', import.meta.url) },
    'run.sh': { copy: new URL('./run.sh', import.meta.url) },
  },
  command: ['sh', 'run.sh'],
  version: ['nec2c', '-v'],
  timeLimit: 20_000,
});
