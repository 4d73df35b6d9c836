import type { AcquisitionView } from '../../core/optimizer.ts';
import { mean, variance } from '../../numerics/statistics.ts';

/** Standard deviation of each of c columns of the model's mean over the history; 1 where it is zero or there are no rows. */
export function spreads({ model, history }: AcquisitionView): Float64Array {
  const mean = model.predict(history.x);
  return Float64Array.from({ length: mean.columns }, (_, c) => spreadOf(mean.column(c)));
}

/** Standard deviation of the finite values; 1 where it is zero or there are none. */
export function spreadOf(column: Float64Array): number {
  return deviation(column) || 1;
}

function deviation(column: Float64Array): number {
  // A closed form may have no value where a run failed.
  const values = column.filter(Number.isFinite);
  if (values.length === 0) return 0;
  const spread = Math.sqrt(variance(values));
  // Equal values have a spread of a rounding error.
  return spread > 1e-13 * Math.abs(mean(values)) ? spread : 0;
}
