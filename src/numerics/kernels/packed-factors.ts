import type { Arena } from './arena.ts';
import { descriptionsAlong, ONE_COORDINATE } from './packed-kernel.ts';

/** A coordinate with at most this many values among the points is taken to be discrete: that is how many have room beside each other. */
const FEW = 12;
const ROOM = 16;

/**
 * A coordinate with many values costs more on its own than in the product of all: looking up pays where there are more than so many coordinates with few
 * values for each of those. At 3 it takes as long as without at 60 points, and half as long at 250.
 */
const FEW_TO_MANY = 3;

/** What the factors are of: a product kernel (`starts` of its coordinates' features), and points in strips. */
interface Points {
  readonly n: number;
  readonly width: number;
  readonly kernel: Float64Array;
  readonly starts: Int32Array;
  readonly points: Float64Array;
}

/** The factors along one coordinate. */
interface Along {
  /** Its first feature, and the number of its features. */
  readonly start: number;
  readonly width: number;
  /** Address of its description, and of room for the factors of ROOM values, or of four queries where values are many. */
  readonly kernel: number;
  readonly table: number;
  /** Features of the values whose factors are known; undefined where values are many. */
  known: Float64Array[] | undefined;
}

/**
 * Correlations of queries with points by a product kernel where coordinates have few values: the factor along such a coordinate is computed once for
 * each value and then looked up. Numbers are those of `crossCorrelations` to the last bit.
 */
export class PackedFactors {
  readonly #arena: Arena;
  readonly #at: number;
  readonly #n: number;
  readonly #width: number;
  readonly #strips: number;
  readonly #along: readonly Along[];
  readonly #query: number;
  readonly #pointers: number;
  readonly #addresses: Float64Array;

  /** With the points at the address `at`; undefined where the kernel is no product, or too few coordinates have few values. */
  static of(arena: Arena, fit: Points, at: number): PackedFactors | undefined {
    const descriptions = descriptionsAlong(fit.kernel);
    const isFew = descriptions.map((_, j) => hasFewValues(fit, fit.starts[j], fit.starts[j + 1]));
    const few = isFew.filter(Boolean).length;
    return few > FEW_TO_MANY * (isFew.length - few)
      ? new PackedFactors(arena, fit, at, descriptions, isFew)
      : undefined;
  }

  private constructor(
    arena: Arena,
    { n, width, starts }: Points,
    at: number,
    descriptions: readonly Float64Array[],
    isFew: readonly boolean[],
  ) {
    this.#arena = arena;
    this.#at = at;
    this.#n = n;
    this.#width = width;
    this.#strips = Math.ceil(n / 4);
    this.#along = descriptions.map((description, j) => {
      const kernel = arena.allocate(ONE_COORDINATE);
      const table = arena.allocate(4 * this.#strips * (isFew[j] ? ROOM : 4));
      arena.write(kernel, description);
      const known = isFew[j] ? [] : undefined;
      return { start: starts[j], width: starts[j + 1] - starts[j], kernel, table, known };
    });
    this.#query = arena.allocate(4 * width);
    this.#addresses = new Float64Array(2 * descriptions.length);
    this.#pointers = arena.allocate(this.#addresses.length);
  }

  /** For the first `count` rows of `queries` (`count x width`) writes strips as `crossCorrelations` does. */
  correlate(queries: Float64Array, count: number, out: number): void {
    const addresses = new Uint32Array(this.#addresses.buffer);
    for (let first = 0, to = out; first < count; first += 4, to += 128 * this.#strips) {
      for (let j = 0; j < this.#along.length; j++) this.#look(this.#along[j], queries, first, count, addresses, 4 * j);
      this.#arena.write(this.#pointers, this.#addresses);
      this.#arena.kernels.factorProducts(this.#pointers, this.#along.length, this.#n, to);
    }
  }

  /** Writes where the factors of four queries along a coordinate are, which are computed if they are not known. */
  #look(along: Along, queries: Float64Array, first: number, count: number, addresses: Uint32Array, to: number): void {
    for (let r = 0; r < 4 && along.known; r++) {
      const row = Math.min(first + r, count - 1) * this.#width + along.start;
      addresses[to + r] = this.#addressOf(along, queries, row);
    }
    if (along.known) return;
    const values = Array.from({ length: 4 }, (_, r) => {
      const row = Math.min(first + r, count - 1) * this.#width + along.start;
      return queries.subarray(row, row + along.width);
    });
    this.#compute(along, values, along.table);
    for (let r = 0; r < 4; r++) addresses[to + r] = along.table + 32 * r;
  }

  /** The address of the factors of the value whose features are at `row`; where there are too many values none is known any more. */
  #addressOf(along: Along, queries: Float64Array, row: number): number {
    const known = along.known as Float64Array[];
    let slot = 0;
    while (slot < known.length && !isAt(queries, row, known[slot])) slot++;
    const strip = along.table + 128 * this.#strips * (slot >> 2);
    if (slot === ROOM) along.known = undefined;
    else if (slot === known.length) {
      known.push(queries.slice(row, row + along.width));
      this.#compute(along, known.slice(slot & ~3), strip);
    }
    return strip + 32 * (slot & 3);
  }

  /** The factors of up to four values. */
  #compute({ start, width, kernel }: Along, values: readonly Float64Array[], out: number): void {
    const packed = new Float64Array(4 * width);
    values.forEach((features, r) => {
      for (let f = 0; f < width; f++) packed[4 * f + r] = features[f];
    });
    this.#arena.write(this.#query, packed);
    this.#arena.kernels.factorStrip(kernel, this.#at + 32 * start, this.#strips, this.#width, this.#query, out);
  }
}

function isAt(queries: Float64Array, row: number, features: Float64Array): boolean {
  for (let f = 0; f < features.length; f++) if (queries[row + f] !== features[f]) return false;
  return true;
}

/** Whether the features from `start` to `end` have few values among the points. */
function hasFewValues({ n, width, points }: Points, start: number, end: number): boolean {
  const known: Float64Array[] = [];
  const features = new Float64Array(end - start);
  for (let i = 0; i < n; i++) {
    for (let f = start; f < end; f++) features[f - start] = points[4 * ((i >> 2) * width + f) + (i & 3)];
    if (known.some((one) => isAt(features, 0, one))) continue;
    if (known.length === FEW) return false;
    known.push(features.slice());
  }
  return true;
}
