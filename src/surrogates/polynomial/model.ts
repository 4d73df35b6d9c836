import { predictionColumns, toShares } from '../../core/columns.ts';
import { ensure } from '../../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type { DifferentiableModel, Health, LeaveOneOut, Posterior, PosteriorGradient } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { Column } from '../../core/space/space.ts';
import type { OutputState } from '../../core/state/data-state.ts';
import { type MatrixState, matrixOf } from '../../core/state/matrix-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Standardized } from '../standardize.ts';
import { families, type Term } from './basis.ts';
import type { PolynomialColumn } from './column.ts';
import type { GrowingLeastSquares } from './least-squares.ts';
import { TermLibrary } from './term-library.ts';

/** Shares of the variance of each prediction column under uniform inputs, c x d each [Sobol1993]. */
export interface Sensitivity {
  /** What a coordinate explains alone. */
  readonly first: Matrix;
  /** What it explains alone and together with others. */
  readonly total: Matrix;
}

/** What one prediction column is fitted to, and by which terms. */
export interface PolynomialColumnState {
  readonly terms: readonly Term[];
  readonly standardized: Standardized;
}

/** Sums of terms as plain data. */
export interface PolynomialState extends ModelState {
  readonly kind: 'polynomial';
  readonly coordinates: readonly Column[];
  readonly outputs: readonly OutputState[];
  /** n x d. */
  readonly x: MatrixState;
  /** One for each prediction column. */
  readonly columns: readonly PolynomialColumnState[];
  /** Whether the terms were chosen by their error, which is then too small. */
  readonly chosen: boolean;
  readonly notes: readonly string[];
}

/** The least-squares fits of a state. */
export function fittedColumns({ coordinates, x, columns, chosen }: Omit<PolynomialState, 'notes'>): PolynomialColumn[] {
  const library = new TermLibrary(families(coordinates), matrixOf(x));
  const looFactor = chosen ? correction : () => 1;
  return columns.map(({ terms, standardized }) => library.fit(terms, standardized, looFactor));
}

/** By how much choosing the terms has made the leave-one-out error too small. */
function correction(fit: GrowingLeastSquares): number {
  const error = fit.looError();
  const corrected = fit.correctedLooError();
  return error > 0 && corrected < Number.POSITIVE_INFINITY ? corrected / error : 1;
}

/**
 * A sum of products of orthonormal functions of single coordinates, one for each prediction column. A class has one for each of
 * its names, fitted to 0 and 1; `predict` cuts those to [0, 1] and divides by their sum, `posterior` leaves them as they are.
 */
export class PolynomialModel implements DifferentiableModel, LeaveOneOut, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: ModelState;
  readonly health: Health;
  /** @internal */
  readonly columns: readonly PolynomialColumn[];
  readonly #outputs: readonly OutputState[];
  readonly #inputs: number;

  /** `columns` are those of the state where they are fitted already. */
  constructor(state: PolynomialState, columns: readonly PolynomialColumn[] = fittedColumns(state)) {
    this.state = state;
    this.#outputs = state.outputs;
    this.#inputs = state.coordinates.length;
    this.columns = columns;
    const q2Loo = predictionColumns(state.outputs).map(({ start, width }) => {
      const own = columns.slice(start, start + width);
      return own.reduce((sum, { q2 }) => sum + q2, 0) / own.length;
    });
    this.health = { points: state.x.rows, notes: state.notes, q2Loo };
  }

  predict(x: Matrix): Matrix {
    const { mean } = this.posterior(x);
    predictionColumns(this.#outputs).forEach(({ start, width }, k) => {
      if (this.#outputs[k].classes) for (let i = 0; i < x.rows; i++) toShares(mean.row(i), start, width);
    });
    return mean;
  }

  posterior(x: Matrix): Posterior {
    this.#check(x.columns);
    const mean = new Matrix(x.rows, this.columns.length);
    const variance = new Matrix(x.rows, this.columns.length);
    for (let i = 0; i < x.rows; i++)
      this.columns.forEach((column, k) => {
        const answer = column.answer(x.row(i));
        mean.set(i, k, answer.mean);
        variance.set(i, k, answer.variance);
      });
    return { mean, variance };
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    return this.columns.map((column) => column.answerTerms(point));
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    this.#check(u.length);
    const count = this.columns.length;
    const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
    const [meanGradient, varianceGradient] = [new Matrix(count, u.length), new Matrix(count, u.length)];
    this.columns.forEach((column, k) => {
      const answer = column.answer(u);
      [mean[k], variance[k]] = [answer.mean, answer.variance];
      column.gradients(meanGradient.row(k), varianceGradient.row(k));
    });
    return { mean, variance, meanGradient, varianceGradient };
  }

  leaveOneOut(): Posterior {
    const { points } = this.health;
    const mean = new Matrix(points, this.columns.length);
    const variance = new Matrix(points, this.columns.length);
    this.columns.forEach((column, k) => {
      column.withoutRows().forEach((answer, i) => {
        mean.set(i, k, answer.mean);
        variance.set(i, k, answer.variance);
      });
    });
    return { mean, variance };
  }

  /** Sobol' indices, read off the squared coefficients [Sudret2008]; 0 where the column is constant. */
  sensitivity(): Sensitivity {
    const first = new Matrix(this.columns.length, this.#inputs);
    const total = new Matrix(this.columns.length, this.#inputs);
    this.columns.forEach(({ terms, coefficients }, k) => {
      const variance = coefficients.reduce((sum, c) => sum + c * c, 0);
      terms.forEach((term, t) => {
        const share = coefficients[t] ** 2 / variance;
        for (const [j] of term) total.set(k, j, total.get(k, j) + share);
        if (term.length === 1) first.set(k, term[0][0], first.get(k, term[0][0]) + share);
      });
    });
    return { first, total };
  }

  #check(dimension: number): void {
    ensure(
      dimension === this.#inputs,
      'invalid-argument',
      `the model was fitted to points of ${this.#inputs} coordinates, got ${dimension}`,
    );
  }
}
