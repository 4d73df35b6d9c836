import type { ColumnTerms } from '../../core/exportable.ts';
import {
  add,
  along,
  divide,
  each,
  finite,
  list,
  multiply,
  product,
  square,
  subtract,
  sum,
} from '../../core/graph/term.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { bounded, type Standardized } from '../standardize.ts';
import { type Family, PointBasis, type Term } from './basis.ts';
import { GrowingLeastSquares, type StandardColumn } from './least-squares.ts';

/** What a column answers at a point, in the units of the output. */
export interface ColumnAnswer {
  mean: number;
  variance: number;
}

/** A sum of terms fitted by least squares to the standardized numbers of one prediction column. */
export class PolynomialColumn {
  readonly terms: readonly Term[];
  /** Of the terms, for the standardized numbers, so that their squares are shares of the variance. */
  readonly coefficients: Float64Array;
  /** q2 by leave-one-out; NaN for a constant, and where the other points say nothing of a point. */
  readonly q2: number;
  /** Mean squared error of a prediction beside the uncertainty of the coefficients, in units of the standardized numbers. */
  readonly noise: number;
  readonly #basis: PointBasis;
  readonly #columns: readonly StandardColumn[];
  readonly #standardized: Standardized;
  readonly #fit: GrowingLeastSquares;
  readonly #weights: Float64Array;
  /** The point's standardized terms, and their coordinates in orthonormal directions. */
  readonly #point: Float64Array;
  readonly #rotated: Float64Array;

  /** Columns that depend on those before are left out. `looFactor` makes up for how the terms were chosen; `groups` are rows at one point. */
  constructor(
    functions: readonly Family[],
    terms: readonly Term[],
    columns: readonly StandardColumn[],
    standardized: Standardized,
    looFactor: (fit: GrowingLeastSquares) => number,
    groups: readonly (readonly number[])[],
  ) {
    const fit = new GrowingLeastSquares(standardized.values, groups);
    const n = standardized.values.length;
    const kept = terms.map((_, k) => k).filter((k) => fit.size < n - 1 && fit.add(columns[k].values) !== undefined);
    this.terms = kept.map((k) => terms[k]);
    this.#columns = kept.map((k) => columns[k]);
    this.#standardized = standardized;
    this.#fit = fit;
    this.#basis = PointBasis.for(functions, this.terms);
    this.#weights = fit.coefficients();
    this.coefficients = this.#weights.map((weight, k) => weight / this.#columns[k].deviation);
    this.#point = new Float64Array(kept.length);
    this.#rotated = new Float64Array(kept.length);
    const loo = fit.looError();
    this.q2 = standardized.deviation > 0 && loo < Number.POSITIVE_INFINITY ? 1 - loo : Number.NaN;
    this.noise = looFactor(fit) * this.#meanScaledError();
  }

  /** Mean of r_i^2 / (1 - h_i): a leave-one-out residual has the variance noise / (1 - h_i). */
  #meanScaledError(): number {
    const { residual, leverage } = this.#fit;
    return (
      residual.reduce((sum, r, i) => sum + (r * r) / Math.max(Number.EPSILON, 1 - leverage[i]), 0) / residual.length
    );
  }

  /** Factor from standardized numbers to the output's. */
  get #unit(): number {
    return this.#standardized.deviation * this.#standardized.scale;
  }

  #toUnits(z: number): number {
    const { mean, deviation, scale } = this.#standardized;
    return bounded((z * deviation + mean) * scale);
  }

  /** Moves to a point and answers there. */
  answer(u: ArrayLike<number>): ColumnAnswer {
    this.#basis.moveTo(u);
    const point = this.#point;
    let z = 0;
    for (let k = 0; k < point.length; k++) {
      const { mean, deviation } = this.#columns[k];
      point[k] = (this.#basis.value(this.terms[k]) - mean) / deviation;
      z += this.#weights[k] * point[k];
    }
    let leverage = 1 / this.#fit.residual.length;
    for (let k = 0; k < point.length; k++) {
      const column = this.#fit.inverse[k];
      let sum = 0;
      for (let i = 0; i <= k; i++) sum += column[i] * point[i];
      this.#rotated[k] = sum;
      leverage += sum * sum;
    }
    return { mean: this.#toUnits(z), variance: bounded(this.noise * (1 + leverage) * this.#unit * this.#unit) };
  }

  /**
   * The same of a point, as arithmetic.
   * @internal
   */
  answerTerms({ u }: PointTerms): ColumnTerms {
    const size = this.terms.length;
    const values = this.#basis.terms(u, this.terms).map((value, k) => {
      const { mean, deviation } = this.#columns[k];
      return divide(subtract(value, mean), deviation);
    });
    const point = list(values);
    const z = sum(point.axis, multiply(along(point.axis, this.#weights), each(point)));
    const matrix = new Float64Array(size * size);
    this.#fit.inverse.slice(0, size).forEach((column, k) => {
      matrix.set(column, k * size);
    });
    const rotated = product({ length: size }, matrix, point, true);
    const leverage = sum(rotated.axis, square(each(rotated)), 1 / this.#fit.residual.length);
    const { mean, deviation, scale } = this.#standardized;
    const variance = multiply(multiply(multiply(this.noise, add(1, leverage)), this.#unit), this.#unit);
    return {
      mean: finite(multiply(add(multiply(z, deviation), mean), scale)),
      variance: finite(variance),
    };
  }

  /** Writes the gradients at the point of the last `answer`, d numbers each. */
  gradients(byMean: Float64Array, byVariance: Float64Array): void {
    const size = this.#point.length;
    byMean.fill(0);
    byVariance.fill(0);
    for (let i = 0; i < size; i++) {
      let weight = 0;
      for (let k = i; k < size; k++) weight += this.#fit.inverse[k][i] * this.#rotated[k];
      const { deviation } = this.#columns[i];
      this.#basis.addSlopes(this.terms[i], this.#weights[i] / deviation, byMean);
      this.#basis.addSlopes(this.terms[i], (2 * this.noise * weight) / deviation, byVariance);
    }
    for (let j = 0; j < byMean.length; j++) {
      byMean[j] = bounded(byMean[j] * this.#unit);
      byVariance[j] = bounded(byVariance[j] * this.#unit * this.#unit);
    }
  }

  /** Mean and variance at each training row from the rows at other points. */
  withoutRows(): ColumnAnswer[] {
    const [errors, variances] = [this.#fit.leftOut(), this.#fit.leftOutVariance()];
    const noise = Math.max(this.noise, Number.EPSILON ** 2);
    return Array.from(errors, (error, i) => ({
      mean: this.#toUnits(this.#standardized.values[i] - error),
      variance: Math.max(Number.MIN_VALUE, bounded(noise * variances[i] * this.#unit * this.#unit)),
    }));
  }
}
