import type { Criterion } from '../../core/optimizer.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { ModelData } from './columns.ts';
import { BAYESIAN_POLICY } from './policy.ts';
import { limitScale } from './transform.ts';

/**
 * Whether to trust the models of limits only near the best row: the search has a feasible row, and many of its latest points, predicted to be feasible,
 * missed a limit by more than its {@link limitScale}. A function of the rows alone.
 */
export function isMisled({ columns }: ModelData): boolean {
  const limits = columns.filter(({ kind, modeled }) => kind === 'constraint' && modeled);
  if (limits.length === 0) return false;
  const scales = limits.map(({ values, limit }) => limitScale(values, limit));
  const first = limits[0].values.findIndex((_, i) => limits.every(({ values }) => values[i] <= 0));
  if (first < 0) return false;
  const isFar = (i: number) => limits.some(({ values }, k) => values[i] > scales[k]);
  const latest = Array.from(limits[0].values.keys())
    .slice(first + 1)
    .slice(-BAYESIAN_POLICY.limits.latestRows);
  return latest.filter(isFar).length >= BAYESIAN_POLICY.limits.missedRows;
}

/** The criterion, to be minimized, at points that differ from `center` by a level or two in all, a category by any; NaN at others. */
export function withinLevels(criterion: Criterion, { columns }: Space, center: Float64Array): Criterion {
  const isWithin = (u: Float64Array) => {
    let steps = 0;
    columns.forEach(({ kind, levels }, j) => {
      if (levels === Number.POSITIVE_INFINITY || u[j] === center[j]) return;
      steps += kind === 'categorical' ? 1 : Math.round(Math.abs(u[j] - center[j]) * levels);
    });
    return steps <= BAYESIAN_POLICY.limits.levels;
  };
  const value = (x: Matrix) => {
    const near = Array.from({ length: x.rows }, (_, i) => i).filter((i) => isWithin(x.row(i)));
    const values = new Float64Array(x.rows).fill(Number.NaN);
    criterion.value(x.select(near)).forEach((own, k) => {
      values[near[k]] = own;
    });
    return values;
  };
  return criterion.gradient ? { value, gradient: (u) => criterion.gradient!(u) } : { value };
}
