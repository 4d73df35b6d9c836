import type { Matrix } from '../../numerics/matrix.ts';
import type { EmbeddedCoordinate } from '../kernels/embedding.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';

/** What a Gaussian process learnt about one output; lengthscales are in units of the cube. */
export interface Hyperparameters {
  readonly kernel: GaussianProcessKernel;
  /** d numbers. */
  readonly lengthscales: Float64Array;
  /** What the kernel has beside them, logarithms; see `structuredKernel`. */
  readonly shape: Float64Array;
  /** What was learnt about coordinates that are embedded. */
  readonly embedding?: readonly EmbeddedCoordinate[];
  /** Variance of the noise, relative to that of the process. */
  readonly nugget: number;
  /** What had to be added to the nugget to make the matrix positive definite. */
  readonly jitter: number;
  /** Process variance, in standardized units; the sum of squares is divided by n - p. */
  readonly variance: number;
  /** Trend coefficients, in standardized units: the constant, the slopes, the curvatures. */
  readonly trend: Float64Array;
}

/** The posterior of one standardized output of n rows, exact or approximate. */
export interface ColumnPosterior {
  readonly hyperparameters: Hyperparameters;
  /** Standardized outputs, n numbers. */
  readonly y: Float64Array;
  /** Writes the means at the rows of `x` to `mean[at], mean[at + step], ...`, and the variances when they are asked for. */
  evaluate(x: Matrix, mean: Float64Array, variance: Float64Array | undefined, at: number, step: number): void;
  /** Mean and variance at `u`; writes their derivatives by the d coordinates. */
  gradient(u: Float64Array, byMean: Float64Array, byVariance: Float64Array): { mean: number; variance: number };
  /** Mean and variance (nugget included) at each training row without it. */
  leaveOneOut(): { readonly mean: Float64Array; readonly variance: Float64Array };
  /** The q x q covariance of the latent function at the rows of `x`. */
  covariance(x: Matrix): Matrix;
}
