import type { Criterion } from '../../core/optimizer.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type MultiStartOptions, multiStart, type Ranking } from './multi-start.ts';

/**
 * {@link multiStart} among the points whose real coordinates are within `reach` of those of the canonical point `center`; periodic and
 * discrete coordinates are free.
 */
export function multiStartNear(
  criterion: Criterion,
  space: Space,
  center: Float64Array,
  reach: number,
  run: Run,
  options?: MultiStartOptions,
): Ranking {
  const sides = center.map((value, j) => {
    const { levels, periodic } = space.columns[j];
    return levels < Number.POSITIVE_INFINITY || periodic ? 1 : Math.min(1, value + reach) - Math.max(0, value - reach);
  });
  const corner = center.map((value, j) => (sides[j] === 1 ? 0 : Math.max(0, value - reach)));
  const placed = (v: Float64Array) => space.canonical(v.map((share, j) => corner[j] + sides[j] * share));
  const placedRows = (x: Matrix) =>
    Matrix.from(
      Array.from({ length: x.rows }, (_, i) => placed(x.row(i))),
      x.columns,
    );
  const zoomed: Criterion = { value: (x) => criterion.value(placedRows(x)) };
  if (criterion.gradient)
    zoomed.gradient = (v) => {
      const { value, gradient } = criterion.gradient!(placed(v));
      return { value, gradient: gradient.map((slope, j) => slope * sides[j]) };
    };
  const anchor = Matrix.from([center.map((value, j) => (value - corner[j]) / sides[j])]);
  const ranking = multiStart(zoomed, space, anchor, run, options);
  return { ...ranking, x: placedRows(ranking.x) };
}
