import type { FeatureMap } from '../../core/space/feature-map.ts';
import { matrixState } from '../../core/state/matrix-state.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { CorrelationPosterior } from '../kernels/correlation-posterior.ts';
import type { Embedding } from '../kernels/embedding.ts';
import type { LengthscaleFamily } from '../kernels/family.ts';
import { featureState } from '../kernels/features.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import type { GaussianProcessPrior } from './likelihood.ts';
import type { ExactState, KrigingOrigin } from './process-state.ts';
import type { TrendBasis } from './trend.ts';

/** What a posterior is of, before anything is fitted. */
export interface KrigingGiven {
  readonly map: FeatureMap;
  readonly basis: TrendBasis;
  /** n x d, or more columns: those beyond the d coordinates of `map` are for the trend alone. */
  readonly x: Matrix;
  /** Standardized outputs, n numbers. */
  readonly y: Float64Array;
  /** What lengthscales are searched in; by default each on its own. */
  readonly family?: LengthscaleFamily | undefined;
  /** What few rows draw lengthscales to; by default the median. */
  readonly prior?: GaussianProcessPrior | undefined;
  /** What `map` is one of. */
  readonly embedding?: Embedding | undefined;
}

/** What a posterior consists of: n rows, p basis functions, a factor L of their correlations with nugget and jitter. */
export interface KrigingParts extends KrigingGiven {
  readonly hyperparameters: Hyperparameters;
  /** `L^-1 y`, n numbers. */
  readonly whitened: Float64Array;
  /** `C^-1 (y - trend)`, n numbers. */
  readonly alpha: Float64Array;
  /** Orthonormal rows Q of `F^T L^-T = R^T Q`, `p x n`, and the upper triangular R, `p x p`. */
  readonly q: Float64Array;
  readonly r: Float64Array;
  /** `L^-T Q^T`, `p x n`. */
  readonly back: Float64Array;
  readonly inverseDiagonal: Float64Array;
  /** Answers with `alpha` and `q`. */
  readonly correlations: CorrelationPosterior;
  readonly origin: KrigingOrigin;
}

/** What the posterior is made again from. */
export function exactState(parts: KrigingParts): ExactState {
  const { hyperparameters, basis, x, y, family, prior, origin } = parts;
  return {
    kind: 'exact',
    kernel: hyperparameters.kernel,
    features: featureState(parts),
    ...{ basis, x: matrixState(x), y },
    ...(family && { family: matrixState(family.shares) }),
    ...(prior && { prior }),
    ...origin,
  };
}
