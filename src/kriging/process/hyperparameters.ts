import type { EmbeddedCoordinate } from '../kernels/embedding.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';

/** Fitted hyper-parameters of one output; lengthscales are in units of the cube. */
export interface Hyperparameters {
  readonly kernel: GaussianProcessKernel;
  /** d numbers. */
  readonly lengthscales: Float64Array;
  /** What the kernel has beside them, logarithms; see `structuredKernel`. */
  readonly shape: Float64Array;
  /** Fitted embeddings of coordinates. */
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
