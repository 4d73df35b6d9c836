import type { Matrix } from '../../numerics/matrix.ts';
import { BorderedPosterior } from './border.ts';
import type { KrigingParts } from './kriging-parts.ts';
import { LEAST_VARIANCE } from './likelihood.ts';
import { KrigingPosterior } from './posterior.ts';
import { kriging, logParameters } from './search.ts';
import { basisRows, dot, orthonormalize, takeTrend } from './trend.ts';

/** Rows below a factor from which on the whole is factored anew. */
const MOST_ROWS = 64;

/**
 * The posterior that knows more rows, `x` (k x d) with standardized outputs `y`, under the same lengthscales and nugget: the
 * Cholesky factor grows by a row for each, O(n^2) [RasmussenWilliams2006, A.3]. The variance is `variance` when it is given,
 * otherwise estimated from all rows.
 */
export function extendKriging(
  before: KrigingPosterior,
  x: Matrix,
  y: Float64Array,
  variance?: number,
): KrigingPosterior {
  const { parts } = before;
  const all = { ...parts, x: parts.x.stack(x), y: concatenated(parts.y, y) };
  const correlations = extended(before, x);
  if (!correlations) return withVariance(kriging(all, parts.hyperparameters.kernel, logParameters(before)), variance);
  const origin = { ...parts.origin, added: [...parts.origin.added, { rows: x.rows, variance }] };
  return assembled({ ...all, origin }, correlations, variance);
}

/** The posterior with another process variance; the same where none is given. */
export function withVariance(posterior: KrigingPosterior, variance: number | undefined): KrigingPosterior {
  if (variance === undefined) return posterior;
  const { parts } = posterior;
  const hyperparameters = { ...parts.hyperparameters, variance };
  return new KrigingPosterior({ ...parts, hyperparameters, origin: { ...parts.origin, variance } });
}

/** The correlations with the rows of `x` below; undefined when the matrix is to be factored anew. */
function extended(before: KrigingPosterior, x: Matrix): BorderedPosterior | undefined {
  const { nugget, jitter } = before.hyperparameters;
  const points = before.points();
  const n = before.y.length;
  const { width } = before.parts.map;
  const z = before.scaled(x);
  let correlations = before.parts.correlations;
  for (let i = 0; i < x.rows; i++) {
    if (correlations instanceof BorderedPosterior && correlations.count >= MOST_ROWS) return undefined;
    const point = z.slice(i * width, (i + 1) * width);
    const grown = BorderedPosterior.under(correlations, n + i, points, point, 1 + nugget + jitter);
    if (!grown) return undefined;
    correlations = grown;
  }
  return correlations instanceof BorderedPosterior ? correlations : undefined;
}

/** What depends on the answers and the trend, for a factor that has grown; `parts` have all rows in x and y only. */
function assembled(parts: KrigingParts, bordered: BorderedPosterior, variance: number | undefined): KrigingPosterior {
  const { hyperparameters, basis, x, y } = parts;
  const [n, before, p] = [x.rows, parts.alpha.length, hyperparameters.trend.length];
  const whitened = new Float64Array(n);
  whitened.set(parts.whitened);
  const q = new Float64Array(p * n);
  const { r: upper, q: rows } = parts;
  // L^-1 F before the new rows: R^T Q.
  for (let k = 0; k < p; k++)
    for (let m = 0; m <= k; m++) {
      const factor = upper[m * p + k];
      for (let i = 0, to = k * n, from = m * before; i < before; i++, to++, from++) q[to] += factor * rows[from];
    }
  const inverseDiagonal = new Float64Array(n);
  inverseDiagonal.set(parts.inverseDiagonal);
  const f = basisRows(basis, x);
  for (let row = before; row < n; row++) {
    // The last row of L^-1 gives what that row adds to everything.
    const last = new Float64Array(n);
    last[row] = 1;
    bordered.solveTransposed(last);
    for (let i = 0; i <= row; i++) inverseDiagonal[i] += last[i] ** 2;
    whitened[row] = dot(last, y);
    for (let k = 0, at = 0; k < p; k++, at += n) {
      let sum = 0;
      for (let i = 0; i <= row; i++) sum += last[i] * f[at + i];
      q[at + row] = sum;
    }
  }
  const r = orthonormalize(q, p, n);
  const alpha = whitened.slice();
  const trend = new Float64Array(p);
  takeTrend(alpha, q, r, trend);
  const estimated = Math.max(LEAST_VARIANCE * n, dot(alpha, alpha)) / Math.max(1, n - p);
  bordered.solveTransposed(alpha);
  const back = q.slice();
  for (let k = 0; k < p; k++) bordered.solveTransposed(back.subarray(k * n, (k + 1) * n));
  return new KrigingPosterior({
    ...parts,
    hyperparameters: { ...hyperparameters, trend, variance: variance ?? estimated },
    ...{ whitened, alpha, q, r, back, inverseDiagonal },
    correlations: bordered.with(alpha, q),
  });
}

function concatenated(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
