import {
  add,
  along,
  divide,
  each,
  map,
  max,
  multiply,
  number,
  product,
  square,
  subtract,
  sum,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { type CorrelationRows, correlationTerm } from '../kernels/correlation-terms.ts';
import type { KrigingPosterior } from './posterior.ts';
import type { TrendBasis } from './trend.ts';

/** Mean and variance of a latent variable as terms. */
export interface LatentTerms {
  readonly mean: Term;
  readonly variance: Term;
}

/** The posterior of one standardized output at a point; see {@link KrigingPosterior}. */
export function posteriorTerms(posterior: KrigingPosterior, point: PointTerms): LatentTerms {
  const { hyperparameters, map: features, basis, x, alpha, q } = posterior.parts;
  const { kernel, shape, trend, variance, lengthscales } = hyperparameters;
  const scales = lengthscales.map((l) => 1 / l);
  const axis = { length: x.rows };
  const rows: CorrelationRows = {
    ...{ kernel, shape, coordinates: features.coordinates, axis },
    features: posterior.scaled(x),
  };
  const k = map(axis, correlationTerm(features.terms(point, scales), rows));
  const f = basisTerms(basis, point.u);
  const mean = add(total(f.map((one, j) => multiply(trend[j], one))), sum(axis, multiply(along(axis, alpha), each(k))));
  const v = product(axis, inverseFactor(posterior), k, true);
  const projected = f.map((_, j) =>
    sum(axis, multiply(along(axis, q.subarray(j * x.rows, (j + 1) * x.rows)), each(v))),
  );
  const price = total(trendPrices(f, projected, posterior.parts.r).map(square));
  const explained = sum(axis, square(each(v)));
  return { mean, variance: multiply(variance, max(0, add(subtract(1, explained), price))) };
}

/** `t = R^-T f - Q v`, see {@link KrigingPosterior}. */
function trendPrices(f: readonly Term[], projected: readonly Term[], r: Float64Array): Term[] {
  const p = f.length;
  const solved: Term[] = [];
  for (let k = 0; k < p; k++) {
    let t = f[k];
    for (let m = 0; m < k; m++) t = subtract(t, multiply(r[m * p + k], solved[m]));
    solved.push(divide(t, r[k * p + k]));
  }
  return solved.map((t, k) => subtract(t, projected[k]));
}

/**
 * `L^-1`, n x n, of the correlations of the rows with nugget and jitter, by the factor that the posterior has: one that was factored anew
 * would be another, as far away as the correlations are ill-conditioned.
 */
function inverseFactor({ parts: { correlations, x } }: KrigingPosterior): Float64Array {
  const n = x.rows;
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, (i + 1) * n);
    row[i] = 1;
    correlations.solveTransposed(row);
  }
  return inverse;
}

/** The basis functions at a point; see {@link TrendBasis}. */
function basisTerms({ constant, coordinates, squares = [] }: TrendBasis, u: readonly Term[]): Term[] {
  return [
    ...(constant ? [number(1)] : []),
    ...coordinates.map((j) => subtract(u[j], 0.5)),
    ...squares.map((j) => square(subtract(u[j], 0.5))),
  ];
}
