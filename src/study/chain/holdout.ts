import { Dataset } from '../../core/dataset.ts';
import { ImagoError } from '../../core/errors.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Sampler } from '../../core/sampler.ts';
import { PointFilter } from '../../core/space/point-filter.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { uniform } from '../../sampling/uniform.ts';
import { withAvoided } from './origin.ts';

/**
 * At most `count` points to measure a student on, none of which is a row of `data`, what it learned, or of `seen`, what its teachers were made
 * of, as far as labels are known of those. A sampler of points like those seen is given both. Another one draws as it drew the transfer set; where those are rows of
 * it, as in a sequence without a scramble, it goes on after the data; then the end of a longer draw is taken, as of the rows of a pool in order; then
 * uniform points. Fewer, or none, where there are no others.
 */
export function holdoutPoints(transfer: Sampler, count: number, data: Dataset, run: Run, seen?: Dataset): Matrix {
  const { space, outputs } = data;
  const origin = seen ?? Dataset.empty(space, outputs);
  const learned = PointFilter.of(data.points, origin.finite().points);
  const all = withAvoided(origin, data);
  const after = () => transfer.sample(space, count, all, childRun(run, 'after'));
  const draws = transfer.fromRows
    ? [after]
    : [
        () => transfer.sample(space, count, origin, run),
        after,
        () => transfer.sample(space, data.size + count, origin, childRun(run, 'longer')),
        () => uniform().sample(space, count, all, childRun(run, 'uniform')),
      ];
  const fresh: Float64Array[] = [];
  for (const draw of draws) {
    if (fresh.length === count) break;
    const points = drawn(draw);
    for (let i = 0; i < points.rows && fresh.length < count; i++)
      if (!learned.has(points.row(i))) fresh.push(points.row(i));
  }
  return Matrix.from(fresh, space.dimension);

  /** A sampler may not have that many points, as a full grid: then others do. */
  function drawn(draw: () => Matrix): Matrix {
    try {
      return draw();
    } catch (error) {
      if (error instanceof ImagoError && error.code === 'invalid-argument') return new Matrix(0, space.dimension);
      throw error;
    }
  }
}
