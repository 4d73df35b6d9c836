import { Dataset } from '../../core/dataset.ts';
import { ImagoError } from '../../core/errors.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { uniform } from '../../sampling/uniform.ts';

/**
 * At most `count` points to measure a student on, none of which is a row of `data`, what it learned: as `transfer` draws them from nothing; where
 * those are rows of the data, as in a sequence without a scramble, as it goes on after the data; then the end of a longer draw, where it takes
 * the rows of a pool in order; then uniform ones. Fewer, or none, where a finite space has no others.
 */
export function holdoutPoints(transfer: Sampler, count: number, data: Dataset, run: Run): Matrix {
  const { space, outputs, x } = data;
  const learned = new Set(Array.from({ length: x.rows }, (_, i) => x.row(i).join()));
  const empty = Dataset.empty(space, outputs);
  const draws = [
    () => transfer.sample(space, count, empty, run),
    () => transfer.sample(space, count, data, childRun(run, 'after')),
    () => transfer.sample(space, data.size + count, empty, childRun(run, 'longer')),
    () => uniform().sample(space, count, data, childRun(run, 'uniform')),
  ];
  const fresh: Float64Array[] = [];
  for (const draw of draws) {
    if (fresh.length === count) break;
    const points = drawn(draw);
    for (let i = 0; i < points.rows && fresh.length < count; i++)
      if (!learned.has(points.row(i).join())) fresh.push(points.row(i));
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
