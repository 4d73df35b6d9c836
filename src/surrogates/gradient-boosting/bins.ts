import type { Column } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { MOST_BINS, sharedOut } from '../splitting/bins.ts';
import { argsort, sortSpace } from '../trees/order.ts';
import { between, levelAt } from '../trees/split.ts';

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
  const different: number[] = [];
  const rows: number[] = [];
  for (const row of order) {
    if (values[row] !== different[different.length - 1]) {
      different.push(values[row]);
      rows.push(0);
    }
    rows[rows.length - 1]++;
  }
  const bins = sharedOut(rows, most);
  const edges: number[] = [];
  let at = 0;
  different.forEach((here, v) => {
    if (v > 0 && bins[v] !== bins[v - 1]) edges.push(between(different[v - 1], here));
    for (let i = 0; i < rows[v]; i++, at++) index[order[at]] = bins[v];
  });
  return Float64Array.from(edges);
}
