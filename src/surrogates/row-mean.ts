import { predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';

/** c numbers: the weighted mean of the targets of some rows, at least one; shares that make one do not pass 1 by rounding. */
export function meanOfRows(data: Dataset, rows: readonly number[]): Float64Array {
  const targets = data.targets();
  const weights = rows.map((i) => data.weights?.[i] ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(targets.columns);
  rows.forEach((i, at) => {
    const share = weights[at] / total;
    for (let c = 0; c < mean.length; c++) mean[c] += share * targets.get(i, c);
  });
  predictionColumns(data.outputs).forEach(({ start, width }, k) => {
    if (data.outputs[k].classes) for (let c = start; c < start + width; c++) mean[c] = Math.min(1, mean[c]);
  });
  return mean;
}
