import { predictionColumns } from '../../core/columns.ts';
import type { Health } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import type { GaussianProcessColumn } from './fitted-column.ts';

/** The health record of fitted columns: their largest jitter and the leave-one-out q2 of each output. */
export function healthOf(
  points: number,
  outputs: readonly Output[],
  columns: readonly GaussianProcessColumn[],
  notes: readonly string[],
): Health {
  const q2Loo = predictionColumns(outputs).map(({ start, width }) => {
    let [press, total] = [0, 0];
    for (const { response, kriging } of columns.slice(start, start + width)) {
      if (!kriging) continue;
      // In class columns every indicator counts by its own variance; a single column's scale cancels.
      const weight = width > 1 ? response.variance(0, 1) : 1;
      const { mean } = kriging.leaveOneOut();
      for (let i = 0; i < points; i++) {
        const y = response.standardisedMean(kriging.y[i]);
        press += weight * (y - response.standardisedMean(mean[i])) ** 2;
        total += weight * y ** 2;
      }
    }
    return total > 0 ? 1 - press / total : Number.NaN;
  });
  const jitter = Math.max(0, ...columns.map(({ kriging }) => kriging?.hyperparameters.jitter ?? 0));
  return { points, notes, jitter, q2Loo };
}
