import type { Criterion } from '../../core/optimizer.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';

/**
 * The point of a noisy simulator to be run again where nothing new is left: of those known (the rows of `known`, k x d) and not in flight
 * the one with the greatest value of the criterion. With all of them in flight, or without a criterion, the one that has been run least; undefined without rows.
 */
export function repetition(known: Matrix, pending: Matrix, criterion?: Criterion): Float64Array | undefined {
  const flying = PointSet.of(pending);
  const points = counted(known.stack(pending));
  const idle = points.filter(({ u }) => !flying.has(u));
  if (!criterion || idle.length === 0) return points.sort((a, b) => a.runs - b.runs)[0]?.u;
  const values = criterion.value(Matrix.from(idle.map(({ u }) => u)));
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return idle[best].u;
}

/** The distinct rows of x, and how often each of them occurs. */
function counted(x: Matrix): { readonly u: Float64Array; runs: number }[] {
  const counts = new Map<string, { readonly u: Float64Array; runs: number }>();
  for (let i = 0; i < x.rows; i++) {
    const u = x.row(i).slice();
    const known = counts.get(u.join());
    if (known) known.runs++;
    else counts.set(u.join(), { u, runs: 1 });
  }
  return [...counts.values()];
}
