import type { Rows } from '../../numerics/packed-matrix.ts';

/** A hash of 53 bits for each point; two different points share one with a probability of 2^-53 if its bits are even. */
export class PointDigest {
  #bits = new Uint32Array(0);
  #row = new Float64Array(0);

  /** The number of a point; there is one zero. */
  of(u: Float64Array): number {
    if (this.#row.length !== u.length) {
      this.#row = new Float64Array(u.length);
      this.#bits = new Uint32Array(this.#row.buffer);
    }
    for (let j = 0; j < u.length; j++) this.#row[j] = u[j] + 0;
    let [a, b] = [0x9e3779b9, 0x85ebca6b];
    for (const word of this.#bits) {
      a = Math.imul(a ^ word, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 0xc2b2ae35) + a;
      b ^= b >>> 13;
    }
    return (a >>> 11) * 2 ** 32 + (b >>> 0);
  }
}

/** Points to tell others from, a number of 53 bits for each: many rows of many inputs take little memory. */
export class PointFilter {
  readonly #known = new Set<number>();
  readonly #digest = new PointDigest();

  /** The rows of all of these. */
  static of(...points: readonly Rows[]): PointFilter {
    const filter = new PointFilter();
    for (const rows of points) for (let i = 0; i < rows.rows; i++) filter.#known.add(filter.#digest.of(rows.row(i)));
    return filter;
  }

  /** Whether it is one of the rows. Of two others in 10^15 one is taken for one of them. */
  has(u: Float64Array): boolean {
    return this.#known.has(this.#digest.of(u));
  }

  /** Takes a row in; false where it was among them. */
  add(u: Float64Array): boolean {
    const own = this.#digest.of(u);
    if (this.#known.has(own)) return false;
    this.#known.add(own);
    return true;
  }
}
