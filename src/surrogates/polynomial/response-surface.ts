import { completedRows } from '../../core/dataset.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { type OptionsOf, oneOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import { outputStates } from '../../core/state/data-state.ts';
import { matrixState } from '../../core/state/matrix-state.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { standardize } from '../standardize.ts';
import { families } from './basis.ts';
import { fittedColumns, type PolynomialColumnState, PolynomialModel } from './model.ts';
import { TermLibrary } from './term-library.ts';

const OPTIONS = { degree: option(oneOf(1, 2), '1 for a plane, 2 with squares and products of two inputs.', 2) };

/** Options of {@link responseSurface}. */
export type ResponseSurfaceOptions = OptionsOf<typeof OPTIONS>;

/** Most terms: a quadratic of 60 inputs. */
const TERMS = 2000;
/** Most squares and products, in rows: what goes through every row has no residuals to tell its error by. */
const SHARE = 0.8;

/**
 * A response surface [Box1951]: all terms up to the degree, fitted by least squares. Terms come in the order linear, squares,
 * products; those that depend on the ones before are left out, and squares and products beyond four fifths of the rows; the health says so. Two
 * waves stand for a periodic input, contrasts for the levels of a category. The variance is that of least squares, with its noise
 * from the leave-one-out residuals.
 */
export const responseSurface: Factory<ResponseSurfaceOptions, Recipe<PolynomialModel>> = factory(
  'responseSurface',
  OPTIONS,
  ({ degree }) => {
    return merging({
      name: degree === 1 ? 'linear response surface' : 'quadratic response surface',
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = completedRows(data, 'a response surface');
        const { x, outputs, space } = finite;
        const library = new TermLibrary(families(space.columns), x);
        const isLinear = (term: readonly (readonly [number, number])[]) => term.length === 1 && term[0][1] === 1;
        const rank = (term: readonly (readonly [number, number])[]) => (isLinear(term) ? 0 : term.length);
        const all = library.candidates(degree, 1, TERMS) ?? library.candidates(1, 1, Number.POSITIVE_INFINITY) ?? [];
        const terms = all.toSorted((a, b) => rank(a) - rank(b));
        const carried = terms.slice(0, Math.max(terms.filter(isLinear).length, Math.floor(SHARE * (x.rows - 1))));
        const targets = targetColumns(outputs, finite.targets());
        const fit = {
          kind: 'polynomial',
          coordinates: space.columns,
          outputs: outputStates(outputs),
          x: matrixState(x),
          columns: targets.map(({ values }): PolynomialColumnState => {
            const standardized = standardize(values);
            return { terms: standardized.deviation > 0 ? carried : [], standardized };
          }),
          chosen: false,
        } as const;
        await pause();
        const columns = fittedColumns(fit);
        const constant = targets.filter(({ values }) => values.every((value) => value === values[0]));
        const notes = rowNotes(
          x.rows,
          data.size,
          constant.map(({ name }) => name),
        );
        const fewest = columns.reduce((least, column) => Math.min(least, column.terms.length || least), carried.length);
        if (fewest < terms.length)
          notes.push(
            `${terms.length - fewest} of ${terms.length} terms were left out: the rows are too few or do not tell them apart`,
          );
        return new PolynomialModel({ ...fit, notes }, columns);
      },
    });
  },
);
