import type { MatrixState } from '../../core/state/matrix-state.ts';
import type { FeatureState } from '../kernels/features.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';
import type { GaussianProcessTransform } from '../response/transform.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import type { GaussianProcessPrior } from './likelihood.ts';
import type { TrendBasis } from './trend.ts';

/** Rows that were added to a factor at once; the process variance was kept where it is given. */
export interface AddedRows {
  readonly rows: number;
  readonly variance?: number | undefined;
}

/** How a posterior came about from its rows. */
export interface KrigingOrigin {
  /** The hyper-parameters that the first rows were factored under, as they are searched. */
  readonly theta: Float64Array;
  /** The process variance, where it is not that estimate of the first rows. */
  readonly variance?: number | undefined;
  /** What was added to the factor, in its order. */
  readonly added: readonly AddedRows[];
}

/** An exact process of one column as plain data. */
export interface ExactState extends KrigingOrigin {
  readonly kind: 'exact';
  readonly kernel: GaussianProcessKernel;
  readonly features: FeatureState;
  readonly basis: TrendBasis;
  /** All rows, n x d or more columns, and their standardized answers. */
  readonly x: MatrixState;
  readonly y: Float64Array;
  /** The shares of a family of lengthscales. */
  readonly family?: MatrixState;
  readonly prior?: GaussianProcessPrior;
}

/** Exact processes under several hyper-parameters as plain data, the estimate first. */
export interface AverageState {
  readonly kind: 'average';
  readonly members: readonly ExactState[];
}

/** An approximated process as plain data. */
export interface ApproximateState {
  readonly kind: 'approximate';
  readonly hyperparameters: Omit<Hyperparameters, 'embedding'>;
  readonly features: FeatureState;
  readonly basis: TrendBasis;
  /** All rows, n x d, and their standardized answers. */
  readonly x: MatrixState;
  readonly y: Float64Array;
  /** The order of the rows, and how many neighbors and inducing points were asked for. */
  readonly order: Int32Array;
  readonly neighbors: number;
  readonly inducing?: number;
}

/** The process of one column as plain data. */
export type ProcessState = ExactState | AverageState | ApproximateState;

/** One column of the predictions as plain data. */
export interface ColumnState {
  readonly transform: GaussianProcessTransform;
  /** The answers that the transform and the standardization are of. */
  readonly values: Float64Array;
  readonly process?: ProcessState;
  readonly calibration: number;
  readonly left?: { readonly mean: Float64Array; readonly variance: Float64Array };
}
