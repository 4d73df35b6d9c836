import type { Matrix } from '../../numerics/matrix.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import type { ProcessState } from './process-state.ts';

/** The posterior of one standardized output of n rows, exact or approximate. */
export interface ColumnPosterior {
  readonly hyperparameters: Hyperparameters;
  /** Standardized outputs, n numbers. */
  readonly y: Float64Array;
  /** What it is made again from. */
  readonly state: ProcessState;
  /** Writes the means at the rows of `x` to `mean[at], mean[at + step], ...`, and the variances when they are asked for. */
  evaluate(x: Matrix, mean: Float64Array, variance: Float64Array | undefined, at: number, step: number): void;
  /** Mean and variance at `u`; writes their derivatives by the d coordinates. */
  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number };
  /** Mean and variance (nugget included) at each training row without it. */
  leaveOneOut(): { readonly mean: Float64Array; readonly variance: Float64Array };
  /** The q x q covariance of the latent function at the rows of `x`. */
  covariance(x: Matrix): Matrix;
}
