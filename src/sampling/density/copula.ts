import { type Factory, factory } from '../../core/factory.ts';
import type { NoOptions } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { normalCdf, normalQuantile } from '../../numerics/distributions.ts';
import { cholesky } from '../../numerics/linear-algebra/cholesky.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { KnownRows } from './known-rows.ts';

/** Products that the correlations may take; of more rows a random part is used. */
const WORK = 2e9;
/** What is added to the diagonal of the correlations at first, and how often ten times that is tried. */
const JITTER = 1e-10;
const TRIES = 9;

/**
 * A Gaussian copula [Nelsen2006]: the normal scores of the rows seen, with their correlations, and each coordinate with its own distribution. A category
 * keeps the order in which its choices are named. Throws `no-data` where there are no rows.
 */
export const copula: Factory<NoOptions, Sampler> = factory('copula', {}, () => ({
  name: 'copula',
  fromRows: true,
  sample(space, count, seen, run) {
    const known = new KnownRows('copula', space, count, seen);
    const rng = run.rng.child('copula');
    const d = space.dimension;
    const most = Math.max(2, Math.floor(WORK / d / d));
    const rows = known.size <= most ? undefined : rng.permutation(known.size).subarray(0, most);
    const columns = Array.from({ length: d }, (_, j) => scored(known, j, rows));
    const factor = factorOf(columns.map(({ scores }) => scores));
    const x = new Matrix(count, d);
    const z = new Float64Array(d);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < d; j++) z[j] = rng.normal();
      const u = Float64Array.from(columns, ({ sorted }, j) => {
        let score = 0;
        for (let k = 0; k <= j; k++) score += factor[j * d + k] * z[k];
        return quantile(sorted, normalCdf(score), space.columns[j].levels === Number.POSITIVE_INFINITY, rng);
      });
      x.row(i).set(known.settled(u, undefined, rng));
    }
    return x;
  },
}));

/** A coordinate: its values where it plays a part, in order, and the normal scores of the rows, 0 where it plays none. */
interface Scored {
  readonly sorted: Float64Array;
  readonly scores: Float64Array;
}

function scored(known: KnownRows, j: number, rows: Int32Array | undefined): Scored {
  const values = rows ? Float64Array.from(rows, (i) => known.points.get(i, j)) : known.points.column(j);
  const active = known.active(j);
  const isActive = active && new Set(active);
  const own = Array.from(values.keys()).filter((at) => !isActive || isActive.has(rows ? rows[at] : at));
  own.sort((a, b) => values[a] - values[b]);
  const scores = new Float64Array(values.length);
  for (let from = 0; from < own.length; ) {
    let to = from + 1;
    while (to < own.length && values[own[to]] === values[own[from]]) to++;
    // Equal values have the score of their middle.
    const score = normalQuantile((from + to) / 2 / own.length);
    for (let k = from; k < to; k++) scores[own[k]] = score;
    from = to;
  }
  return { sorted: Float64Array.from(own, (at) => values[at]), scores };
}

/** The lower factor of the correlations of n numbers for each coordinate, d x d. */
function factorOf(scores: readonly Float64Array[]): Float64Array {
  const d = scores.length;
  const scaled = scores.map((own) => {
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    return own.map((value) => (norm > 0 ? value / norm : 0));
  });
  const correlations = new Float64Array(d * d);
  for (let j = 0; j < d; j++)
    for (let k = 0; k <= j; k++) {
      const [a, b] = [scaled[j], scaled[k]];
      let sum = 0;
      for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
      correlations[j * d + k] = j === k ? 1 : sum;
    }
  for (let tried = 0; tried < TRIES; tried++) {
    const factor = correlations.slice();
    for (let j = 0; j < d; j++) factor[j * d + j] += JITTER * 10 ** tried;
    if (cholesky(factor, d) < 0) return factor;
  }
  // Scores that say the same twice, more often than a diagonal mends: coordinates go by themselves.
  return Float64Array.from(correlations, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
}

/** The value at share p of the sorted ones, between two of them where the coordinate is continuous; uniform where there are none. */
function quantile(sorted: Float64Array, p: number, isContinuous: boolean, rng: Rng): number {
  const n = sorted.length;
  if (n === 0) return rng.uniform();
  const at = p * n - 0.5;
  const low = Math.min(n - 1, Math.max(0, Math.floor(isContinuous ? at : at + 0.5)));
  const high = Math.min(n - 1, low + 1);
  return isContinuous ? sorted[low] + Math.min(1, Math.max(0, at - low)) * (sorted[high] - sorted[low]) : sorted[low];
}
