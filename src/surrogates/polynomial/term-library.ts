import { equalRows } from '../../core/parts.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Standardized } from '../standardize.ts';
import { type Family, PointBasis, type Term, termsOf } from './basis.ts';
import { PolynomialColumn } from './column.ts';
import { type GrowingLeastSquares, type StandardColumn, standardColumn } from './least-squares.ts';

/** Terms and their standardized columns at the training points, each computed once. */
export class TermLibrary {
  /** Rows at one point, of each point that has several. */
  readonly groups: readonly (readonly number[])[];
  readonly #functions: readonly Family[];
  readonly #x: Matrix;
  readonly #known = new Map<string, StandardColumn | undefined>();

  constructor(functions: readonly Family[], x: Matrix) {
    this.#functions = functions;
    this.#x = x;
    this.groups = equalRows(x).filter(({ length }) => length > 1);
  }

  /** The terms of a truncation that vary over the points; undefined when there are more than `most`. */
  candidates(degree: number, q: number, most: number, interactions?: number): Term[] | undefined {
    const terms = termsOf(this.#functions, degree, q, most, interactions);
    if (!terms) return undefined;
    this.#compute(terms);
    return terms.filter((term) => this.#known.get(keyOf(term)) !== undefined);
  }

  /** Their columns. */
  columns(terms: readonly Term[]): Float64Array[] {
    return this.#standard(terms).map(({ values }) => values);
  }

  /** The least-squares fit of terms. */
  fit(
    terms: readonly Term[],
    standardized: Standardized,
    looFactor: (fit: GrowingLeastSquares) => number,
  ): PolynomialColumn {
    this.#compute(terms);
    return new PolynomialColumn(this.#functions, terms, this.#standard(terms), standardized, looFactor, this.groups);
  }

  #standard(terms: readonly Term[]): StandardColumn[] {
    return terms.flatMap((term) => this.#known.get(keyOf(term)) ?? []);
  }

  #compute(terms: readonly Term[]): void {
    const fresh = terms.filter((term) => !this.#known.has(keyOf(term)));
    if (fresh.length === 0) return;
    const { rows } = this.#x;
    const basis = PointBasis.for(this.#functions, fresh);
    const columns = fresh.map(() => new Float64Array(rows));
    for (let i = 0; i < rows; i++) {
      basis.moveTo(this.#x.row(i));
      for (let k = 0; k < fresh.length; k++) columns[k][i] = basis.value(fresh[k]);
    }
    fresh.forEach((term, k) => {
      this.#known.set(keyOf(term), standardColumn(columns[k]));
    });
  }
}

function keyOf(term: Term): string {
  return term.map(([j, a]) => `${j}:${a}`).join(' ');
}
