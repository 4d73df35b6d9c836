import { outputList } from '../core/output.ts';
import { categorical, integer, ordinal, type Parameters, real } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';

export const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
export const mixed = new Space({
  length: real(0.5, 3),
  load: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  gauge: ordinal([1, 2, 4, 8]),
  material: categorical('steel', 'aluminium', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
} satisfies Parameters);
export const numbers = outputList({ height: {}, weight: {} });
export const classes = outputList({ verdict: { classes: ['good', 'fair', 'bad'] } });
export const twoClasses = outputList({ side: { classes: ['left', 'right'] } });

export function smooth(u: Float64Array): number {
  return Math.sin(3 * u[0]) + u[1] * u[1] - 0.5 * u[2] + u[0] * u[1];
}

export function mixedAnswer(u: Float64Array): number {
  return u[0] + Math.cos(2 * Math.PI * u[2]) + 0.3 * u[3] - u[4] + (u[5] > 0.5 ? 0.7 : 0) + u[6] * u[1];
}
