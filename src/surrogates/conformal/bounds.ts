import { type Interval, isProbabilistic, type Posterior } from '../../core/model.ts';
import { normalQuantile } from '../../numerics/distributions.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { studentHalfWidth, studentStretch } from '../../numerics/student.ts';
import { type Judged, type Scores, spreadOf } from './scores.ts';

/**
 * How far from a prediction n scores reach. `exact`: to the rank of level (n + 1), taken up to a whole one, which bounds the coverage
 * from below; `interpolated`: between ranks; `pooled`: to the geometric mean, weighted by 0.3 and 0.7, of the rank and of what normal
 * scores of the same size would reach, widened from the normal distribution to Student's t with n / 8 degrees of freedom; `sized`: to
 * where Student's t reaches whose scale is the size of the scores, which needs no ranks.
 */
export type Reach = 'exact' | 'interpolated' | 'pooled' | 'sized';

/**
 * Few scores tell the share of large errors worse than they tell their size, and the size of the scores of one design is itself a guess
 * at how large errors are elsewhere: all rows of a part share its hyper-parameters, and neighboring rows their errors. On other functions
 * than those of the accuracy benchmark and on transformed instances of these, d from 2 to 10, how far 95 % of the test errors reach varies
 * from design to design by a factor of exp(2.6 / sqrt n), whatever d is: errors with such a scale follow Student's t with n / 8 degrees.
 */
const RANK_WEIGHT = 0.3;
const SCORES_PER_DEGREE = 8;
/** The same where they are too few to have a rank for the level. */
const SCORES_PER_DEGREE_OF_FEW = 5;
/** Least size of a part, as a share of the largest one: a part that was easy by chance does not speak for the others. */
const LEAST_PART = 0.1;

/**
 * Intervals at the rows of some x from the absolute scores R_i of n left-out rows: the reach of the ends m_j(x) -+ s_j(x) R_i, where
 * m_j and s_j are prediction and spread of the model that R_i was measured on, here the `answers` of the judging models [Barber2021, Lei2018].
 */
export function conformalBounds(
  { models, scores }: Judged,
  answers: readonly Posterior[],
  level: number,
  reach: Reach,
): Interval {
  const { rows } = answers[0].mean;
  const [lower, upper] = [new Matrix(rows, scores.length), new Matrix(rows, scores.length)];
  const factors = reachOf({ models, scores }, level, reach);
  scores.forEach((column, k) => {
    const n = column.residuals.length;
    const spread = (j: number, i: number) => spreadOf(answers[j].variance.get(i, k), column.least);
    if (factors) {
      const factor = factors[k];
      for (let i = 0; i < rows; i++) {
        const m = answers[0].mean.get(i, k);
        lower.set(i, k, finite(m - factor * spread(0, i)));
        upper.set(i, k, finite(m + factor * spread(0, i)));
      }
      return;
    }
    const [down, up] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < rows; i++) {
      ends(
        column,
        (j) => answers[j].mean.get(i, k),
        (j) => spread(j, i),
        down,
        up,
      );
      lower.set(i, k, finite(-ranked(down.sort(), level, reach === 'exact')));
      upper.set(i, k, finite(ranked(up.sort(), level, reach === 'exact')));
    }
  });
  return { lower, upper };
}

/** How many spreads of a single model an interval reaches to each side, for each column; undefined where there are several models. */
export function reachOf({ models, scores }: Judged, level: number, reach: Reach): number[] | undefined {
  if (models.length > 1) return undefined;
  return scores.map((column) => {
    const sorted = column.residuals.map((r) => Math.abs(r)).sort();
    return factorOf(column, sorted, level, reach, isProbabilistic(models[0]));
  });
}

/** Fewest scores from which an interval of this level can be made: 19 for 95 %. */
export function fewestScores(level: number): number {
  // A level such as 0.95 is not exactly that: 1 / (1 - 0.95) is a bit above 20.
  return Math.ceil(1 / (1 - level) - 1e-9) - 1;
}

/** Minus the lower ends, and the upper ends. */
function ends(
  { residuals, judges }: Scores,
  mean: (judge: number) => number,
  spread: (judge: number) => number,
  down: Float64Array,
  up: Float64Array,
): void {
  let [last, m, s] = [-1, 0, 0];
  for (let i = 0; i < residuals.length; i++) {
    if (judges[i] !== last) {
      last = judges[i];
      [m, s] = [mean(last), spread(last)];
    }
    const reach = Math.abs(residuals[i]) * s;
    down[i] = reach - m;
    up[i] = m + reach;
  }
}

/** Where the score of rank level (n + 1), taken up to a whole one, stands among n sorted ones. */
export function exactPlace(n: number, level: number): number {
  return Math.min(n, Math.ceil(level * (n + 1) - 1e-9)) - 1;
}

/** The value of rank level (n + 1) among n sorted ones. */
function ranked(sorted: Float64Array, level: number, exact: boolean): number {
  const n = sorted.length;
  const rank = level * (n + 1);
  const below = Math.min(n, Math.floor(rank + 1e-9));
  const above = Math.min(n, Math.ceil(rank - 1e-9));
  if (exact || below === above) return sorted[exactPlace(n, level)];
  // No score is below 0: that is where rank 0 is.
  const least = below > 0 ? sorted[below - 1] : 0;
  return least + (rank - below) * (sorted[above - 1] - least);
}

function factorOf(column: Scores, sorted: Float64Array, level: number, reach: Reach, hasVariance: boolean): number {
  if (reach === 'pooled') return pooled(column, sorted, level);
  if (reach !== 'sized') return ranked(sorted, level, reach === 'exact');
  const degrees = Math.max(1, Math.round(sorted.length / SCORES_PER_DEGREE_OF_FEW));
  const most = sorted[sorted.length - 1];
  const size = most === 0 ? 0 : most * Math.sqrt(sorted.reduce((sum, r) => sum + (r / most) ** 2, 0) / sorted.length);
  // A handful of small errors is luck rather than a variance that is too large.
  return studentHalfWidth(level, degrees) * (hasVariance ? Math.max(1, size) : size);
}

function pooled(column: Scores, sorted: Float64Array, level: number): number {
  const z = normalQuantile((1 + level) / 2);
  const stretch = studentStretch(z, sorted.length / SCORES_PER_DEGREE);
  return (
    stretch *
    (z * sizeOf(column, sorted[sorted.length - 1])) ** (1 - RANK_WEIGHT) *
    ranked(sorted, level, false) ** RANK_WEIGHT
  );
}

/** The geometric mean over the parts of the root mean square of their scores, of which `most` is the largest. */
function sizeOf({ residuals, judges }: Scores, most: number): number {
  if (most === 0) return 0;
  const squares = Array.from(new Set(judges), (part) => {
    const own = residuals.filter((_, i) => judges[i] === part);
    // In units of the largest, whose square would overflow.
    return own.reduce((sum, r) => sum + (r / most) ** 2, 0) / own.length;
  });
  const least = LEAST_PART ** 2 * Math.max(...squares);
  const logs = squares.reduce((sum, square) => sum + Math.log(Math.max(square, least)), 0);
  return most * Math.exp(logs / squares.length / 2);
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
