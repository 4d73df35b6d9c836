/** The Halton sequence in the first prime bases, plain or with random digit permutations. */

import { Matrix } from '../matrix.ts';
import type { Rng } from '../random.ts';

/** The first `count` primes. */
export function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (!found.some((p) => p * p <= n && n % p === 0)) found.push(n);
  }
  return found;
}

/** The radical inverse of a non-negative integer: its digits in the base, mirrored at the point; in [0, 1). */
export function radicalInverse(index: number, base: number): number {
  let mirrored = 0;
  let scale = 1;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    mirrored = mirrored * base + (rest % base);
    scale *= base;
  }
  return mirrored / scale;
}

/** A permutation of the digits for each digit position that a double resolves [Owen2017]. */
function digitPermutations(base: number, rng: Rng): Int32Array[] {
  return Array.from({ length: Math.ceil(53 / Math.log2(base)) }, () => rng.permutation(base));
}

/** The mirrored number whose k-th digit, leading zeros of the index included, went through the k-th permutation. */
function scrambledInverse(index: number, base: number, permutations: Int32Array[]): number {
  let rest = index;
  let value = 0;
  let scale = 1;
  for (const permutation of permutations) {
    scale /= base;
    value += permutation[rest % base] * scale;
    rest = Math.floor(rest / base);
  }
  // Rounding can carry the sum of all highest digits to 1.
  return Math.min(value, 1 - 2 ** -53);
}

export interface HaltonOptions {
  /** How many points of the sequence to leave out at the start; default 0 (the first plain point is the origin). */
  skip?: number;
  /** The stream whose children key the digit permutations; plain points when it is left out. Nothing is drawn from it. */
  scramble?: Rng;
}

/**
 * Points `skip .. skip + count - 1` of the Halton sequence, `count x dimension` in [0, 1): column j is the radical
 * inverse in the j-th prime base [Halton1960]. Scrambled points depend only on the stream's path and their index, so a
 * design extends by a larger `skip` and by more columns.
 */
export function haltonPoints(count: number, dimension: number, { skip = 0, scramble }: HaltonOptions = {}): Matrix {
  if (!(Number.isInteger(dimension) && dimension >= 1))
    throw new RangeError(`no Halton sequence in ${dimension} dimensions`);
  if (!(count >= 0 && skip >= 0 && skip + count <= Number.MAX_SAFE_INTEGER))
    throw new RangeError(`cannot count ${count} Halton points after ${skip}`);
  const points = new Matrix(count, dimension);
  primes(dimension).forEach((base, column) => {
    const permutations = scramble && digitPermutations(base, scramble.child(column));
    for (let i = 0; i < count; i++) {
      const index = skip + i;
      points.data[i * dimension + column] = permutations
        ? scrambledInverse(index, base, permutations)
        : radicalInverse(index, base);
    }
  });
  return points;
}
