import { levelAt } from '../../core/space/feature-map.ts';
import type { Box } from '../../core/structure.ts';
import { type BoxRows, boxOf, outsideOf, type Sides, wholeCube, withSides } from './box-rows.ts';

/** How boxes are searched. */
export interface IntervalOptions {
  /** How many boxes are kept while one input after the other is restricted. */
  readonly beam: number;
  /** Most inputs that a box restricts. */
  readonly maxInputs: number;
}

/** A box with the weighted relative accuracy of its rows: the sum of what each is more than the mean. */
interface Judged {
  readonly sides: Sides;
  readonly accuracy: number;
}

/** The least part of what is sought by which a box has to become better. */
const NEGLIGIBLE = 1e-9;

/**
 * The boxes of BestInterval [Mampaey2012], from the whole cube to the best one: again and again one input gets the interval, or the set of levels, with the largest
 * weighted relative accuracy, among the best boxes so far, until that makes none of them better.
 */
export function bestIntervals(rows: BoxRows, { beam, maxInputs }: IntervalOptions): Box[] {
  const mean = rows.sum / rows.total;
  const start: Judged = { sides: wholeCube(rows), accuracy: 0 };
  let kept: Judged[] = [start];
  const way: Judged[] = [start];
  for (;;) {
    const refined = kept.flatMap(({ sides }) =>
      rows.columns.flatMap((_, column) =>
        isOpen(sides, column, maxInputs) ? [refine(rows, sides, column, mean)] : [],
      ),
    );
    const all = [...kept, ...refined].sort((a, b) => b.accuracy - a.accuracy);
    const next = all
      .filter(({ sides }, at) => all.findIndex((other) => isEqual(other.sides, sides)) === at)
      .slice(0, beam);
    const [best] = next;
    const last = way[way.length - 1];
    if (!(best.accuracy > last.accuracy + NEGLIGIBLE * rows.sum)) break;
    way.push(best);
    kept = next;
  }
  return way.map(({ sides }) => boxOf(rows, sides));
}

/** Whether the column may be restricted: it is already, or fewer are than may be. */
function isOpen(sides: Sides, column: number, maxInputs: number): boolean {
  const isRestricted = (j: number) => sides.lower[j] > 0 || sides.upper[j] < 1 || sides.levels[j] !== undefined;
  return isRestricted(column) || sides.levels.filter((_, j) => isRestricted(j)).length < maxInputs;
}

function isEqual(a: Sides, b: Sides): boolean {
  return a.lower.every(
    (value, j) => value === b.lower[j] && a.upper[j] === b.upper[j] && `${a.levels[j]}` === `${b.levels[j]}`,
  );
}

/** The best interval or set of levels of one column, the others as they are. */
function refine(rows: BoxRows, sides: Sides, column: number, mean: number): Judged {
  const { space, columns, weights, wanted } = rows;
  const others = withSides(sides, column, 0, 1);
  const outside = outsideOf(rows, others);
  const gain = (i: number) => weights[i] * (wanted[i] - mean);
  const values = columns[column];
  if (space[column].kind === 'categorical') {
    const sums = new Float64Array(space[column].levels);
    for (let i = 0; i < rows.size; i++) if (outside[i] === 0) sums[levelAt(values[i], sums.length)] += gain(i);
    const levels = [...sums.keys()].filter((level) => sums[level] > 0);
    const accuracy = levels.reduce((sum, level) => sum + sums[level], 0);
    const isAll = levels.length === sums.length || levels.length === 0;
    return { sides: withSides(others, column, 0, 1, isAll ? undefined : levels), accuracy };
  }
  return intervalOf(rows, others, column, outside, gain);
}

/** The interval of consecutive rows with the largest sum, in one pass; rows at equal values stay together. */
function intervalOf(
  rows: BoxRows,
  others: Sides,
  column: number,
  outside: Uint8Array,
  gain: (i: number) => number,
): Judged {
  const values = rows.columns[column];
  const inside = rows.order[column].filter((i) => outside[i] === 0);
  let [best, from, to] = [0, 0, 1];
  let [sum, begin] = [0, 0];
  for (let at = 0; at < inside.length; ) {
    const value = values[inside[at]];
    if (sum <= 0) [sum, begin] = [0, at];
    for (; at < inside.length && values[inside[at]] === value; at++) sum += gain(inside[at]);
    if (sum > best) [best, from, to] = [sum, values[inside[begin]], value];
  }
  // An interval from the first row on, or up to the last one, is not restricted there.
  if (inside.length > 0 && from === values[inside[0]]) from = 0;
  if (inside.length > 0 && to === values[inside[inside.length - 1]]) to = 1;
  return { sides: withSides(others, column, from, to), accuracy: best };
}
