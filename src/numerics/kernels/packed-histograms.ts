import { Arena } from './arena.ts';

/** Inputs as bins, and how many each column has. */
interface Table {
  readonly rows: number;
  readonly inputs: number;
  /** Column j of row i is in bin index[j rows + i]. */
  readonly index: Uint8Array;
  readonly counts: Int32Array;
}

/** Where everything stands in the arena, in bytes. */
interface Regions {
  readonly index: number;
  readonly order: number;
  readonly held: number;
  readonly gradients: number;
  readonly curvatures: number;
  readonly gathered: number;
  readonly gatheredCurvatures: number;
  readonly table: number;
  readonly sums: number;
}

/** One working memory for all boosting of a thread: a tree is grown without interruption. */
const arena = new Arena();

/** Numbers that describe a node and its best cut: G, H, n; the cut's score, and G, H, n of its left side. */
export const CUT_NUMBERS = 7;

/**
 * Histograms of binned inputs and what trees are grown with, in WebAssembly; `PlainHistograms` is its twin and says what each
 * member does. What stands in the memory is overwritten by the next `begin` of any other object.
 */
export class PackedHistograms {
  readonly #table: Table;
  /** Bin at which each column starts, and the number of all bins. */
  readonly #starts: Int32Array;
  readonly #bins: number;
  #regions: Regions | undefined;
  #isFlat = true;
  #count = 0;
  /** Addresses of histograms, and those of them that nobody uses. */
  #slots: number[] = [];
  #free: number[] = [];

  /** Throws a RangeError where the engine cannot run the kernels. */
  constructor(table: Table) {
    this.#table = table;
    this.#starts = new Int32Array(table.inputs);
    let bins = 0;
    table.counts.forEach((count, j) => {
      this.#starts[j] = bins;
      bins += count;
    });
    this.#bins = bins;
    arena.reset(this);
  }

  begin(rows: Int32Array, gradients: Float64Array, curvatures?: Float64Array): void {
    const at = this.#claim();
    this.#isFlat = curvatures === undefined;
    this.#count = rows.length;
    this.#free = this.#slots.slice();
    this.#order(at, rows.length).set(rows);
    arena.write(at.gradients, gradients);
    if (curvatures) arena.write(at.curvatures, curvatures);
  }

  fill(from: number, to: number): number {
    const slot = this.#free.pop() ?? this.#grow();
    const at = this.#held();
    const { kernels } = arena;
    const order = at.order + 4 * from;
    const count = to - from;
    arena.view(slot, this.#numbers).fill(0);
    kernels.gather(at.gradients, order, count, at.gathered);
    if (!this.#isFlat) kernels.gather(at.curvatures, order, count, at.gatheredCurvatures);
    for (let j = 0; j < this.#table.inputs; j++) {
      const column = at.index + j * this.#table.rows;
      const histogram = slot + this.#bytes * this.#starts[j];
      if (this.#isFlat) kernels.countPairs(column, order, count, at.gathered, histogram);
      else kernels.countQuads(column, order, count, at.gathered, at.gatheredCurvatures, histogram);
    }
    return slot;
  }

  subtract(parent: number, child: number): void {
    this.#held();
    arena.kernels.subtract(parent, child, this.#numbers);
  }

  release(slot: number): void {
    this.#free.push(slot);
  }

  bins(slot: number, column: number): Float64Array {
    this.#held();
    return arena.view(slot + this.#bytes * this.#starts[column], (this.#bytes / 8) * this.#table.counts[column]);
  }

  cut(slot: number, column: number, sums: Float64Array, least: number, ridge: number, curvature: number, bar: number) {
    const at = this.#held();
    const histogram = slot + this.#bytes * this.#starts[column];
    const bins = this.#table.counts[column];
    const numbers = arena.view(at.sums, CUT_NUMBERS);
    numbers.set(sums);
    const shift = this.#isFlat ? 4 : 5;
    const found = arena.kernels.bestCut(histogram, bins, shift, at.sums, least, ridge, curvature, bar);
    if (found >= 0) sums.set(numbers);
    return found;
  }

  part(column: number, table: Uint8Array, from: number, to: number): number {
    const at = this.#held();
    const { kernels } = arena;
    new Uint8Array(kernels.memory.buffer, at.table, table.length).set(table);
    const bins = at.index + column * this.#table.rows;
    return from + kernels.part(bins, at.order + 4 * from, to - from, at.table, at.held);
  }

  order(): Int32Array {
    return this.#order(this.#held(), this.#count);
  }

  #order(at: Regions, count: number): Int32Array {
    return new Int32Array(arena.kernels.memory.buffer, at.order, count);
  }

  /** Bytes of a bin. */
  get #bytes(): number {
    return this.#isFlat ? 16 : 32;
  }

  /** Numbers of a histogram. */
  get #numbers(): number {
    return (this.#bytes / 8) * this.#bins;
  }

  /** Room for one more histogram, for quads, which are the larger ones. */
  #grow(): number {
    const slot = arena.allocate(4 * this.#bins);
    this.#slots.push(slot);
    return slot;
  }

  /** The regions, with the bins in them. */
  #claim(): Regions {
    if (arena.owner === this && this.#regions) return this.#regions;
    const { rows, index } = this.#table;
    arena.reset(this);
    this.#slots = [];
    const at: Regions = {
      index: arena.allocate(Math.ceil(index.length / 8)),
      order: arena.allocate(Math.ceil(rows / 2) + 1),
      held: arena.allocate(Math.ceil(rows / 2) + 1),
      gradients: arena.allocate(rows),
      curvatures: arena.allocate(rows),
      gathered: arena.allocate(rows),
      gatheredCurvatures: arena.allocate(rows),
      table: arena.allocate(32),
      sums: arena.allocate(8),
    };
    new Uint8Array(arena.kernels.memory.buffer, at.index, index.length).set(index);
    this.#regions = at;
    return at;
  }

  #held(): Regions {
    if (arena.owner !== this || !this.#regions)
      throw new RangeError('the rows have been overwritten by others: call begin again');
    return this.#regions;
  }
}
