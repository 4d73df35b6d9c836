import { Arena } from './arena.ts';

/** Columns of numbers with the orders that sort them, and one number for each row to be explained. */
interface Table {
  readonly rows: number;
  readonly inputs: number;
  readonly columns: readonly Float64Array[];
  readonly order: readonly Int32Array[];
  readonly target: Float64Array;
}

interface Regions {
  readonly columns: number;
  readonly target: number;
  readonly sorted: number;
  readonly orders: number;
  readonly times: number;
  readonly flags: number;
  readonly held: number;
  readonly out: number;
  /** The orders; nothing is allocated after them. */
  readonly view: Int32Array;
}

/** One working memory for all trees of a thread: a tree is grown without interruption. */
const arena = new Arena();

/** Sorted columns in WebAssembly, for growing regression trees. What stands in the memory is overwritten by the next `begin` of another. */
export class PackedColumns {
  readonly #table: Table;
  #regions: Regions | undefined;

  /** Throws a RangeError where the engine cannot run the kernels. */
  constructor(table: Table) {
    this.#table = table;
    arena.reset(this);
  }

  /** Starts a tree on the rows, each as often as `times` says (without it once), n or fewer in all. */
  begin(times?: Uint32Array): void {
    const at = this.#claim();
    const { rows, inputs } = this.#table;
    const { buffer } = arena.kernels.memory;
    if (times) {
      const drawn = times.reduce((sum, count) => sum + count, 0);
      if (drawn > rows) throw new RangeError(`there is room for ${rows} rows, got ${drawn}`);
      new Uint32Array(buffer, at.times, rows).set(times);
      arena.kernels.drawOrders(at.sorted, at.times, rows, inputs, at.orders);
    } else new Int32Array(buffer, at.orders, rows * inputs).set(new Int32Array(buffer, at.sorted, rows * inputs));
  }

  /** Mean of the targets of the rows from .. to, and sum of squares about it. */
  moments(from: number, to: number): { mean: number; squares: number } {
    const at = this.#held();
    arena.kernels.moments(at.target, at.orders + 4 * from, to - from, at.out);
    const numbers = arena.numbers;
    return { mean: numbers[at.out / 8], squares: numbers[at.out / 8 + 1] };
  }

  /** The value of a column at place i of its order. */
  value(column: number, i: number): number {
    const { columns, rows } = this.#table;
    return columns[column][this.#held().view[column * rows + i]];
  }

  /** Whether a column has two different values in the rows from .. to. */
  varies(column: number, from: number, to: number): boolean {
    return this.value(column, from) !== this.value(column, to - 1);
  }

  /** The place in the column's order of the last row on the left of its best cut, and the gain; see `bestThreshold`. */
  cut(
    column: number,
    from: number,
    to: number,
    mean: number,
    least: number,
    factor: number,
    bar: number,
    tie: number,
  ): { at: number; gain: number } | undefined {
    const { columns, target, orders, out } = this.#held();
    const { rows } = this.#table;
    const order = orders + 4 * (column * rows + from);
    const values = columns + 8 * column * rows;
    const at = arena.kernels.bestThreshold(values, target, order, to - from, mean, least, factor, bar, tie, out);
    return at < 0 ? undefined : { at: from + at, gain: arena.numbers[out / 8] };
  }

  /** Moves the rows from .. to at or below the threshold before the others in every order; returns where those begin. */
  part(column: number, threshold: number, from: number, to: number): number {
    const { columns, orders, flags, held } = this.#held();
    const { rows, inputs } = this.#table;
    const { partOrders } = arena.kernels;
    return from + partOrders(columns, orders, rows, inputs, column, threshold, from, to - from, flags, held);
  }

  #claim(): Regions {
    if (arena.owner === this && this.#regions) return this.#regions;
    const { rows, inputs, columns, order, target } = this.#table;
    arena.reset(this);
    const half = (count: number) => arena.allocate(Math.ceil(count / 2) + 1);
    const at = {
      columns: arena.allocate(rows * inputs),
      target: arena.allocate(rows),
      sorted: half(rows * inputs),
      orders: half(rows * inputs),
      times: half(rows),
      flags: arena.allocate(Math.ceil(rows / 8)),
      held: half(rows),
      out: arena.allocate(2),
    };
    const sorted = new Int32Array(arena.kernels.memory.buffer, at.sorted, rows * inputs);
    for (let j = 0; j < inputs; j++) {
      arena.write(at.columns + 8 * j * rows, columns[j]);
      sorted.set(order[j], j * rows);
    }
    arena.write(at.target, target);
    this.#regions = { ...at, view: new Int32Array(arena.kernels.memory.buffer, at.orders, rows * inputs) };
    return this.#regions;
  }

  #held(): Regions {
    if (arena.owner !== this || !this.#regions)
      throw new RangeError('the rows have been overwritten by others: call begin again');
    return this.#regions;
  }
}
