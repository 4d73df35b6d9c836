import { symmetricEigen } from '../../numerics/linear-algebra/eigen.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';

/** A linear map of features around a center, w x w, row-major: each row is an axis times its stretch. */
export type Axes = Float64Array;

/**
 * Axes in which the best rows lie as far from the center in each direction: a valley that is long and narrow and lies across the inputs looks
 * round in them, as to a strategy that adapts its covariance [Hansen2016]. Undefined where rows are too few to span a space.
 */
export function axesAround(z: Matrix, merit: Float64Array, center: Float64Array): Axes | undefined {
  const w = z.columns;
  const order = [...merit.keys()].filter((i) => Number.isFinite(merit[i])).sort((a, b) => merit[a] - merit[b] || a - b);
  const count = CONSTRAINED_RBF_POLICY.model.axesRows * (w + 1);
  if (w < 2 || order.length < 2 * count) return undefined;
  const covariance = new Float64Array(w * w);
  for (const i of order.slice(0, count)) {
    const row = z.row(i);
    for (let a = 0; a < w; a++)
      for (let b = 0; b < w; b++) covariance[a * w + b] += ((row[a] - center[a]) * (row[b] - center[b])) / count;
  }
  const { values, vectors } = symmetricEigen(covariance, w);
  const most = values[w - 1];
  if (!(most > 0)) return undefined;
  const axes = new Float64Array(w * w);
  for (let k = 0; k < w; k++) {
    const stretch = Math.min(CONSTRAINED_RBF_POLICY.model.mostStretch, Math.sqrt(most / Math.max(1e-300, values[k])));
    for (let j = 0; j < w; j++) axes[k * w + j] = stretch * vectors[j * w + k];
  }
  return axes;
}

/** Writes `factor` times the axes times v. */
export function along(axes: Axes, v: Float64Array, factor: number, out: Float64Array): void {
  const w = v.length;
  for (let k = 0; k < w; k++) {
    let sum = 0;
    for (let j = 0; j < w; j++) sum += axes[k * w + j] * v[j];
    out[k] = factor * sum;
  }
}

/** A gradient along the axes as one by the features. */
export function backFrom(axes: Axes, gradient: Float64Array): Float64Array {
  const w = gradient.length;
  return Float64Array.from(gradient, (_, j) => {
    let sum = 0;
    for (let k = 0; k < w; k++) sum += axes[k * w + j] * gradient[k];
    return sum;
  });
}
