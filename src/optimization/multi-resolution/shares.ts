import type { ResolvedModel } from '../../core/model.ts';
import { variance } from '../../numerics/statistics.ts';
import type { ModelData, ModeledColumn } from '../bayesian/columns.ts';
import { type ResolutionSlice, rowOf } from './slice.ts';

/** What share of the variance at `u` an answer of each level would take away, over the modeled columns in units of their spread. */
export function sharesAt(
  u: Float64Array,
  slice: ResolutionSlice,
  { columns }: ModelData,
  fitted: readonly (ModeledColumn | undefined)[],
): number[] {
  const at = slice.at(rowOf(u));
  const parts = new Float64Array(slice.levels.length);
  let total = 0;
  fitted.forEach((one, c) => {
    if (!one) return;
    const model = one.model as ResolvedModel;
    const spread = variance(columns[c].values.map(one.transform.apply));
    if (!(spread > 0)) return;
    const own = model.posterior(at).variance.get(0, 0) / spread;
    total += own;
    slice.levels.forEach((level, t) => {
      parts[t] += own * model.explained(at, level).get(0, 0);
    });
  });
  return Array.from(parts, (part) => (total > 0 ? part / total : 0));
}
