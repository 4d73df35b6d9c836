import { COMPILED } from './compiled.ts';
import type { NetworkKernels } from './network-kernels.ts';

/** The functions of the compiled module; addresses are in bytes, what they do is said in `assembly/`. */
export interface Kernels extends NetworkKernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  heapBase(): number;
  cholesky(a: number, strips: number, inverses: number, panel: number): number;
  invertTransposed(l: number, strips: number, inverses: number, u: number): void;
  negativeInverse(u: number, strips: number, out: number): void;
  squaredRows(u: number, strips: number, out: number): void;
  packLower(a: number, n: number, out: number): void;
  unpackLower(packed: number, n: number, out: number): void;
  packPoints(rows: number, n: number, width: number, out: number): void;
  solveStrips(l: number, strips: number, inverses: number, b: number, count: number): void;
  solveVector(l: number, strips: number, inverses: number, b: number): void;
  solveVectorTransposed(l: number, strips: number, inverses: number, b: number): void;
  product(a: number, b: number, strips: number): number;
  stripProducts(x: number, strips: number, count: number, row: number, out: number): void;
  stripSquares(x: number, strips: number, count: number, out: number): void;
  correlate(kernel: number, from: number, end: number, slope: number): void;
  correlationMatrix(
    kernel: number,
    points: number,
    n: number,
    width: number,
    diagonal: number,
    a: number,
    slope: number,
  ): void;
  crossCorrelations(
    kernel: number,
    queries: number,
    count: number,
    points: number,
    n: number,
    width: number,
    out: number,
  ): void;
  factorStrip(kernel: number, points: number, strips: number, width: number, query: number, out: number): void;
  factorProducts(pointers: number, d: number, n: number, out: number): void;
  pointCorrelations(
    kernel: number,
    query: number,
    points: number,
    n: number,
    width: number,
    out: number,
    slope: number,
    held: number,
  ): void;
  pointSums(
    weights: number,
    query: number,
    points: number,
    strips: number,
    width: number,
    from: number,
    end: number,
    sums: number,
  ): void;
  scaledProducts(factor: number, a: number, b: number, strips: number, out: number): void;
  pairSums(
    points: number,
    strips: number,
    width: number,
    negative: number,
    slope: number,
    alpha: number,
    scale: number,
    lanes: number,
    sums: number,
  ): void;
  productSums(
    kernel: number,
    points: number,
    strips: number,
    width: number,
    negative: number,
    alpha: number,
    scale: number,
    held: number,
    lanes: number,
    sums: number,
  ): void;
  diagonalSum(n: number, negative: number, alpha: number, scale: number): number;
  gather(values: number, order: number, count: number, out: number): void;
  countPairs(column: number, order: number, count: number, gradients: number, histogram: number): void;
  countQuads(
    column: number,
    order: number,
    count: number,
    gradients: number,
    curvatures: number,
    histogram: number,
  ): void;
  subtract(a: number, b: number, count: number): void;
  bestCut(
    histogram: number,
    bins: number,
    shift: number,
    sums: number,
    least: number,
    ridge: number,
    leastCurvature: number,
    bar: number,
  ): number;
  part(column: number, order: number, count: number, table: number, held: number): number;
  moments(target: number, order: number, count: number, out: number): void;
  bestThreshold(
    values: number,
    target: number,
    order: number,
    count: number,
    mean: number,
    least: number,
    factor: number,
    bar: number,
    tie: number,
    out: number,
  ): number;
  partOrders(
    columns: number,
    orders: number,
    rows: number,
    inputs: number,
    column: number,
    threshold: number,
    from: number,
    count: number,
    flags: number,
    held: number,
  ): number;
  drawOrders(sorted: number, times: number, rows: number, inputs: number, orders: number): number;
  readonly multiply64: NetworkKernels['multiply32'];
  activate64(kind: number, count: number, z: number): void;
  standardize64(
    count: number,
    d: number,
    points: number,
    means: number,
    deviations: number,
    out: number,
    width: number,
  ): void;
  peak(rounds: number, factor: number): number;
  peak32(rounds: number, factor: number): number;
}

/** What is used of WebAssembly, which every engine has and the type library of a page declares. */
interface Engine {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}

const PAGE = 65536;

/** Bytes that an arena keeps when it is used for something new. */
const KEPT = 2 ** 28;

let compiled: { readonly module?: object } | undefined;

/** The compiled module, or undefined where the engine has no WebAssembly with 128-bit vectors. */
function compile(): object | undefined {
  if (compiled) return compiled.module;
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  const bytes = Uint8Array.from(atob(COMPILED), (character) => character.charCodeAt(0));
  compiled = engine?.validate(bytes) ? { module: moduleOf(engine, bytes) } : {};
  return compiled.module;
}

/** Undefined where the main thread of a page may not compile this much at once. */
function moduleOf(engine: Engine, bytes: Uint8Array): object | undefined {
  try {
    return new engine.Module(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether the engine can run the kernels; the answer never changes. */
export function hasKernels(): boolean {
  return compile() !== undefined;
}

/**
 * An instance of the kernels and its memory, handed out from the bottom up.
 *
 * Memory of WebAssembly cannot shrink and the garbage collector does not see into it, so it is working memory only:
 * whoever needs something again later keeps it in arrays and writes it back when {@link Arena.owner} has changed.
 */
export class Arena {
  /** Whose data the memory holds; set by {@link Arena.reset}. */
  owner: object | undefined;
  #kernels: Kernels | undefined;
  #numbers = new Float64Array(0);
  #top = 0;

  /** The functions; throws a RangeError where the engine cannot run them. */
  get kernels(): Kernels {
    if (this.#kernels) return this.#kernels;
    const module = compile();
    if (!module) throw new RangeError('this engine has no WebAssembly with 128-bit vectors');
    const { Instance } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
    this.#kernels = new Instance(module).exports as Kernels;
    return this.#kernels;
  }

  /** All of the memory as numbers; valid until the next `allocate`. */
  get numbers(): Float64Array {
    const { buffer } = this.kernels.memory;
    if (this.#numbers.buffer !== buffer) this.#numbers = new Float64Array(buffer);
    return this.#numbers;
  }

  /** Bytes in use. */
  get used(): number {
    return this.#top === 0 ? 0 : this.#top - this.kernels.heapBase();
  }

  /** Forgets what the memory holds and gives it to `owner`; an unusually large memory is given back to the system. */
  reset(owner: object): void {
    this.owner = owner;
    if (this.#kernels && this.#kernels.memory.buffer.byteLength > KEPT) {
      this.#kernels = undefined;
      this.#numbers = new Float64Array(0);
    }
    this.#top = 0;
  }

  /** The address of room for `count` numbers, aligned to 64 bytes; its content is undefined. */
  allocate(count: number): number {
    const { memory, heapBase } = this.kernels;
    const address = this.#top || heapBase();
    const top = address + Math.ceil(count / 8) * 64;
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    this.#top = top;
    return address;
  }

  /** Writes `values` to `address`, followed by zeros up to `length` numbers. */
  write(address: number, values: ArrayLike<number>, length: number = values.length): void {
    const at = address / 8;
    this.numbers.set(values, at);
    if (length > values.length) this.numbers.fill(0, at + values.length, at + length);
  }

  /** A view of `count` numbers at `address`, valid until the next `allocate`. */
  view(address: number, count: number): Float64Array {
    return this.numbers.subarray(address / 8, address / 8 + count);
  }
}
