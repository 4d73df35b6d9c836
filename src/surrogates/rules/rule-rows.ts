import type { Dataset } from '../../core/dataset.ts';
import { equalRows } from '../../core/parts.ts';
import { levelAt } from '../../core/space/feature-map.ts';
import type { Test } from '../../core/structure.ts';
import { argsort, sortSpace } from '../trees/order.ts';
import { between } from '../trees/split.ts';

/** Points by columns, as tests ask them. */
export interface RuleColumns {
  /** n. */
  readonly size: number;
  /** d columns of n numbers. */
  readonly columns: readonly Float64Array[];
  /** Number of levels of a categorical column, 0 for any other. */
  readonly levels: Int32Array;
}

/** Points as rules are grown from them, sorted once. */
export interface RuleRows extends RuleColumns {
  /** The rows at each point. */
  readonly points: readonly (readonly number[])[];
  /** order[j] sorts column j. */
  readonly order: readonly Int32Array[];
  /** Number of tests that tell some rows from others. */
  readonly tests: number;
}

/** The columns of a data set. */
export function ruleColumns({ x, space, size }: Dataset): RuleColumns {
  const columns = Array.from({ length: x.columns }, (_, j) => x.column(j));
  const levels = Int32Array.from(space.columns, ({ kind, levels }) => (kind === 'categorical' ? levels : 0));
  return { size, columns, levels };
}

/** The points of a data set for growing rules; `pause` is awaited after each column. */
export async function ruleRows(data: Dataset, pause: () => Promise<void>): Promise<RuleRows> {
  const own = ruleColumns(data);
  const { size, columns, levels } = own;
  const room = sortSpace(size);
  const order: Int32Array[] = [];
  let tests = 0;
  for (const [j, column] of columns.entries()) {
    const sorted = new Int32Array(size);
    argsort(column, sorted, room);
    order.push(sorted);
    let distinct = 1;
    for (let i = 1; i < size; i++) if (column[sorted[i]] !== column[sorted[i - 1]]) distinct++;
    if (distinct > 1) tests += levels[j] > 0 ? distinct : 2 * (distinct - 1);
    await pause();
  }
  return { ...own, points: equalRows(data.points), order, tests };
}

/** How much each of n rows speaks for a rule, and how much against it; 0 and 0 where it does not count. */
export interface Cases {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** What a rule covers of the cases. */
export interface Covered {
  readonly positive: number;
  readonly negative: number;
}

/** n bytes: 1 for the rows at which all tests hold. */
export function coverOf(rows: RuleColumns, tests: readonly Test[]): Uint8Array {
  const inside = new Uint8Array(rows.size).fill(1);
  for (const test of tests) narrow(rows, test, inside);
  return inside;
}

/** Takes out of `inside` the rows at which the test does not hold. */
export function narrow({ size, columns, levels }: RuleColumns, test: Test, inside: Uint8Array): void {
  const column = columns[test.column];
  if (test.is === 'among') {
    const own = new Uint8Array(levels[test.column]);
    for (const level of test.levels) own[level] = 1;
    for (let i = 0; i < size; i++) if (own[levelAt(column[i], own.length)] === 0) inside[i] = 0;
  } else {
    const above = test.is === 'above';
    for (let i = 0; i < size; i++) if (column[i] > test.threshold !== above) inside[i] = 0;
  }
}

/** What the rows inside hold of the cases. */
export function sumOf({ positive, negative }: Cases, inside: Uint8Array): Covered {
  let [p, n] = [0, 0];
  for (let i = 0; i < inside.length; i++)
    if (inside[i] === 1) {
      p += positive[i];
      n += negative[i];
    }
  return { positive: p, negative: n };
}

/** Judges what a test would leave; more is better. */
export type Judge = (covered: Covered) => number;

/** The test that is judged best among those that leave something; undefined where none is judged above 0. */
export function bestTest(rows: RuleRows, cases: Cases, inside: Uint8Array, judge: Judge): Test | undefined {
  const all = sumOf(cases, inside);
  let [best, most]: [Test | undefined, number] = [undefined, 0];
  const consider = (covered: Covered, make: () => Test) => {
    if (covered.positive <= 0) return;
    const score = judge(covered);
    if (!(score > most)) return;
    most = score;
    best = make();
  };
  for (let column = 0; column < rows.columns.length; column++)
    if (rows.levels[column] > 0) considerLevels(rows, cases, inside, column, consider);
    else considerThresholds(rows, cases, inside, all, column, consider);
  return best;
}

type Consider = (covered: Covered, make: () => Test) => void;

function considerThresholds(
  { size, columns, order }: RuleRows,
  { positive, negative }: Cases,
  inside: Uint8Array,
  all: Covered,
  column: number,
  consider: Consider,
): void {
  const [values, sorted] = [columns[column], order[column]];
  let [p, n, last] = [0, 0, -1];
  for (let at = 0; at < size; at++) {
    const i = sorted[at];
    if (inside[i] === 0 || positive[i] + negative[i] === 0) continue;
    if (last >= 0 && values[i] > values[last]) {
      const threshold = between(values[last], values[i]);
      consider({ positive: p, negative: n }, () => ({ column, is: 'at most', threshold }));
      const rest = { positive: all.positive - p, negative: Math.max(0, all.negative - n) };
      consider(rest, () => ({ column, is: 'above', threshold }));
    }
    p += positive[i];
    n += negative[i];
    last = i;
  }
}

/** Sets of levels: the purest one, the two purest, and so on. */
function considerLevels(
  { size, columns, levels }: RuleRows,
  { positive, negative }: Cases,
  inside: Uint8Array,
  column: number,
  consider: Consider,
): void {
  const count = levels[column];
  const [p, n] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < size; i++) {
    if (inside[i] === 0) continue;
    const level = levelAt(columns[column][i], count);
    p[level] += positive[i];
    n[level] += negative[i];
  }
  const seen = [...p.keys()].filter((level) => p[level] + n[level] > 0);
  const purest = seen.sort((a, b) => p[b] / (p[b] + n[b]) - p[a] / (p[a] + n[a]) || a - b);
  let covered: Covered = { positive: 0, negative: 0 };
  for (let k = 0; k + 1 < purest.length; k++) {
    covered = { positive: covered.positive + p[purest[k]], negative: covered.negative + n[purest[k]] };
    consider(covered, () => ({ column, is: 'among', levels: purest.slice(0, k + 1).sort((a, b) => a - b) }));
  }
}
