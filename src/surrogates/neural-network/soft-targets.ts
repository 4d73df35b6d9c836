import { Matrix } from '../../numerics/matrix.ts';

/** Columns of a class. */
interface Group {
  readonly start: number;
  readonly width: number;
}

/** Unsure shares at a temperature. */
export interface SoftTargets {
  readonly temperature: number;
  /** n x padded(c): p^(1/T) of the shares p of each class, divided by their sum. */
  readonly shares: Matrix;
  /** 1 where the row has shares of several levels of a class, however small: n times as many as there are classes, those of a row together. */
  readonly isUnsure: Uint8Array;
}

/**
 * The n x padded(c) shares softened by a temperature T [Hinton2015]: of scores v with p = softmax(v), softmax(v / T). Shares of votes may be 0, which
 * has no score: they get half a vote first, half of the smallest share above 0 that any row has of the class. Rows that are certain stay as they are.
 * Undefined where T is 1 or every row is certain.
 */
export function softTargets(given: Matrix, groups: readonly Group[], temperature: number): SoftTargets | undefined {
  const isUnsure = new Uint8Array(given.rows * groups.length);
  groups.forEach((group, g) => {
    for (let i = 0; i < given.rows; i++) if (isUnsureOf(given.row(i), group)) isUnsure[i * groups.length + g] = 1;
  });
  if (temperature === 1 || !isUnsure.includes(1)) return undefined;
  const shares = new Matrix(given.rows, given.columns, given.data.slice());
  groups.forEach((group, g) => {
    const half = leastShare(given, group) / 2;
    for (let i = 0; i < given.rows; i++)
      if (isUnsure[i * groups.length + g])
        soften(shares.row(i).subarray(group.start, group.start + group.width), half, temperature);
  });
  return { temperature, shares, isUnsure };
}

/** Whether more than one class has a share: the largest of a sure teacher's rounds to 1, and the others still tell what it knows. */
function isUnsureOf(shares: Float64Array, { start, width }: Group): boolean {
  let positive = 0;
  for (let k = start; k < start + width; k++) if (shares[k] > 0) positive++;
  return positive > 1;
}

/** The smallest share above 0 that any row has of a class. */
function leastShare(given: Matrix, { start, width }: Group): number {
  let least = 1;
  for (let i = 0; i < given.rows; i++)
    for (let k = start; k < start + width; k++) {
      const share = given.get(i, k);
      if (share > 0 && share < least) least = share;
    }
  return least;
}

/** By logarithms, from the largest down: no power overflows. */
function soften(shares: Float64Array, half: number, temperature: number): void {
  const logs = shares.map((share) => Math.log(share > 0 ? share : half) / temperature);
  const largest = logs.reduce((a, b) => Math.max(a, b));
  const powers = logs.map((log) => Math.exp(log - largest));
  const total = powers.reduce((a, b) => a + b);
  shares.set(powers.map((power) => power / total));
}

/**
 * T^2 times the cross-entropy of softened shares p and q = softmax(z / T), of one row's scores z; T^2 keeps the size of the gradient whatever T is
 * [Hinton2015]. Writes the derivative by the scores, T (q - p), times `factor` to `delta` from `at` on.
 */
export function softLoss(
  { temperature, shares }: SoftTargets,
  { start, width }: Group,
  row: number,
  scores: Float64Array,
  delta: Float64Array | Float32Array,
  at: number,
  factor: number,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = start; k < start + width; k++) largest = Math.max(largest, scores[k]);
  let total = 0;
  for (let k = start; k < start + width; k++) total += Math.exp((scores[k] - largest) / temperature);
  let entropy = 0;
  for (let k = start; k < start + width; k++) {
    const log = (scores[k] - largest) / temperature - Math.log(total);
    const wanted = shares.get(row, k);
    entropy -= wanted * log;
    delta[at + k] = factor * temperature * (Math.exp(log) - wanted);
  }
  return temperature * temperature * entropy;
}
