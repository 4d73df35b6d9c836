import { completedRows } from '../../core/dataset.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, list, number, type OptionsOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import { outputStates } from '../../core/state/data-state.ts';
import { matrixState } from '../../core/state/matrix-state.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { type Standardized, standardize } from '../standardize.ts';
import { families, type Term } from './basis.ts';
import { leastAngle } from './lars.ts';
import { type PolynomialColumnState, PolynomialModel } from './model.ts';
import { TermLibrary } from './term-library.ts';

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
        const finite = completedRows(data, 'polynomial chaos');
        const { x, outputs, space } = finite;
        const n = x.rows;
        const library = new TermLibrary(families(space.columns), x);
        const most = Math.max(1, Math.min(maxTerms, Math.floor(NUMBERS / n)));
        const targets = targetColumns(outputs, finite.targets());
        const constant = targets.filter(({ values }) => values.every((value) => value === values[0]));
        const columns: PolynomialColumnState[] = [];
        for (const [k, { values }] of targets.entries()) {
          const standardized = standardize(values);
          const terms =
            standardized.deviation > 0
              ? await chooseTerms(library, standardized, { maxDegree, most, norms }, pause)
              : [];
          columns.push({ terms, standardized });
          run.progress?.({ phase: 'fit polynomial chaos', done: k + 1, total: targets.length });
        }
        const notes = rowNotes(
          n,
          data.size,
          constant.map(({ name }) => name),
        );
        return new PolynomialModel({
          kind: 'polynomial',
          coordinates: space.columns,
          outputs: outputStates(outputs),
          x: matrixState(x),
          ...{ columns, notes, chosen: true },
        });
      },
    });
  },
);

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
