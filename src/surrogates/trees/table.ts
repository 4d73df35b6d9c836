import type { PackedColumns } from '../../numerics/kernels/packed-columns.ts';
import { meanOf } from '../splitting/impurity.ts';
import type { TreeData } from './data.ts';
import { between, levelAt, type Split, SplitSearch, TIE } from './split.ts';

/** What is known of a node. */
export interface NodeSummary {
  /** Weighted impurity, 0 when the node is pure. */
  readonly impurity: number;
  /** Mean of each target. */
  readonly value: Float64Array;
  /** Variance of each target. */
  readonly spread: Float64Array;
}

/** The rows of a tree while it grows: a node is from .. to in the order of every column. */
export interface NodeTable {
  /** Takes a node; later calls are about it. */
  enter(from: number, to: number): NodeSummary;
  /** Whether the column has two different values in the node. */
  varies(column: number): boolean;
  /** The best split of the node on one column that beats `best`; ties go to the earlier one. */
  improve(best: Split | undefined, column: number): Split | undefined;
  /** Moves the rows of a split's left side before the others; returns where those begin. */
  part(split: Split, from: number, to: number): number;
}

/** Makes a table for every tree that is grown on the same data; `times` says how often each row is in it, without it once. */
export type TableMaker = (times?: Uint32Array) => NodeTable;

/** The twin of {@link PackedTable} for all data. */
export class PlainTable implements NodeTable {
  readonly #data: TreeData;
  readonly #order: readonly Int32Array[];
  readonly #search: SplitSearch;
  readonly #goesLeft: Uint8Array;
  readonly #held: Int32Array;
  #from = 0;
  #to = 0;
  #impurity = 0;

  constructor(data: TreeData, minLeaf: number, times?: Uint32Array) {
    this.#data = data;
    this.#order = data.order.map((sorted) => (times ? drawn(sorted, times) : sorted.slice()));
    const count = this.#order[0].length;
    this.#search = new SplitSearch(data, count, minLeaf);
    this.#goesLeft = new Uint8Array(data.rows);
    this.#held = new Int32Array(count);
  }

  enter(from: number, to: number): NodeSummary {
    this.#from = from;
    this.#to = to;
    this.#impurity = this.#search.enter(this.#order, from, to);
    return { impurity: this.#impurity, ...describeRows(this.#data, this.#order[0], from, to) };
  }

  varies(column: number): boolean {
    return this.#search.varies(this.#order[column], this.#from, this.#to, column);
  }

  improve(best: Split | undefined, column: number): Split | undefined {
    return this.#search.improve(best, this.#order[column], this.#from, this.#to, column, this.#impurity);
  }

  part(split: Split, from: number, to: number): number {
    const goesLeft = this.#goesLeft;
    const own = this.#order[split.column];
    markLeft(this.#data, split, own, from, to, goesLeft);
    let middle = from;
    for (const column of this.#order) middle = partMarked(column, from, to, goesLeft, this.#held);
    return middle;
  }
}

/** Each row as often as `times` says, in the order of `sorted`. */
export function drawn(sorted: Int32Array, times: Uint32Array): Int32Array {
  const all = new Int32Array(times.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const row of sorted) for (let t = times[row]; t > 0; t--) all[at++] = row;
  return all;
}

/** Sets goesLeft of the rows order[from .. to) to 1 where the split sends them left, else 0. */
export function markLeft(
  data: TreeData,
  { column, threshold, subset }: Split,
  order: Int32Array,
  from: number,
  to: number,
  goesLeft: Uint8Array,
): void {
  const values = data.columns[column];
  for (let i = from; i < to; i++) {
    const u = values[order[i]];
    goesLeft[order[i]] = subset ? subset[levelAt(u, subset.length)] : u <= threshold ? 1 : 0;
  }
}

/** Moves the marked rows before the others, both in the order they had; returns where the others begin. */
export function partMarked(
  order: Int32Array,
  from: number,
  to: number,
  goesLeft: Uint8Array,
  held: Int32Array,
): number {
  let middle = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = order[i];
    if (goesLeft[row] === 1) order[middle++] = row;
    else held[right++] = row;
  }
  order.set(held.subarray(0, right), middle);
  return middle;
}

/** Mean and variance of every target over the rows of a node. */
export function describeRows(data: TreeData, order: Int32Array, from: number, to: number) {
  const { rowWeights } = data;
  const width = data.targets.length;
  let total = to - from;
  if (rowWeights) {
    total = 0;
    for (let i = from; i < to; i++) total += rowWeights[order[i]];
  }
  const value = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    const target = data.targets[k];
    const mean = meanOf(target, order, from, to, rowWeights);
    let squares = 0;
    if (rowWeights) for (let i = from; i < to; i++) squares += rowWeights[order[i]] * (target[order[i]] - mean) ** 2;
    else for (let i = from; i < to; i++) squares += (target[order[i]] - mean) ** 2;
    value[k] = mean;
    spread[k] = squares / total;
  }
  return { value, spread };
}

/** One number and no categories, in WebAssembly; the same trees to the last bit. */
export class PackedTable implements NodeTable {
  readonly #packed: PackedColumns;
  readonly #minLeaf: number;
  /** Weight of a sum of squares: over all rows the impurity is 1. */
  readonly #weight: number;
  #from = 0;
  #to = 0;
  #mean = 0;
  #impurity = 0;

  constructor(packed: PackedColumns, data: TreeData, minLeaf: number) {
    this.#packed = packed;
    this.#minLeaf = minLeaf;
    this.#weight = data.weights[0];
  }

  enter(from: number, to: number): NodeSummary {
    const { mean, squares } = this.#packed.moments(from, to);
    this.#from = from;
    this.#to = to;
    this.#mean = mean;
    this.#impurity = this.#weight * squares;
    return { impurity: this.#impurity, value: Float64Array.of(mean), spread: Float64Array.of(squares / (to - from)) };
  }

  varies(column: number): boolean {
    return this.#packed.varies(column, this.#from, this.#to);
  }

  improve(best: Split | undefined, column: number): Split | undefined {
    const tie = TIE * this.#impurity;
    const bar = best ? best.gain + tie : Number.NEGATIVE_INFINITY;
    const factor = this.#weight * (this.#to - this.#from);
    const found = this.#packed.cut(column, this.#from, this.#to, this.#mean, this.#minLeaf, factor, bar, tie);
    if (!found) return best;
    const [lower, upper] = [this.#packed.value(column, found.at), this.#packed.value(column, found.at + 1)];
    return { column, threshold: between(lower, upper), gain: Math.max(0, found.gain) };
  }

  part({ column, threshold }: Split, from: number, to: number): number {
    return this.#packed.part(column, threshold, from, to);
  }
}
