import type { ColumnTerms } from '../../core/exportable.ts';
import {
  add,
  along,
  map,
  max,
  min,
  multiply,
  negate,
  number,
  pick,
  sorted,
  sqrt,
  subtract,
  type Term,
} from '../../core/graph/term.ts';
import type { Scores } from './scores.ts';

/** Lower and upper bound. */
type Bounds = readonly [Term, Term];

/** A prediction plus and minus a multiple of its spread; see `spreadOf`. */
export function boundTerms(column: ColumnTerms, factor: number, least: number): Bounds {
  const half = multiply(factor, spreadTerm(column, least));
  return [subtract(column.mean, half), add(column.mean, half)];
}

function spreadTerm({ variance, observed = variance }: ColumnTerms, least: number): Term {
  const spread = observed ? sqrt(max(0, observed)) : number(1);
  return max(max(spread, least), Number.MIN_VALUE);
}

/** The ends of rank `place` of all rows left out, each laid around what its judge predicts; `judges` has a column for each of them. */
export function rankedTerms(
  judges: readonly ColumnTerms[],
  { residuals, judges: of, least }: Scores,
  place: number,
): Bounds {
  const ends = (sign: number) =>
    sorted(
      judges.map((column, j) => {
        const reaches = residuals.filter((_, i) => of[i] === j).map(Math.abs);
        const axis = { length: reaches.length };
        const half = multiply(along(axis, reaches), spreadTerm(column, least));
        return map(axis, sign > 0 ? add(column.mean, half) : subtract(half, column.mean));
      }),
    );
  return [negate(pick(ends(-1), place)), pick(ends(1), place)];
}

/** The bounds, as wide as errors between levels ask for. */
export function widenedTerms([lower, upper]: Bounds, mean: Term, reach: number): Bounds {
  return [min(lower, subtract(mean, reach)), max(upper, add(mean, reach))];
}
