import { cholesky, choleskySolve } from '../../numerics/linear-algebra/cholesky.ts';

/**
 * Shares of an answer that stacks predictions [Breiman1996]: minimizes |truth - sum of w_m prediction_m| over w >= 0 that add up
 * to 1. Each prediction is a vector as long as `truth`. The active set is that of [LawsonHanson1974].
 */
export function stackingWeights(truth: Float64Array, predictions: readonly Float64Array[]): Float64Array {
  const m = predictions.length;
  if (m === 1) return Float64Array.of(1);
  // With weights that add up to 1 the error is the weighted sum of the members' errors: their products are all that is needed.
  const errors = predictions.map((prediction) => prediction.map((value, i) => value - truth[i]));
  const products = new Float64Array(m * m);
  let largest = 0;
  for (let a = 0; a < m; a++)
    for (let b = 0; b < m; b++) {
      products[a * m + b] = errors[a].reduce((sum, e, i) => sum + e * errors[b][i], 0);
      largest = Math.max(largest, Math.abs(products[a * m + b]));
    }
  if (!(largest > 0 && Number.isFinite(largest))) return indicator(m, 0);
  return simplexMinimum(
    products.map((value) => value / largest),
    m,
  );
}

/** The w of least w^T A w, A m x m positive semidefinite, among those that are not negative and add up to 1. */
function simplexMinimum(a: Float64Array, m: number): Float64Array {
  let best = 0;
  for (let k = 1; k < m; k++) if (a[k * m + k] < a[best * m + best]) best = k;
  let w = indicator(m, best);
  const active = new Set([best]);
  for (let step = 0; step < 3 * m; step++) {
    const slopes = w.map((_, k) => w.reduce((sum, weight, j) => sum + a[k * m + j] * weight, 0));
    const value = w.reduce((sum, weight, k) => sum + weight * slopes[k], 0);
    let entering = -1;
    for (let k = 0; k < m; k++)
      if (!active.has(k) && slopes[k] < value * (1 - 1e-9) && (entering < 0 || slopes[k] < slopes[entering]))
        entering = k;
    if (entering < 0) return w;
    active.add(entering);
    for (let drops = 0; drops < m; drops++) {
      const target = onSubset(a, m, [...active]);
      const negative = [...active].filter((k) => target[k] <= 0);
      if (negative.length === 0) {
        w = target;
        break;
      }
      const reach = Math.min(...negative.map((k) => (w[k] - target[k] > 0 ? w[k] / (w[k] - target[k]) : 0)));
      w = w.map((weight, k) => Math.max(0, weight + reach * (target[k] - weight)));
      for (const k of negative) if (w[k] <= 1e-12) active.delete(k);
      if (active.size === 0) return indicator(m, best);
    }
  }
  return w;
}

/** The minimum on a subset with the sum 1, whatever the signs: A w = constant. */
function onSubset(a: Float64Array, m: number, subset: readonly number[]): Float64Array {
  const n = subset.length;
  const part = new Float64Array(n * n);
  const trace = subset.reduce((sum, k) => sum + a[k * m + k], 0);
  subset.forEach((p, i) => {
    subset.forEach((q, j) => {
      part[i * n + j] = a[p * m + q] + (i === j ? 1e-10 * trace : 0);
    });
  });
  const ones = new Float64Array(n).fill(1);
  const full = new Float64Array(m);
  if (cholesky(part, n) >= 0) {
    full[subset[0]] = 1;
    return full;
  }
  choleskySolve(part, n, ones);
  const sum = ones.reduce((total, value) => total + value, 0);
  subset.forEach((k, i) => {
    full[k] = ones[i] / sum;
  });
  return full;
}

function indicator(m: number, at: number): Float64Array {
  const w = new Float64Array(m);
  w[at] = 1;
  return w;
}
