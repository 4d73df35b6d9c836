/**
 * The only source of randomness: counter-based streams that are split by name, never drawn in sequence.
 *
 * A stream's key is the 128-bit MurmurHash3 of its path; its numbers are Philox-4x32-10 of a counter [Salmon2011].
 * So a stream is a pure function of its path, on any thread and in any order.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // No sum reaches 2^32: integers all along.
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
  const middleLow = Math.imul(aLow, bHigh) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middleLow >>> 16)) >>> 0;
}

/** Philox-4x32 with ten rounds: writes four random words, from `at` on, for a 128-bit counter and a 64-bit key [Salmon2011]. */
export function philox(counter: Uint32Array, key: Uint32Array, out: Uint32Array, at = 0): void {
  let c0 = counter[0];
  let c1 = counter[1];
  let c2 = counter[2];
  let c3 = counter[3];
  let k0 = key[0];
  let k1 = key[1];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function finalMix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** MurmurHash3_x86_128 (Appleby, public domain): four 32-bit words of the bytes. */
export function hash128(bytes: Uint8Array, seed = 0): Uint32Array {
  const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
  const rotations = [15, 16, 17, 18];
  const stateRotations = [19, 17, 15, 13];
  const additions = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17];
  const h = [seed, seed, seed, seed];
  const scramble = (k: number, i: number) =>
    Math.imul(rotateLeft(Math.imul(k, multipliers[i]), rotations[i]), multipliers[(i + 1) % 4]);

  const blocks = bytes.length >>> 4;
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 4; i++) {
      const at = block * 16 + i * 4;
      const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      h[i] ^= scramble(word, i);
      h[i] = (rotateLeft(h[i], stateRotations[i]) + h[(i + 1) % 4]) | 0;
      h[i] = (Math.imul(h[i], 5) + additions[i]) | 0;
    }
  }
  const tail = [0, 0, 0, 0];
  for (let at = blocks * 16; at < bytes.length; at++) tail[(at & 15) >> 2] |= bytes[at] << ((at & 3) * 8);
  for (let i = 3; i >= 0; i--) h[i] ^= scramble(tail[i], i);

  const stir = () => {
    h[0] = (h[0] + h[1] + h[2] + h[3]) | 0;
    for (let i = 1; i < 4; i++) h[i] = (h[i] + h[0]) | 0;
  };
  for (let i = 0; i < 4; i++) h[i] ^= bytes.length;
  stir();
  for (let i = 0; i < 4; i++) h[i] = finalMix(h[i]);
  stir();
  return Uint32Array.from(h);
}

const encoder = new TextEncoder();

/** A random stream named by a path such as `7/surrogate/design/12`. Equal paths give equal streams. */
export class Rng {
  readonly path: string;
  readonly #key: Uint32Array;
  readonly #counter: Uint32Array;
  readonly #block = new Uint32Array(4);
  #used = 4;
  #spareNormal = Number.NaN;

  /** The stream named `path`, from its start. */
  constructor(path: string | number) {
    this.path = String(path);
    const hash = hash128(encoder.encode(this.path));
    this.#key = hash.subarray(0, 2);
    this.#counter = Uint32Array.of(0, 0, hash[2], hash[3]);
  }

  /** The independent stream `path/name`; it does not depend on how much of this one was drawn. */
  child(name: string | number): Rng {
    return new Rng(`${this.path}/${name}`);
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    if (this.#used === 4) {
      this.#next(this.#block, 0);
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** Fills `words` with what as many calls of `uint32` would return, in half their time. */
  fill(words: Uint32Array): void {
    let at = 0;
    while (at < words.length && this.#used < 4) words[at++] = this.uint32();
    for (; at + 4 <= words.length; at += 4) this.#next(words, at);
    while (at < words.length) words[at++] = this.uint32();
  }

  #next(out: Uint32Array, at: number): void {
    philox(this.#counter, this.#key, out, at);
    this.#counter[0]++;
    if (this.#counter[0] === 0) this.#counter[1]++;
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A uniform integer in [0, count); `count` is at most 2^32. */
  integer(count: number): number {
    // Rejection keeps the draw exactly uniform: words past the largest multiple of `count` are drawn again.
    const limit = 4294967296 - (4294967296 % count);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % count;
  }

  /** A standard normal number (polar method of Marsaglia). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const a = 2 * this.uniform() - 1;
      const b = 2 * this.uniform() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = b * factor;
      return a * factor;
    }
  }

  /** Shuffles `items` in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    const array = items as { length: number; [index: number]: unknown };
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = array[i];
      array[i] = array[j];
      array[j] = held;
    }
    return items;
  }

  /** A uniform permutation of 0 .. count-1. */
  permutation(count: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: count }, (_, i) => i));
  }
}
