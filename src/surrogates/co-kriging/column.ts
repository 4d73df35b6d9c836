import type { Space } from '../../core/space/space.ts';
import { restoreColumn } from '../../kriging/fit/restored.ts';
import { columnState, type GaussianProcessColumn } from '../../kriging/process/fitted-column.ts';
import { KrigingPosterior } from '../../kriging/process/posterior.ts';
import type { ColumnState } from '../../kriging/process/process-state.ts';
import { Response } from '../../kriging/response/response.ts';
import { type GaussianProcessTransform, transformNamed } from '../../kriging/response/transform.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** What one level adds to the one below. */
export interface CoKrigingStep {
  /**
   * `regressor`: the process has the mean of the level below as one more column of its points and a coefficient for it, the ratio;
   * `difference`: it is that of the differences, the ratio is 1; `none`: the level stands alone, the ratio is 0.
   */
  readonly kind: 'regressor' | 'difference' | 'none';
  readonly column: GaussianProcessColumn;
  /** The rows of this level among those of the fit. */
  readonly rows: readonly number[];
}

/** A column of all levels as plain data. */
export interface CoKrigingColumnState {
  readonly transform: GaussianProcessTransform;
  readonly values: Float64Array;
  readonly steps: readonly (Omit<CoKrigingStep, 'column'> & { readonly column: ColumnState })[];
}

/** Means and variances in the units of the recursion. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Where the ratio stands among the coefficients of a trend: behind the constant. */
const RATIO = 1;

/** One column of the predictions: the recursion `z_t = ratio z_(t-1) + delta_t` over the levels [LeGratiet2014]. */
export class CoKrigingColumn {
  /** The map from the output to the units of the recursion, the same for all levels. */
  readonly response: Response;
  /** Coarsest first; none when the output is constant. */
  readonly steps: readonly CoKrigingStep[];

  constructor(response: Response, steps: readonly CoKrigingStep[]) {
    this.response = response;
    this.steps = steps;
  }

  /** The column of a state; `space` is that without the resolution. */
  static restore({ transform, values, steps }: CoKrigingColumnState, space: Space): CoKrigingColumn {
    return new CoKrigingColumn(
      new Response(values, transformNamed(transform, values)),
      steps.map((step) => ({ ...step, column: restoreColumn(step.column, space) })),
    );
  }

  get state(): CoKrigingColumnState {
    return {
      transform: this.response.transform.name,
      values: this.response.values,
      steps: this.steps.map((step) => ({ ...step, column: columnState(step.column) })),
    };
  }

  /** The ratio of each level to the one below, 0 for the first and for what stands alone. */
  get ratios(): number[] {
    return this.steps.map(ratioOf);
  }

  /** Moments at the rows of `x` (without their resolution), each at its level; with `noise` times the variance of noise there. */
  evaluate(x: Matrix, levels: Int32Array, noise = 0): Moments {
    const mean = new Float64Array(x.rows);
    const variance = new Float64Array(x.rows);
    this.steps.forEach((step, t) => {
      const rows = Array.from(levels.keys()).filter((i) => levels[i] >= t);
      const below = {
        mean: Float64Array.from(rows, (i) => mean[i]),
        variance: Float64Array.from(rows, (i) => variance[i]),
      };
      const here = climb(step, x.select(rows), below);
      rows.forEach((row, i) => {
        mean[row] = here.mean[i];
        variance[row] = here.variance[i];
        if (levels[row] === t) variance[row] += noise * noiseOf(step);
      });
    });
    return { mean, variance };
  }

  /** Mean and variance at `u` (without its resolution) at a level, with their derivatives by its coordinates. */
  gradient(u: Float64Array, level: number) {
    const d = u.length;
    let [mean, variance] = [0, 0];
    let [byMean, byVariance] = [new Float64Array(d), new Float64Array(d)];
    for (const step of this.steps.slice(0, level + 1)) {
      const { kriging, response, calibration } = step.column;
      const own = { mean: new Float64Array(d + 1), variance: new Float64Array(d + 1) };
      const point = step.kind === 'regressor' ? Float64Array.of(...u, mean) : u;
      const at = kriging?.gradient(point, own.mean, own.variance) ?? { mean: 0, variance: 0 };
      const slope = response.stretch(0, 0);
      const square = calibration * response.variance(0, 1);
      const [ratio, spread] = [ratioOf(step), squareRatio(step)];
      // What the mean below changes by way of the price of the ratio.
      const price = square * own.variance[d];
      byVariance = byVariance.map((by, j) => square * own.variance[j] + price * byMean[j] + spread * by);
      byMean = byMean.map((by, j) => slope * own.mean[j] + ratio * by);
      variance = (kriging ? square * at.variance : doubt(step.rows.length)) + spread * variance;
      mean = response.mean(at.mean) + (step.kind === 'difference' ? mean : 0);
    }
    return { mean, variance, byMean, byVariance };
  }

  /**
   * Moments at each row of the fit (n x (d - 1), each at its level) without its answer at that level; what the levels below say
   * there stays.
   */
  leaveOneOut(x: Matrix): Moments {
    const mean = new Float64Array(x.rows);
    const variance = new Float64Array(x.rows);
    this.steps.forEach((step, t) => {
      const { kriging, response, calibration } = step.column;
      const below = this.evaluate(x.select(step.rows), new Int32Array(step.rows.length).fill(t - 1));
      const left = kriging?.leaveOneOut();
      step.rows.forEach((row, i) => {
        const at = left?.mean[i] ?? 0;
        mean[row] = response.mean(at) + (step.kind === 'difference' ? below.mean[i] : 0);
        const own = left ? calibration * response.variance(at, left.variance[i]) : doubt(step.rows.length - 1);
        variance[row] = own + squareRatio(step) * below.variance[i];
      });
    });
    return { mean, variance };
  }
}

/** The points with the mean of the level below as their last column. */
export function withRegressor(x: Matrix, mean: Float64Array): Matrix {
  const all = new Matrix(x.rows, x.columns + 1);
  for (let i = 0; i < x.rows; i++) {
    all.data.set(x.row(i), i * all.columns);
    all.set(i, x.columns, mean[i]);
  }
  return all;
}

/**
 * The moments of a level from those of the level below: `ratio^2 v` and the variance of the ratio times v are added to the variance of
 * the process, in which the price of the trend is that at the mean below [LeGratiet2014, 3.2].
 */
function climb(step: CoKrigingStep, x: Matrix, below: Moments): Moments {
  const { kriging, response, calibration } = step.column;
  const mean = new Float64Array(x.rows);
  const variance = new Float64Array(x.rows);
  kriging?.evaluate(step.kind === 'regressor' ? withRegressor(x, below.mean) : x, mean, variance, 0, 1);
  const spread = squareRatio(step);
  for (let i = 0; i < x.rows; i++) {
    const own = kriging ? calibration * response.variance(mean[i], variance[i]) : doubt(step.rows.length);
    variance[i] = own + spread * below.variance[i];
    mean[i] = response.mean(mean[i]) + (step.kind === 'difference' ? below.mean[i] : 0);
  }
  return { mean, variance };
}

function ratioOf({ kind, column: { kriging, response } }: CoKrigingStep): number {
  if (kind !== 'regressor') return kind === 'difference' ? 1 : 0;
  return kriging ? response.stretch(0, 0) * kriging.hyperparameters.trend[RATIO] : 0;
}

/** The mean of the square of the ratio. */
export function squareRatio(step: CoKrigingStep): number {
  const { kriging, response, calibration } = step.column;
  const square = ratioOf(step) ** 2;
  if (step.kind !== 'regressor' || !(kriging instanceof KrigingPosterior)) return square;
  return square + calibration * response.variance(0, kriging.coefficientVariance(RATIO));
}

/** The variance of the noise of an answer at the level. */
export function noiseOf({ column: { kriging, response, calibration } }: CoKrigingStep): number {
  if (!kriging) return 0;
  const { nugget, variance } = kriging.hyperparameters;
  return calibration * response.variance(0, nugget * variance);
}

/**
 * The variance of what a level adds where n rows all say the same, that of the output over all levels being 1: the deviation falls as
 * the chance that the next row says something else does by the rule of succession.
 */
export function doubt(n: number): number {
  return 1 / (n + 1) ** 2;
}
