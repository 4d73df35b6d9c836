import { stretchTerm } from '../../core/derivative.ts';
import type { ColumnTerms } from '../../core/exportable.ts';
import {
  abs,
  add,
  along,
  choose,
  cos,
  divide,
  each,
  exp,
  finite,
  map,
  max,
  multiply,
  negate,
  number,
  product,
  sin,
  sqrt,
  square,
  subtract,
  sum,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { Column, Space } from '../../core/space/space.ts';
import type { LatentTerms } from '../../kriging/process/process-terms.ts';
import { bounded } from './column.ts';
import { APART, type GradientEnhancedKernel, ROOT_FIVE } from './kernel.ts';
import { byOf, noiseOf, type Place } from './place.ts';
import type { SlopePosterior } from './posterior.ts';

/** What a place answers, in the unit of its output. */
export function placeTerms(place: Place, { columns, parameters }: Space, u: readonly Term[]): ColumnTerms {
  const { posterior, targets } = place.group;
  const by = byOf(place);
  const { center, scale, deviation } = targets;
  const latent = posterior ? slopeTerms(posterior, columns, u, by) : { mean: number(0), variance: number(0) };
  const noise = posterior ? noiseOf(posterior, place.r) : 0;
  const factor =
    by === undefined
      ? number(bounded(scale * deviation))
      : finite(multiply(divide(deviation, stretchTerm(Object.values(parameters)[by], u[by])), scale));
  const squaredTerm = (of: Term) => finite(multiply(finite(multiply(of, factor)), factor));
  return {
    mean: finite(
      by === undefined ? multiply(add(center, multiply(deviation, latent.mean)), scale) : multiply(latent.mean, factor),
    ),
    variance: squaredTerm(latent.variance),
    observed: squaredTerm(add(latent.variance, noise)),
  };
}

/** The value at canonical coordinates, or its slope along the coordinate `by`; see {@link SlopePosterior.at}. */
function slopeTerms(
  posterior: SlopePosterior,
  columns: readonly Column[],
  u: readonly Term[],
  by?: number,
): LatentTerms {
  const { hyperparameters, data } = posterior;
  const { inverse, alpha, trend, trendSquare, prior } = posterior.parts(by);
  const [n, size, width] = [data.x.rows, data.y.length, 1 + data.coordinates.length];
  const rows = { length: n };
  const apart = columns.map((column, j) => {
    const e = subtract(u[j], along(rows, data.x.column(j)));
    return separation(column, e, hyperparameters.lengthscales[j] ** -2);
  });
  const radial = radialTerms(data.kernel, total(apart.map(({ s }) => s)));
  const correlations = [undefined, ...data.coordinates].map((l) => covariance(apart, radial, by, l));
  const ofSlope = (r: number) => (of: Float64Array) => Float64Array.from({ length: n }, (_, i) => of[i * width + r]);
  const mean = total([
    by === undefined ? hyperparameters.trend : 0,
    ...correlations.map((k, r) => sum(rows, multiply(along(rows, ofSlope(r)(alpha)), k))),
  ]);
  const all = { length: size };
  const whitened = total(
    correlations.map((k, r) => {
      // The columns of the inverse that belong to the r-th kind of row.
      const block = new Float64Array(size * n);
      for (let i = 0; i < size; i++) for (let j = 0; j < n; j++) block[i * n + j] = inverse[i * size + j * width + r];
      return each(product(all, block, map(rows, k)));
    }),
  );
  const explained = sum(all, square(whitened));
  const own = sum(all, multiply(along(all, trend), whitened));
  const price = divide(subtract(by === undefined ? 1 : 0, own), trendSquare);
  const share = add(subtract(prior, explained), multiply(square(price), trendSquare));
  return { mean, variance: multiply(hyperparameters.variance, max(0, share)) };
}

/** What two points are apart along a coordinate, squared and weighed, with its first and second derivative. */
interface Apart {
  readonly s: Term;
  readonly a: Term;
  readonly c: Term;
}

/** See `separationsOf`. */
function separation({ kind, periodic }: Column, e: Term, weight: number): Apart {
  const zero = number(0);
  if (kind === 'categorical') return { s: choose(APART, 'less', abs(e), weight, 0), a: zero, c: zero };
  if (!periodic) return { s: multiply(weight, square(e)), a: multiply(2 * weight, e), c: number(2 * weight) };
  const angle = multiply(2 * Math.PI, e);
  return {
    s: multiply(weight, square(divide(sin(multiply(Math.PI, e)), Math.PI))),
    a: divide(multiply(weight, sin(angle)), Math.PI),
    c: multiply(2 * weight, cos(angle)),
  };
}

/** The correlation as a function of the squared distance, with two derivatives; see `radialDerivatives`. */
function radialTerms(
  kernel: GradientEnhancedKernel,
  s: Term,
): { readonly g: Term; readonly g1: Term; readonly g2: Term } {
  if (kernel === 'squared-exponential') {
    const g = exp(multiply(-0.5, s));
    return { g, g1: multiply(-0.5, g), g2: multiply(0.25, g) };
  }
  const q = multiply(ROOT_FIVE, sqrt(s));
  const decay = exp(negate(q));
  return {
    g: multiply(add(add(1, q), multiply(5 / 3, s)), decay),
    g1: multiply(multiply(-5 / 6, add(1, q)), decay),
    g2: multiply(25 / 12, decay),
  };
}

/** Of the value (undefined) or a slope at the point with the value or a slope at each row; see `SlopePair`. */
function covariance(
  apart: readonly Apart[],
  { g, g1, g2 }: ReturnType<typeof radialTerms>,
  at: number | undefined,
  row: number | undefined,
): Term {
  if (at === undefined) return row === undefined ? g : multiply(negate(g1), apart[row].a);
  if (row === undefined) return multiply(g1, apart[at].a);
  const bent = multiply(multiply(g2, apart[at].a), apart[row].a);
  return negate(at === row ? add(bent, multiply(g1, apart[at].c)) : bent);
}
