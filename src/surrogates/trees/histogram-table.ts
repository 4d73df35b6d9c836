import type { Rows } from '../../numerics/packed-matrix.ts';
import type { BinGains } from '../splitting/bin-gains.ts';
import { equallyWide, sharedOut, type ValueRange } from '../splitting/bins.ts';
import { BinRows, ClassCounts } from './class-counts.ts';
import type { TreeData } from './data.ts';
import { argsort, sortSpace } from './order.ts';
import { between, levelAt, type Split, SplitSearch, TIE } from './split.ts';
import { describeRows, drawn, type NodeSummary, type NodeTable, partMarked } from './table.ts';

/** A column in bins. */
interface NumberColumn {
  /** The bin of each row. */
  readonly bins: Uint8Array;
  /** The smallest and the largest value of each bin. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** A category, which has no bins: its coordinates. */
interface LevelColumn {
  readonly levels: number;
  readonly values: Float64Array;
}

type BinnedColumn = NumberColumn | LevelColumn;

/** Rows in bins, for all trees that are grown from them, such as those of a cross-validation. */
export class Binned {
  readonly columns: readonly BinnedColumn[];
  readonly #count: number;
  #rows: BinRows | undefined;

  /** Of n x d points, numbers in at most `most` bins each: of equal width in the columns that have a range, otherwise of about equally many rows. */
  constructor(points: Rows, levels: Int32Array, most: number, ranges: ReadonlyMap<number, ValueRange>) {
    this.columns = binnedColumns(points, levels, most, ranges);
    this.#count = points.rows;
  }

  /** The bins row after row. */
  get rows(): BinRows {
    this.#rows ??= new BinRows(
      this.columns.map((column) => ('values' in column ? undefined : column.bins)),
      this.#count,
    );
    return this.#rows;
  }
}

function binnedColumns(
  points: Rows,
  levels: Int32Array,
  most: number,
  ranges: ReadonlyMap<number, ValueRange>,
): BinnedColumn[] {
  const space = sortSpace(points.data instanceof Uint8Array ? 0 : points.rows);
  const order = new Int32Array(points.data instanceof Uint8Array ? 0 : points.rows);
  return Array.from(levels, (count, j) => {
    if (count > 0) return { levels: count, values: points.column(j) };
    const range = ranges.get(j);
    const shareOut: ShareOut = (values, rows) => (range ? equallyWide(values, range, most) : sharedOut(rows, most));
    if (points.data instanceof Uint8Array) return ofBytes(points.data, j, points.columns, shareOut);
    const column = points.column(j);
    argsort(column, order, space);
    return ofNumbers(column, order, shareOut);
  });
}

/** The bin of each different value, ascending, from the rows that have it. */
type ShareOut = (values: readonly number[], rows: readonly number[]) => Uint8Array;

function ofBytes(data: Uint8Array, j: number, step: number, shareOut: ShareOut): NumberColumn {
  const rows = new Int32Array(256);
  const bins = new Uint8Array(data.length / step);
  for (let i = 0, at = j; i < bins.length; i++, at += step) {
    bins[i] = data[at];
    rows[data[at]]++;
  }
  const bytes = Array.from(rows.keys()).filter((value) => rows[value] > 0);
  const values = bytes.map((value) => value / 255);
  const shared = shareOut(
    values,
    bytes.map((value) => rows[value]),
  );
  const of = new Uint8Array(256);
  bytes.forEach((value, v) => {
    of[value] = shared[v];
  });
  for (let i = 0; i < bins.length; i++) bins[i] = of[bins[i]];
  return withEnds(bins, values, shared);
}

function ofNumbers(column: Float64Array, order: Int32Array, shareOut: ShareOut): NumberColumn {
  const values: number[] = [];
  const rows: number[] = [];
  for (const row of order) {
    if (column[row] !== values[values.length - 1]) {
      values.push(column[row]);
      rows.push(0);
    }
    rows[rows.length - 1]++;
  }
  const shared = shareOut(values, rows);
  const bins = new Uint8Array(column.length);
  let at = 0;
  values.forEach((_, v) => {
    for (let i = 0; i < rows[v]; i++, at++) bins[order[at]] = shared[v];
  });
  return withEnds(bins, values, shared);
}

function withEnds(bins: Uint8Array, values: readonly number[], shared: Uint8Array): NumberColumn {
  const count = shared[shared.length - 1] + 1;
  const lowest = new Float64Array(count).fill(Number.NaN);
  const highest = new Float64Array(count);
  values.forEach((value, v) => {
    if (Number.isNaN(lowest[shared[v]])) lowest[shared[v]] = value;
    highest[shared[v]] = value;
  });
  return { bins, lowest, highest };
}

/**
 * The rows of a tree whose inputs are in bins, between which alone it splits: counts in each bin of a node tell what every cut is worth. Where no column has
 * more different values than bins, it is the tree of exact splits.
 */
export class HistogramTable implements NodeTable {
  readonly #data: TreeData;
  readonly #columns: readonly BinnedColumn[];
  readonly #outputs: readonly BinGains[];
  /** Of categories. */
  readonly #search: SplitSearch;
  readonly #minLeaf: number;
  /** The rows of all nodes, those of a node in ascending order. */
  readonly #order: Int32Array;
  readonly #held: Int32Array;
  readonly #goesLeft: Uint8Array;
  readonly #bins: Uint8Array;
  readonly #counts = new Int32Array(256);
  readonly #gains = new Float64Array(256);
  /** Of one class that is counted. */
  readonly #classCounts: ClassCounts | undefined;
  #node: Int32Array | undefined;
  #from = 0;
  #to = 0;
  #impurity = 0;

  constructor(data: TreeData, binned: Binned, outputs: readonly BinGains[], minLeaf: number, times?: Uint32Array) {
    const rows = Int32Array.from({ length: data.rows }, (_, i) => i);
    this.#data = data;
    this.#columns = binned.columns;
    this.#outputs = outputs;
    this.#minLeaf = minLeaf;
    this.#order = times ? drawn(rows, times) : rows;
    this.#held = new Int32Array(this.#order.length);
    const values = binned.columns.map((column) => ('values' in column ? column.values : NONE));
    this.#search = new SplitSearch(data, this.#order.length, minLeaf, values);
    this.#goesLeft = new Uint8Array(data.rows);
    this.#bins = new Uint8Array(this.#order.length);
    this.#classCounts = classCountsOf(outputs, binned);
  }

  enter(from: number, to: number): NodeSummary {
    this.#from = from;
    this.#to = to;
    for (const output of this.#outputs) output.enter(this.#order, from, to);
    this.#impurity = this.#search.enter([this.#order], from, to);
    this.#node = this.#impurity > 0 ? this.#classCounts?.of(this.#order, from, to) : undefined;
    return { impurity: this.#impurity, ...describeRows(this.#data, this.#order, from, to) };
  }

  varies(column: number): boolean {
    const own = this.#columns[column];
    if (this.#node && !('values' in own)) return this.#countBins(column, own.highest.length) > 1;
    const values = 'values' in own ? own.values : own.bins;
    const first = values[this.#order[this.#from]];
    for (let i = this.#from + 1; i < this.#to; i++) if (values[this.#order[i]] !== first) return true;
    return false;
  }

  improve(best: Split | undefined, column: number): Split | undefined {
    const binned = this.#columns[column];
    const count = this.#to - this.#from;
    if ('values' in binned) {
      const sorted = byLevel(binned, this.#order.subarray(this.#from, this.#to));
      return this.#search.improve(best, sorted, 0, count, column, this.#impurity);
    }
    const counts = this.#counts;
    const most = binned.highest.length;
    if (this.#node) this.#countBins(column, most);
    else this.#sortIntoBins(binned, count);
    let [first, last] = [0, most - 1];
    while (counts[first] === 0) first++;
    while (counts[last] === 0) last--;
    const cut = this.#bestCut(best, column, first, last, count);
    if (cut < 0) return best;
    let next = cut + 1;
    while (counts[next] === 0) next++;
    const threshold = between(binned.highest[cut], binned.lowest[next]);
    return { column, threshold, gain: Math.max(0, this.#gains[cut]) };
  }

  part({ column, threshold, subset }: Split, from: number, to: number): number {
    const own = this.#columns[column];
    for (let i = from; i < to; i++) {
      const row = this.#order[i];
      const isLeft =
        'values' in own
          ? (subset as Uint8Array)[levelAt(own.values[row], own.levels)] === 1
          : own.highest[own.bins[row]] <= threshold;
      this.#goesLeft[row] = isLeft ? 1 : 0;
    }
    const middle = partMarked(this.#order, from, to, this.#goesLeft, this.#held);
    this.#classCounts?.cut(this.#order, from, middle, to);
    return middle;
  }

  /** Finds the bin of each row of the node, and the rows in each bin. */
  #sortIntoBins({ bins, highest }: NumberColumn, count: number): void {
    const [counts, own, order, from] = [this.#counts, this.#bins, this.#order, this.#from];
    counts.fill(0, 0, highest.length);
    // Of many inputs, such as pixels, most rows are in the first bin: those are the rest.
    let others = 0;
    for (let i = 0; i < count; i++) {
      const bin = bins[order[from + i]];
      own[i] = bin;
      if (bin === 0) continue;
      counts[bin]++;
      others++;
    }
    counts[0] = count - others;
  }

  /** Finds the rows in each bin from the counts of the classes there; returns how many bins have some. */
  #countBins(column: number, most: number): number {
    const [node, counts] = [this.#node as Int32Array, this.#counts];
    const { starts } = this.#classCounts as ClassCounts;
    const classes = (starts[column + 1] - starts[column]) / most;
    let filled = 0;
    for (let b = 0, at = starts[column]; b < most; b++) {
      let sum = 0;
      for (let k = 0; k < classes; k++, at++) sum += node[at];
      counts[b] = sum;
      if (sum > 0) filled++;
    }
    return filled;
  }

  /** The last bin that goes left in the best cut that beats `best`; -1 where there is none. */
  #bestCut(best: Split | undefined, column: number, first: number, last: number, count: number): number {
    const [gains, counts] = [this.#gains, this.#counts];
    gains.fill(0, first, last + 1);
    const [{ counted }] = this.#outputs;
    if (this.#node && counted)
      counted.addCounts(this.#node, (this.#classCounts as ClassCounts).starts[column], counts, first, last, gains);
    else for (const output of this.#outputs) output.add(this.#bins, counts, first, last, gains);
    const tie = TIE * this.#impurity;
    let bar = best ? best.gain + tie : Number.NEGATIVE_INFINITY;
    let [cut, left] = [-1, 0];
    for (let b = first; b < last; b++) {
      left += counts[b];
      if (counts[b] === 0 || left < this.#minLeaf || count - left < this.#minLeaf || gains[b] <= bar) continue;
      bar = gains[b] + tie;
      cut = b;
    }
    return cut;
  }
}

/** Counts of the classes of all columns at once, where a single class is all there is to explain. */
function classCountsOf(outputs: readonly BinGains[], binned: Binned): ClassCounts | undefined {
  const counted = outputs.length === 1 ? outputs[0].counted : undefined;
  return (
    counted &&
    new ClassCounts({
      rows: binned.rows,
      bins: Int32Array.from(binned.columns, (column) => ('values' in column ? 0 : column.highest.length)),
      labels: counted.labels,
      classes: counted.classes,
    })
  );
}

const NONE = new Float64Array(0);

/** The rows, those of the first level first. */
function byLevel({ levels, values }: LevelColumn, rows: Int32Array): Int32Array {
  const starts = new Int32Array(levels + 1);
  for (const row of rows) starts[levelAt(values[row], levels) + 1]++;
  for (let level = 1; level <= levels; level++) starts[level] += starts[level - 1];
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[starts[levelAt(values[row], levels)]++] = row;
  return sorted;
}
