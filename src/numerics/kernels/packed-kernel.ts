/** Correlation functions that the kernels know, in the order of their numbers there. */
const PACKED_KERNELS = ['squared-exponential', 'matern-5/2', 'anova', 'anova-matern-5/2'] as const;

/** A correlation function that the kernels know. */
export type PackedKernel = (typeof PACKED_KERNELS)[number];

/** Coefficients of the powers of t in exp(-t / 2). */
const SERIES = [1, -1 / 2, 1 / 8, -1 / 48];

/** Whether the kernels know the correlation function of this name. */
export function isPacked(name: string): name is PackedKernel {
  return PACKED_KERNELS.some((known) => known === name);
}

/** Whether it is a product over the coordinates instead of a function of the distance. */
export function isProduct(kernel: PackedKernel): boolean {
  return kernel === 'anova' || kernel === 'anova-matern-5/2';
}

/** First feature of each coordinate, and the end: d + 1 numbers for features of these coordinates, 0 .. d-1 in ascending order. */
export function featureStarts(coordinates: Int32Array): Int32Array {
  const d = coordinates.length === 0 ? 0 : coordinates[coordinates.length - 1] + 1;
  const starts = new Int32Array(d + 1);
  for (const j of coordinates) starts[j + 1]++;
  for (let j = 0; j < d; j++) starts[j + 1] += starts[j];
  return starts;
}

/**
 * The features that have a slope in common, as `featureStarts` has them: all of them, or those of a coordinate where the kernel is a
 * product.
 */
export function slopeStarts(kernel: PackedKernel, coordinates: Int32Array): Int32Array {
  return isProduct(kernel) ? featureStarts(coordinates) : Int32Array.of(0, coordinates.length);
}

/** How many numbers describe a kernel of features with these starts. */
export function descriptionLength(starts: Int32Array): number {
  return 8 * starts.length;
}

/** The description that the kernels read, see `assembly/anova.ts`; `shape` holds `ln w` of each coordinate of a product. */
export function describe(kernel: PackedKernel, starts: Int32Array, shape: Float64Array): Float64Array {
  const numbers = new Float64Array(descriptionLength(starts));
  const integers = new Int32Array(numbers.buffer);
  const d = isProduct(kernel) ? starts.length - 1 : 0;
  if (d > 0 && shape.length !== d) throw new RangeError(`${d} coordinates need ${d} shapes, got ${shape.length}`);
  integers[0] = PACKED_KERNELS.indexOf(kernel);
  integers[1] = d;
  for (let j = 0; j < d; j++) {
    const at = 8 * (j + 1);
    const share = 1 / (1 + Math.exp(-shape[j]));
    integers[2 * at] = 32 * (starts[j + 1] - starts[j] - 1);
    numbers[at + 1] = 1 - share;
    SERIES.forEach((coefficient, i) => {
      numbers[at + 2 + i] = coefficient * share;
    });
  }
  return numbers;
}

/** How many numbers describe a kernel of one coordinate. */
export const ONE_COORDINATE = 16;

/** The description of each coordinate of a product as a kernel of its own. */
export function descriptionsAlong(kernel: Float64Array): Float64Array[] {
  const d = new Int32Array(kernel.buffer, kernel.byteOffset)[1];
  return Array.from({ length: d }, (_, j) => {
    const one = new Float64Array(ONE_COORDINATE);
    one.set(kernel.subarray(0, 8));
    one.set(kernel.subarray(8 * (j + 1), 8 * (j + 2)), 8);
    new Int32Array(one.buffer)[1] = 1;
    return one;
  });
}
