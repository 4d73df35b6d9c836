import { hasKernels } from '../../numerics/kernels/arena.ts';
import { CUT_NUMBERS, PackedHistograms } from '../../numerics/kernels/packed-histograms.ts';
import type { Bins } from './bins.ts';

/**
 * Histograms of the rows of a tree's nodes, and the order of those rows. A bin keeps the sum of its gradients and the number of
 * its rows, or, where there are curvatures, the sums of both, that number and a zero. A histogram is named by a number.
 */
export interface Histograms {
  /** Starts a tree on these rows; gradients and curvatures are those of all rows of the data. Without curvatures each is 1. */
  begin(rows: Int32Array, gradients: Float64Array, curvatures?: Float64Array): void;
  /** The histogram of the rows order[from .. to). */
  fill(from: number, to: number): number;
  /** Takes a child's histogram out of its parent's, which becomes the other child's. */
  subtract(parent: number, child: number): void;
  /** Gives a histogram back. */
  release(slot: number): void;
  /** The bins of one column. */
  bins(slot: number, column: number): Float64Array;
  /**
   * The last bin on the left of the column's cut with the highest G_l^2 / (H_l + ridge) + G_r^2 / (H_r + ridge) above `bar`, with
   * at least `least` rows and `curvature` on both sides; -1 when there is none. `sums` holds G, H and the rows of the node and
   * gets that score and the left side's G, H and rows.
   */
  cut(
    slot: number,
    column: number,
    sums: Float64Array,
    least: number,
    ridge: number,
    curvature: number,
    bar: number,
  ): number;
  /** Moves the rows order[from .. to) whose bin has a 1 in `table` before the others; returns where those begin. */
  part(column: number, table: Uint8Array, from: number, to: number): number;
  /** The rows in their order. */
  order(): Int32Array;
}

/** Histograms in WebAssembly where the engine can. */
export function histograms(bins: Bins): Histograms {
  return hasKernels() ? new PackedHistograms(bins) : new PlainHistograms(bins);
}

/** Numbers for a node and its cut, see {@link Histograms.cut}. */
export function cutNumbers(): Float64Array {
  return new Float64Array(CUT_NUMBERS);
}

/** The same on ordinary arrays, to the last bit. */
export class PlainHistograms implements Histograms {
  readonly #bins: Bins;
  readonly #starts: Int32Array;
  readonly #size: number;
  readonly #held: Int32Array;
  readonly #gathered: Float64Array;
  readonly #gatheredCurvatures: Float64Array;
  readonly #slots: Float64Array[] = [];
  #free: number[] = [];
  #order: Int32Array = new Int32Array(0);
  #gradients: Float64Array = new Float64Array(0);
  #curvatures: Float64Array | undefined;
  /** Numbers of a bin. */
  #width = 2;

  constructor(bins: Bins) {
    this.#bins = bins;
    this.#starts = new Int32Array(bins.inputs);
    let size = 0;
    bins.counts.forEach((count, j) => {
      this.#starts[j] = size;
      size += count;
    });
    this.#size = size;
    this.#held = new Int32Array(bins.rows);
    this.#gathered = new Float64Array(bins.rows);
    this.#gatheredCurvatures = new Float64Array(bins.rows);
  }

  begin(rows: Int32Array, gradients: Float64Array, curvatures?: Float64Array): void {
    this.#order = rows.slice();
    this.#gradients = gradients;
    this.#curvatures = curvatures;
    this.#width = curvatures ? 4 : 2;
    this.#free = [...this.#slots.keys()];
  }

  fill(from: number, to: number): number {
    const slot = this.#free.pop() ?? this.#slots.push(new Float64Array(4 * this.#size)) - 1;
    const histogram = this.#slots[slot].fill(0);
    const order = this.#order;
    const gradients = this.#gathered;
    const curvatures = this.#curvatures && this.#gatheredCurvatures;
    for (let i = from; i < to; i++) gradients[i - from] = this.#gradients[order[i]];
    if (curvatures && this.#curvatures)
      for (let i = from; i < to; i++) curvatures[i - from] = this.#curvatures[order[i]];
    const { index, rows, inputs } = this.#bins;
    for (let j = 0; j < inputs; j++) {
      const start = this.#width * this.#starts[j];
      if (curvatures) countQuads(index, j * rows, order, from, to, gradients, curvatures, histogram, start);
      else countPairs(index, j * rows, order, from, to, gradients, histogram, start);
    }
    return slot;
  }

  subtract(parent: number, child: number): void {
    const [a, b] = [this.#slots[parent], this.#slots[child]];
    for (let i = 0; i < this.#width * this.#size; i++) a[i] -= b[i];
  }

  release(slot: number): void {
    this.#free.push(slot);
  }

  bins(slot: number, column: number): Float64Array {
    const start = this.#width * this.#starts[column];
    return this.#slots[slot].subarray(start, start + this.#width * this.#bins.counts[column]);
  }

  cut(slot: number, column: number, sums: Float64Array, least: number, ridge: number, curvature: number, bar: number) {
    const width = this.#width;
    const bins = this.bins(slot, column);
    const most = sums[2] - least;
    let [left, leftCurvature, count] = [0, 0, 0];
    let highest = bar;
    let found = -1;
    for (let bin = 0; bin < bins.length / width - 1; bin++) {
      const at = width * bin;
      const here = bins[at + width / 2];
      if (here < 0.5) continue;
      left += bins[at];
      leftCurvature += bins[at + 1];
      count += here;
      if (count < least) continue;
      if (count > most) break;
      const right = sums[0] - left;
      const rightCurvature = sums[1] - leftCurvature;
      const score = (left * left) / (leftCurvature + ridge) + (right * right) / (rightCurvature + ridge);
      if (!(score > highest) || leftCurvature < curvature || rightCurvature < curvature) continue;
      highest = score;
      found = bin;
      sums.set([score, left, leftCurvature, count], 3);
    }
    return found;
  }

  part(column: number, table: Uint8Array, from: number, to: number): number {
    const { rows, index } = this.#bins;
    const order = this.#order;
    const held = this.#held;
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = order[i];
      if (table[index[column * rows + row]] === 1) order[left++] = row;
      else held[right++] = row;
    }
    order.set(held.subarray(0, right), left);
    return left;
  }

  order(): Int32Array {
    return this.#order;
  }
}

function countPairs(
  index: Uint8Array,
  column: number,
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  histogram: Float64Array,
  start: number,
): void {
  for (let i = from; i < to; i++) {
    const at = start + 2 * index[column + order[i]];
    histogram[at] += gradients[i - from];
    histogram[at + 1]++;
  }
}

function countQuads(
  index: Uint8Array,
  column: number,
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  curvatures: Float64Array,
  histogram: Float64Array,
  start: number,
): void {
  for (let i = from; i < to; i++) {
    const at = start + 4 * index[column + order[i]];
    histogram[at] += gradients[i - from];
    histogram[at + 1] += curvatures[i - from];
    histogram[at + 2]++;
  }
}
