import type { Column } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { argsort, sortSpace } from '../trees/order.ts';
import { levelAt } from '../trees/split.ts';

/** Most bins of a column: a bin is one byte. */
export const MOST_BINS = 255;

/** Inputs as whole numbers from 0: what a histogram counts. */
export interface Bins {
  /** n and d. */
  readonly rows: number;
  readonly inputs: number;
  /** Column j of row i is in bin index[j n + i]. */
  readonly index: Uint8Array;
  /** Number of bins of each column. */
  readonly counts: Int32Array;
  /** edges[j][b] is the largest number of bin b in column j, halfway to the smallest of the next; none for categories. */
  readonly edges: readonly Float64Array[];
  /** Number of levels of a categorical column, 0 for any other. */
  readonly levels: Int32Array;
}

/**
 * Bins of the n x d points: one for each different value where there are at most `most`, otherwise about equally many rows in
 * each [Ke2017]. A level of a category is a bin; levels from the last one that fits on share it.
 */
export function binned(columns: readonly Column[], x: Matrix, most: number): Bins {
  const { rows, columns: inputs } = x;
  const index = new Uint8Array(rows * inputs);
  const counts = new Int32Array(inputs);
  const levels = Int32Array.from(columns, ({ kind, levels }) => (kind === 'categorical' ? levels : 0));
  const space = sortSpace(rows);
  const order = new Int32Array(rows);
  const edges = columns.map((_, j) => {
    const own = index.subarray(j * rows, (j + 1) * rows);
    const values = x.column(j);
    if (levels[j] > 0) {
      counts[j] = Math.min(MOST_BINS, levels[j]);
      for (let i = 0; i < rows; i++) own[i] = Math.min(MOST_BINS - 1, levelAt(values[i], levels[j]));
      return new Float64Array(0);
    }
    argsort(values, order, space);
    const found = binNumbers(values, order, most, own);
    counts[j] = found.length + 1;
    return found;
  });
  return { rows, inputs, index, counts, edges, levels };
}

/** Writes every row's bin to `index` and returns the edges between the bins. */
function binNumbers(values: Float64Array, order: Int32Array, most: number, index: Uint8Array): Float64Array {
  const count = order.length;
  let different = 1;
  for (let i = 1; i < count; i++) if (values[order[i]] !== values[order[i - 1]]) different++;
  const edges: number[] = [];
  let start = 0;
  let bin = 0;
  for (let i = 0; i < count; i++) {
    const here = values[order[i]];
    if (i > 0 && here !== values[order[i - 1]] && bin < most - 1) {
      // What is left is shared out evenly among the bins that are left.
      const full = different <= most || i - start >= (count - start) / (most - bin);
      if (full) {
        const before = values[order[i - 1]];
        const middle = before + (here - before) / 2;
        edges.push(middle < here ? middle : before);
        bin++;
        start = i;
      }
    }
    index[order[i]] = bin;
  }
  return Float64Array.from(edges);
}
