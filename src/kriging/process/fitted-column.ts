import type { Response } from '../response/response.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import type { ColumnState } from './process-state.ts';

/** One column of the predictions: a number, or the indicator of a class. Without `kriging` it is constant. */
export interface GaussianProcessColumn {
  readonly response: Response;
  readonly kriging?: ColumnPosterior;
  /** Factor of the posterior variance of the latent variable, 1 to 10. */
  readonly calibration: number;
  /** What the cross-validation behind the calibration said, where there was one. */
  readonly left?: LeftOut;
}

/** Latent means and variances (noise included) at the rows, from the other parts; NaN where a row was not predicted. */
export interface LeftOut {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The column as plain data. */
export function columnState({ response, kriging, calibration, left }: GaussianProcessColumn): ColumnState {
  return {
    transform: response.transform.name,
    values: response.values,
    calibration,
    ...(kriging && { process: kriging.state }),
    ...(left && { left }),
  };
}
