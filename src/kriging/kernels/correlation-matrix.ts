import type { CorrelationPosterior } from './correlation-posterior.ts';

/** The matrix of correlations between n points, its Cholesky factor L, and what is computed from them. */
export interface Correlation {
  /**
   * Factors the correlations of the scaled features `z` (`n x width`), with `diagonal` on the diagonal, and keeps their
   * slopes when they are asked for; false when the matrix is not positive definite. The rest reads what this left, and
   * must be called before any other object is asked to factor. `shape` is what the kernel has beside lengthscales, logarithms.
   */
  factor(z: Float64Array, diagonal: number, withSlope: boolean, shape?: Float64Array): boolean;
  logDeterminant(): number;
  /** Solves `L x = b` in place for every row of `b` (`q x n`). */
  solveLower(b: Float64Array): void;
  /** Solves `L^T x = b` in place for every row of `b` (`q x n`). */
  solveLowerTransposed(b: Float64Array): void;
  /**
   * With B the inverse, writes `sum over i > k of (B_ik - scale alpha_i alpha_k) slope_ik (z_if - z_kf)^2` for every
   * feature f to `sums` and returns `sum over i of B_ii - scale alpha_i^2`; `factor` must have kept the slopes. A kernel that is
   * no function of the distance writes what takes the place of the sums in the derivatives by its lengthscales; one with a
   * shape writes `sum over i > k of (B_ik - scale alpha_i alpha_k) dk_ik / dshape` to `shapeSums`.
   */
  differentiate(alpha: Float64Array, scale: number, sums: Float64Array, shapeSums?: Float64Array): number;
  /** The diagonal of the inverse, n numbers. */
  inverseDiagonal(): Float64Array;
  /** What answers queries from the factor, `alpha` (n numbers) and the rows of `q` (`p x n`), whatever is factored later. */
  posterior(alpha: Float64Array, q: Float64Array): CorrelationPosterior;
}

/** A correlation that can also be differentiated by the features of its points. */
export interface PointwiseCorrelation extends Correlation {
  /**
   * With B the inverse, writes the derivatives of `sum over i > k of (B_ik - scale alpha_i alpha_k) k_ik` by the scaled features to
   * `byFeature` (`n x width`) and by the shape to `shapeSums`; returns what `differentiate` does.
   */
  differentiatePoints(alpha: Float64Array, scale: number, byFeature: Float64Array, shapeSums: Float64Array): number;
}
