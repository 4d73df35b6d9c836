/** The Sobol sequence with the direction numbers of Joe and Kuo, plain or Owen-scrambled. */

import { Matrix } from '../matrix.ts';
import type { Rng } from '../random.ts';
import { SOBOL_DIRECTIONS } from './sobol-directions.ts';

const BITS = 32;

/** The largest dimension for which direction numbers are stored. */
export const SOBOL_MAX_DIMENSION = 1000;

let entries: string[] | undefined;

/** The 32 direction numbers of a dimension (0-based), as binary fractions in 32-bit words [JoeKuo2008]. */
function directions(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) return v.map((_, bit) => 2 ** (BITS - 1 - bit));
  entries ??= SOBOL_DIRECTIONS.split(',');
  const [polynomial, ...initial] = entries[dimension - 1]
    .trim()
    .split(' ')
    .map((digits) => Number.parseInt(digits, 36));
  const degree = initial.length + 1;
  [1, ...initial].forEach((m, bit) => {
    v[bit] = m << (BITS - 1 - bit);
  });
  for (let bit = degree; bit < BITS; bit++) {
    v[bit] = v[bit - degree] ^ (v[bit - degree] >>> degree);
    for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) v[bit] ^= v[bit - k];
  }
  return v;
}

function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

/**
 * Nested uniform scrambling of one coordinate [Owen1995]: bit b is flipped by a random bit that belongs to the node of
 * the binary tree which the b bits before it lead to. The node's random bit is a keyed hash of its address.
 */
function scrambler(rng: Rng): (word: number) => number {
  const keys = Uint32Array.from({ length: 2 * BITS }, () => rng.uint32());
  return (word) => {
    let flips = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const node = bit === 0 ? 0 : word >>> (BITS - bit);
      const hash = mix(mix(node ^ keys[2 * bit]) ^ keys[2 * bit + 1]);
      flips = (flips << 1) | (hash >>> 31);
    }
    return (word ^ flips) >>> 0;
  };
}

export interface SobolOptions {
  /** How many points of the sequence to leave out at the start; default 0 (the first plain point is the origin). */
  skip?: number;
  /** The stream whose children key the Owen scrambling; plain points when it is left out. Nothing is drawn from it. */
  scramble?: Rng;
}

/**
 * Points `skip .. skip + count - 1` of the Sobol sequence in Gray code order, `count x dimension` in [0, 1) on the
 * grid of 2^-32; `dimension` is at most 1000. Scrambled points depend only on the stream's path and their index, so a
 * design extends by a larger `skip`.
 */
export function sobolPoints(count: number, dimension: number, { skip = 0, scramble }: SobolOptions = {}): Matrix {
  if (!(dimension >= 1 && dimension <= SOBOL_MAX_DIMENSION))
    throw new RangeError(`the Sobol sequence is stored for 1 to ${SOBOL_MAX_DIMENSION} dimensions, got ${dimension}`);
  if (!(count >= 0 && skip >= 0 && skip + count <= 2 ** BITS))
    throw new RangeError(`the Sobol sequence has 2^32 points, asked for ${count} after ${skip}`);
  const points = new Matrix(count, dimension);
  for (let column = 0; column < dimension; column++) {
    const v = directions(column);
    const scrambled = scramble && scrambler(scramble.child(column));
    const gray = (skip ^ (skip >>> 1)) >>> 0;
    let word = 0;
    for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) word ^= v[bit];
    for (let i = 0; i < count; i++) {
      points.data[i * dimension + column] = (scrambled ? scrambled(word) : word >>> 0) / 2 ** BITS;
      // The next Gray code differs in the bit that is the lowest zero of the index.
      word ^= v[31 - Math.clz32(~(skip + i) & (skip + i + 1))];
    }
  }
  return points;
}
