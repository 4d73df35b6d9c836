/** Bytes that the counts of all nodes that wait to be split take together, at most. */
const MOST_BYTES = 64e6;
/** From this many rows on the counts of a node are kept: those of fewer are counted as fast as they are subtracted. */
const FEWEST_ROWS = 800;
/** Bins of four columns are looked at together: of images most of them are 0. */
const WORD = 4;

/** The bin of each row in each column, row after row: made once for all trees of the same rows, for it takes as many bytes as the data. */
export class BinRows {
  /** As many bytes for each row as make whole words. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly stride: number;

  /** Of d columns of n bins each; undefined where a column has none. */
  constructor(columns: readonly (Uint8Array | undefined)[], n: number) {
    this.stride = WORD * Math.ceil(columns.length / WORD);
    this.bytes = new Uint8Array(n * this.stride);
    this.words = new Uint32Array(this.bytes.buffer);
    columns.forEach((column, j) => {
      if (column) for (let i = 0, at = j; i < n; i++, at += this.stride) this.bytes[at] = column[i];
    });
  }
}

/** What is counted: the bin of each row in each column, and its class. */
export interface Counted {
  readonly rows: BinRows;
  /** Bins of each column, 0 where it has none. */
  readonly bins: Int32Array;
  readonly labels: Int32Array;
  readonly classes: number;
}

/**
 * How many rows of each class a node has in each bin of every column. Of two nodes that one was cut into the smaller is counted, and the larger is what is
 * left of the whole: the counts are the same, and most rows are not looked at.
 */
export class ClassCounts {
  /** Where the counts of each column begin. */
  readonly starts: Int32Array;
  readonly #labels: Int32Array;
  readonly #classes: number;
  readonly #rows: BinRows;
  readonly #size: number;
  readonly #fewest: number;
  readonly #scratch: Int32Array;
  readonly #totals: Int32Array;
  /** By the first and the last row of a node. */
  readonly #kept = new Map<string, Int32Array>();

  constructor({ rows, bins, labels, classes }: Counted) {
    const { stride } = rows;
    this.#rows = rows;
    this.#labels = labels;
    this.#classes = classes;
    this.starts = new Int32Array(stride + 1);
    for (let j = 0; j < stride; j++) this.starts[j + 1] = this.starts[j] + (bins[j] ?? 0) * classes;
    this.#size = this.starts[stride];
    this.#fewest = Math.max(FEWEST_ROWS, Math.ceil((4 * this.#size * labels.length) / MOST_BYTES));
    this.#scratch = new Int32Array(this.#size);
    this.#totals = new Int32Array(classes);
  }

  /**
   * The counts of the node order[from .. to): they are its own until another node is looked at or, where they are kept, split. Undefined of a node with so few rows
   * that there are more counts than bins of rows to look at.
   */
  of(order: Int32Array, from: number, to: number): Int32Array | undefined {
    if ((to - from) * this.#rows.stride < this.#size) return undefined;
    const key = `${from}/${to}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const isKept = to - from >= this.#fewest;
    const counts = isKept ? new Int32Array(this.#size) : this.#scratch;
    if (isKept) this.#kept.set(key, counts);
    this.#count(counts, order, from, to);
    return counts;
  }

  /** Says that the node from .. to was cut in two, and in what order its rows are now. */
  cut(order: Int32Array, from: number, middle: number, to: number): void {
    const whole = this.#kept.get(`${from}/${to}`);
    this.#kept.delete(`${from}/${to}`);
    const [small, large] =
      middle - from <= to - middle
        ? [
            [from, middle],
            [middle, to],
          ]
        : [
            [middle, to],
            [from, middle],
          ];
    if (!whole || large[1] - large[0] < this.#fewest) return;
    const counts = new Int32Array(this.#size);
    this.#count(counts, order, small[0], small[1]);
    for (let at = 0; at < this.#size; at++) whole[at] -= counts[at];
    this.#kept.set(`${large[0]}/${large[1]}`, whole);
    if (small[1] - small[0] >= this.#fewest) this.#kept.set(`${small[0]}/${small[1]}`, counts);
  }

  #count(counts: Int32Array, order: Int32Array, from: number, to: number): void {
    const { bytes, words, stride } = this.#rows;
    const [starts, classes, totals] = [this.starts, this.#classes, this.#totals];
    const perRow = stride / WORD;
    counts.fill(0);
    totals.fill(0);
    for (let i = from; i < to; i++) {
      const label = this.#labels[order[i]];
      totals[label]++;
      const first = order[i] * perRow;
      for (let w = 0; w < perRow; w++) {
        if (words[first + w] === 0) continue;
        const at = WORD * (first + w);
        for (let k = 0; k < WORD; k++) {
          const bin = bytes[at + k];
          if (bin !== 0) counts[starts[WORD * w + k] + bin * classes + label]++;
        }
      }
    }
    // The rows in the first bin are the others.
    for (let j = 0; j < stride; j++) {
      const [start, end] = [starts[j], starts[j + 1]];
      if (start === end) continue;
      for (let k = 0; k < classes; k++) {
        let rest = totals[k];
        for (let at = start + classes + k; at < end; at += classes) rest -= counts[at];
        counts[start + k] = rest;
      }
    }
  }
}
