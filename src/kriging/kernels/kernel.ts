/** Correlation functions of a Gaussian process, of the squared distance between scaled features. */

/** Correlations of the Euclidean distance alone that have compiled kernels. */
export type DistanceKernelName = 'squared-exponential' | 'matern-5/2';

/** Correlation functions that a Gaussian process can use; `structuredKernel` says what the last five are. */
export type GaussianProcessKernel = DistanceKernelName | StructuredKernelName;

/** Correlation functions that are more than a function of the distance, or have a shape of their own. */
export type StructuredKernelName =
  | 'anova'
  | 'anova-matern-5/2'
  | 'matern-3/2'
  | 'rational-quadratic'
  | 'power-exponential';

/** The names of all kernels. */
export const KERNELS: readonly GaussianProcessKernel[] = [
  'squared-exponential',
  'matern-5/2',
  'anova',
  'anova-matern-5/2',
  'matern-3/2',
  'rational-quadratic',
  'power-exponential',
];

/** Whether the kernel is a function of the distance alone that has compiled kernels. */
export function isRadial(kernel: GaussianProcessKernel): kernel is DistanceKernelName {
  return kernel === 'squared-exponential' || kernel === 'matern-5/2';
}

/** Correlations of single points, whatever the kernel. */
export interface PointCorrelation {
  /** Writes the correlations of the point `z[at ...]` with the first `count` rows of `rows` (scaled features) to `out[outAt ...]`. */
  correlate(z: Float64Array, at: number, rows: Float64Array, count: number, out: Float64Array, outAt: number): void;
  /** Adds the derivatives of `sum over i of weights_i k_i` by the features of the point `z` to `sums` (`width` numbers). */
  addSlopes(z: Float64Array, rows: Float64Array, weights: Float64Array, sums: Float64Array): void;
}

/**
 * Replaces the squared distances `r[from .. to)` by correlations.
 *
 * With r the Euclidean distance of points divided by their lengthscales [RasmussenWilliams2006, 4.2]: squared
 * exponential `exp(-r^2 / 2)`; Matern 5/2 `(1 + s + s^2 / 3) exp(-s)` with `s = sqrt(5) r`.
 */
export function correlate(kernel: DistanceKernelName, r: Float64Array, from: number, to: number): void {
  if (kernel === 'squared-exponential') {
    for (let i = from; i < to; i++) r[i] = Math.exp(-0.5 * r[i]);
    return;
  }
  for (let i = from; i < to; i++) {
    const square = 5 * r[i];
    const s = Math.sqrt(square);
    r[i] = (1 + s + square * (1 / 3)) * Math.exp(-s);
  }
}

/** The same, and writes the derivatives of the correlations by the squared distances to `slope[from .. to)`. */
export function correlateWithSlope(
  kernel: DistanceKernelName,
  r: Float64Array,
  slope: Float64Array,
  from: number,
  to: number,
): void {
  if (kernel === 'squared-exponential') {
    for (let i = from; i < to; i++) {
      r[i] = Math.exp(-0.5 * r[i]);
      slope[i] = -0.5 * r[i];
    }
    return;
  }
  for (let i = from; i < to; i++) {
    const square = 5 * r[i];
    const s = Math.sqrt(square);
    const decay = Math.exp(-s);
    r[i] = (1 + s + square * (1 / 3)) * decay;
    slope[i] = (-5 / 6) * (1 + s) * decay;
  }
}

/** Squared Euclidean distances of one point, `z[at ...]`, to the first `count` rows of `rows` (`count x width`). */
export function squaredDistances(
  z: Float64Array,
  at: number,
  rows: Float64Array,
  width: number,
  count: number,
  out: Float64Array,
  outAt: number,
): void {
  let i = 0;
  // Four rows at a time, so that their sums run in parallel.
  for (; i + 4 <= count; i += 4) {
    const r0 = i * width;
    const r1 = r0 + width;
    const r2 = r1 + width;
    const r3 = r2 + width;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let f = 0; f < width; f++) {
      const q = z[at + f];
      const e0 = q - rows[r0 + f];
      const e1 = q - rows[r1 + f];
      const e2 = q - rows[r2 + f];
      const e3 = q - rows[r3 + f];
      s0 += e0 * e0;
      s1 += e1 * e1;
      s2 += e2 * e2;
      s3 += e3 * e3;
    }
    out[outAt + i] = s0;
    out[outAt + i + 1] = s1;
    out[outAt + i + 2] = s2;
    out[outAt + i + 3] = s3;
  }
  for (; i < count; i++) {
    let sum = 0;
    for (let f = 0, row = i * width; f < width; f++) {
      const e = z[at + f] - rows[row + f];
      sum += e * e;
    }
    out[outAt + i] = sum;
  }
}

/** The point correlations of a radial kernel, for `width` features. */
export function radialCorrelation(kernel: DistanceKernelName, width: number): PointCorrelation {
  return {
    correlate(z, at, rows, count, out, outAt) {
      squaredDistances(z, at, rows, width, count, out, outAt);
      correlate(kernel, out, outAt, outAt + count);
    },
    addSlopes(z, rows, weights, sums) {
      const count = weights.length;
      const [k, slope] = [new Float64Array(count), new Float64Array(count)];
      squaredDistances(z, 0, rows, width, count, k, 0);
      correlateWithSlope(kernel, k, slope, 0, count);
      for (let i = 0, row = 0; i < count; i++, row += width)
        for (let f = 0; f < width; f++) sums[f] += 2 * weights[i] * slope[i] * (z[f] - rows[row + f]);
    },
  };
}
