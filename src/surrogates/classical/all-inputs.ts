import type { Dataset } from '../../core/dataset.ts';
import { partsOf, someRows, split } from '../../core/parts.ts';
import type { Regressions } from './curves.ts';
import { type SurfaceState, surfaceAt } from './formulas.ts';

/** Settings of kernel ridge regression; see {@link chooseRidge}. */
export interface Ridge {
  /** What is added to the diagonal of a kernel matrix of ones. */
  readonly ridge: number;
  /** Width of the Gaussian kernel, in units of the cube. */
  readonly width: number;
}

/** A plane by least squares; of those that fit equally well the smallest one. */
export function planeThrough(of: Regressions, rows: readonly number[][], y: Float64Array): SurfaceState {
  const { weights } = new of.MultivariateLinearRegression(rows, columnOf(y), { statistics: false });
  const all = weights.map(([weight]) => weight);
  return { kind: 'plane', weights: Float64Array.from(all.slice(0, -1)), intercept: all[all.length - 1] };
}

/** Kernel ridge regression with a Gaussian kernel. */
export function ridgeThrough(
  of: Regressions,
  rows: readonly number[][],
  y: Float64Array,
  { ridge, width }: Ridge,
): SurfaceState {
  const { alpha } = new of.KernelRidgeRegression(rows, columnOf(y), {
    lambda: ridge,
    kernelType: 'gaussian',
    kernelOptions: { sigma: width },
  });
  return {
    kind: 'kernel ridge',
    inputs: Float64Array.from(rows.flat()),
    alpha: Float64Array.from(alpha.to1DArray()),
    divisor: 2 * width * width,
  };
}

const WIDTHS = [0.2, 0.4, 0.8, 1.6, 3.2];
const RIDGES = [1e-8, 1e-6, 1e-4, 1e-2, 1];
/** Most rows that settings are compared on. */
const COMPARED = 100;
const PARTS = 4;

/**
 * The settings with the least squared error at rows left out in four parts, over all targets (n standardized numbers each); `rows` are the
 * features of the data.
 */
export function chooseRidge(
  of: Regressions,
  { x, space }: Dataset,
  rows: readonly number[][],
  targets: readonly Float64Array[],
  given: Partial<Ridge>,
): Ridge {
  // Distances in the cube grow with the square root of its dimension.
  const widths = given.width ? [given.width] : WIDTHS.map((width) => width * Math.sqrt(rows[0].length));
  const ridges = given.ridge ? [given.ridge] : RIDGES;
  const all = widths.flatMap((width) => ridges.map((ridge): Ridge => ({ ridge, width })));
  if (all.length === 1 || rows.length < 2 * PARTS) return all[all.length >> 1];
  const compared = someRows(x, COMPARED);
  const parts = partsOf(x.select(compared), space.columns, PARTS);
  const splits = Array.from({ length: PARTS }, (_, part) => {
    const { tested, kept } = split(parts, part);
    return { tested: tested.map((i) => compared[i]), kept: kept.map((i) => compared[i]) };
  }).filter(({ kept }) => kept.length > 0);
  const errorOf = (settings: Ridge) => {
    let sum = 0;
    for (const { tested, kept } of splits)
      for (const target of targets) {
        const known = kept.map((row) => rows[row]);
        const surface = ridgeThrough(
          of,
          known,
          Float64Array.from(kept, (row) => target[row]),
          settings,
        );
        for (const row of tested) sum += (target[row] - surfaceAt(surface, rows[row])) ** 2;
      }
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
  };
  const errors = all.map(errorOf);
  return all[errors.indexOf(Math.min(...errors))];
}

function columnOf(y: Float64Array): number[][] {
  return Array.from(y, (value) => [value]);
}
