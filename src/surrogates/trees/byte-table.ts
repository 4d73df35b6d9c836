import type { TreeData } from './data.ts';
import { between, type Split, SplitSearch } from './split.ts';
import { describeRows, drawn, type NodeSummary, type NodeTable, partMarked } from './table.ts';

/** Values that a byte has. */
const BYTES = 256;

/**
 * The rows of a tree whose inputs are bytes, as in images: a node's rows are sorted by a column when it is looked at, in two passes, so that no order of
 * each column is kept. The trees are those of the numbers that the bytes stand for, to the last bit.
 */
export class ByteTable implements NodeTable {
  readonly #data: TreeData;
  readonly #bytes: readonly Uint8Array[];
  /** The rows of all nodes, those of a node in ascending order. */
  readonly #order: Int32Array;
  readonly #search: SplitSearch;
  readonly #sorted: Int32Array;
  readonly #starts = new Int32Array(BYTES + 1);
  readonly #goesLeft: Uint8Array;
  #from = 0;
  #to = 0;
  #impurity = 0;

  constructor(data: TreeData, bytes: readonly Uint8Array[], minLeaf: number, times?: Uint32Array) {
    const rows = Int32Array.from({ length: data.rows }, (_, i) => i);
    this.#data = data;
    this.#bytes = bytes;
    this.#order = times ? drawn(rows, times) : rows;
    this.#search = new SplitSearch(data, this.#order.length, minLeaf, bytes);
    this.#sorted = new Int32Array(this.#order.length);
    this.#goesLeft = new Uint8Array(data.rows);
  }

  enter(from: number, to: number): NodeSummary {
    this.#from = from;
    this.#to = to;
    // Sums are rounded as they are with sorted columns: in the order of the first.
    this.#sort(0);
    const count = to - from;
    this.#impurity = this.#search.enter([this.#sorted], 0, count);
    return { impurity: this.#impurity, ...describeRows(this.#data, this.#sorted, 0, count) };
  }

  varies(column: number): boolean {
    const values = this.#bytes[column];
    const first = values[this.#order[this.#from]];
    for (let i = this.#from + 1; i < this.#to; i++) if (values[this.#order[i]] !== first) return true;
    return false;
  }

  improve(best: Split | undefined, column: number): Split | undefined {
    const count = this.#to - this.#from;
    this.#sort(column);
    const found = this.#search.improve(best, this.#sorted, 0, count, column, this.#impurity);
    return !found || found === best ? best : { ...found, threshold: this.#thresholdAt(column, found.threshold, count) };
  }

  part({ column, threshold }: Split, from: number, to: number): number {
    const values = this.#bytes[column];
    for (let i = from; i < to; i++) {
      const row = this.#order[i];
      this.#goesLeft[row] = values[row] / (BYTES - 1) <= threshold ? 1 : 0;
    }
    return partMarked(this.#order, from, to, this.#goesLeft, this.#sorted);
  }

  /** Sorts the rows of the node by a column, those of equal bytes in their order. */
  #sort(column: number): void {
    const [values, order, starts, sorted] = [this.#bytes[column], this.#order, this.#starts, this.#sorted];
    starts.fill(0);
    for (let i = this.#from; i < this.#to; i++) starts[values[order[i]] + 1]++;
    for (let value = 1; value < BYTES; value++) starts[value] += starts[value - 1];
    for (let i = this.#from; i < this.#to; i++) sorted[starts[values[order[i]]]++] = order[i];
  }

  /** The threshold between two numbers, from that between their bytes. */
  #thresholdAt(column: number, threshold: number, count: number): number {
    const values = this.#bytes[column];
    let right = 0;
    while (right < count && values[this.#sorted[right]] <= threshold) right++;
    const at = (i: number) => values[this.#sorted[i]] / (BYTES - 1);
    return between(at(right - 1), at(right));
  }
}
