import { predictionColumns } from '../../core/columns.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, list, number, type OptionsOf, option } from '../../core/options.ts';
import type { Output } from '../../core/output.ts';
import { equalRows } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { type Standardized, standardize } from '../standardize.ts';
import { treeNotes } from '../trees/decision-tree.ts';
import { type Family, families, PointBasis, type Term, termsOf } from './basis.ts';
import { PolynomialColumn } from './column.ts';
import { leastAngle } from './lars.ts';
import { type GrowingLeastSquares, type StandardColumn, standardColumn } from './least-squares.ts';
import { PolynomialModel } from './model.ts';

const OPTIONS = {
  maxDegree: option(count, 'Highest degree to try.', 20),
  maxTerms: option(
    count,
    'Most candidate terms of a degree, fewer above 1,000 rows; higher degrees are not tried.',
    1500,
  ),
  norms: option(
    list(number({ above: 0, to: 1 }), 1),
    'Norms of the hyperbolic truncation to try; 1 allows every product up to the degree.',
    [0.5, 0.75, 1],
  ),
};

/** Options of {@link polynomialChaos}. */
export type PolynomialChaosOptions = OptionsOf<typeof OPTIONS>;

/** Most numbers in the columns of all candidates. */
const NUMBERS = 1.5e6;
/** Degrees in a row that may be worse than the best before the search ends. */
const WORSE = 2;

/**
 * Sparse polynomial chaos by least angle regression [Blatman2011]: products of orthonormal polynomials (Legendre for numbers,
 * waves for periodic coordinates, contrasts for categories), chosen from candidate sets of growing degree under each norm, and
 * fitted by least squares. The set, and how many of its terms, is what has the lowest corrected leave-one-out error. The
 * variance is that of least squares, its noise taken from the leave-one-out residuals times the same correction.
 */
export const polynomialChaos: Factory<PolynomialChaosOptions, Recipe<PolynomialModel>> = factory(
  'polynomialChaos',
  OPTIONS,
  ({ maxDegree, maxTerms, norms }) => {
    return merging({
      name: 'polynomial chaos',
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = data.finite();
        const { x, outputs, space } = finite;
        const n = x.rows;
        ensure(
          n > 0,
          'no-data',
          `polynomial chaos needs at least one completed row, got ${data.size} rows, all failed`,
        );
        const library = new TermLibrary(families(space.columns), x);
        const most = Math.max(1, Math.min(maxTerms, Math.floor(NUMBERS / n)));
        const targets = targetColumns(outputs, finite.targets());
        const constant = targets.filter(({ values }) => values.every((value) => value === values[0]));
        const columns: PolynomialColumn[] = [];
        for (const [k, { values }] of targets.entries()) {
          const standardized = standardize(values);
          const terms =
            standardized.deviation > 0
              ? await chooseTerms(library, standardized, { maxDegree, most, norms }, pause)
              : [];
          columns.push(library.fit(terms, standardized, correction));
          run.progress?.({ phase: 'fit polynomial chaos', done: k + 1, total: targets.length });
        }
        const notes = treeNotes(
          n,
          data.size,
          constant.map(({ name }) => name),
        );
        return new PolynomialModel(outputs, x.columns, columns, { points: n, notes, q2Loo: q2Of(outputs, columns) });
      },
    });
  },
);

/** By how much choosing the terms has made the leave-one-out error too small. */
function correction(fit: GrowingLeastSquares): number {
  const error = fit.looError();
  const corrected = fit.correctedLooError();
  return error > 0 && corrected < Number.POSITIVE_INFINITY ? corrected / error : 1;
}

/** q2 of each output; of a class the mean over its names. */
export function q2Of(outputs: readonly Output[], columns: readonly PolynomialColumn[]): number[] {
  return predictionColumns(outputs).map(({ start, width }) => {
    const own = columns.slice(start, start + width);
    return own.reduce((sum, { q2 }) => sum + q2, 0) / own.length;
  });
}

interface Search {
  readonly maxDegree: number;
  readonly most: number;
  readonly norms: readonly number[];
}

async function chooseTerms(
  library: TermLibrary,
  { values }: Standardized,
  { maxDegree, most, norms }: Search,
  pause: () => Promise<void>,
): Promise<readonly Term[]> {
  let best: { terms: readonly Term[]; error: number } = { terms: [], error: Number.POSITIVE_INFINITY };
  for (const q of norms) {
    let [lowest, worse] = [Number.POSITIVE_INFINITY, 0];
    for (let degree = 1; degree <= maxDegree && worse < WORSE; degree++) {
      await pause();
      const terms = library.candidates(degree, q, most);
      if (!terms) break;
      const { chosen, error } = leastAngle(library.columns(terms), values, library.groups);
      worse = error < lowest ? 0 : worse + 1;
      lowest = Math.min(lowest, error);
      if (error < best.error) best = { terms: chosen.map((k) => terms[k]), error };
    }
  }
  return best.terms;
}

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
