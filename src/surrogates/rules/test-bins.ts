import type { Dataset } from '../../core/dataset.ts';
import { levelAt } from '../../core/space/feature-map.ts';
import type { Test } from '../../core/structure.ts';
import { sharedOut } from '../splitting/bins.ts';
import { between } from '../trees/split.ts';
import { type RuleRows, ruleRows } from './rule-rows.ts';

/** Most bins of a column of numbers: thresholds lie between bins only. */
const MOST = 128;

/** A column in bins, so that all its tests are judged by one pass over the rows. */
export interface TestBins {
  /** n bins, from 0: of a category its levels. */
  readonly bins: Uint16Array;
  readonly count: number;
  /** Where a test between bin b and the next one stands; undefined of a category. */
  readonly thresholds?: Float64Array;
}

/** Points whose columns are in bins. */
export interface BinnedRows extends RuleRows {
  /** Of each column. */
  readonly bins: readonly TestBins[];
}

/** The points of a data set for seeking rules; `pause` is awaited again and again. */
export async function binnedRows(data: Dataset, pause: () => Promise<void>): Promise<BinnedRows> {
  const rows = await ruleRows(data, pause);
  const bins: TestBins[] = [];
  for (const [j, column] of rows.columns.entries()) {
    const levels = rows.levels[j];
    bins.push(
      levels > 0
        ? { bins: Uint16Array.from(column, (u) => levelAt(u, levels)), count: levels }
        : binsOf(column, rows.order[j]),
    );
    await pause();
  }
  return { ...rows, bins };
}

function binsOf(column: Float64Array, order: Int32Array): TestBins {
  const values: number[] = [];
  const rows: number[] = [];
  for (const i of order)
    if (values.length > 0 && column[i] === values[values.length - 1]) rows[rows.length - 1]++;
    else {
      values.push(column[i]);
      rows.push(1);
    }
  const shared = sharedOut(rows, MOST);
  const bins = new Uint16Array(column.length);
  let v = 0;
  for (const i of order) {
    if (column[i] !== values[v]) v++;
    bins[i] = shared[v];
  }
  const thresholds: number[] = [];
  for (let k = 1; k < values.length; k++)
    if (shared[k] !== shared[k - 1]) thresholds.push(between(values[k - 1], values[k]));
  return { bins, count: thresholds.length + 1, thresholds: Float64Array.from(thresholds) };
}

/** The tests that hold where all of `tests` and `added` hold: of two of a kind at a column the narrower one stays. */
export function joined(tests: readonly Test[], added: Test): Test[] {
  const isSame = (test: Test) => test.column === added.column && test.is === added.is;
  const both = tests.filter(isSame).reduce(narrower, added);
  return [...tests.filter((test) => !isSame(test)), both];
}

function narrower(a: Test, b: Test): Test {
  if (a.is === 'among' && b.is === 'among')
    return { ...a, levels: a.levels.filter((level) => b.levels.includes(level)) };
  if (a.is === 'at most' && b.is === 'at most') return a.threshold < b.threshold ? a : b;
  return a.is === 'above' && b.is === 'above' && a.threshold < b.threshold ? b : a;
}
