import type { Interval } from '../core/model.ts';
import { Matrix } from '../numerics/matrix.ts';
import { answersOf, type Judged, type Scores, spreadOf } from './conformal-scores.ts';

/**
 * Intervals at the rows of `x` from the absolute scores R_i of n left-out rows: the ranks of level (n + 1) among the ends
 * m_j(x) -+ s_j(x) R_i, where m_j and s_j are prediction and spread of the model that R_i was measured on [Barber2021, Lei2018].
 * `exact` takes the rank up to a whole one, which bounds the coverage from below; without it ranks are interpolated. Scores are
 * multiplied by `widening`.
 */
export function conformalBounds(
  { models, scores }: Judged,
  x: Matrix,
  level: number,
  scales: readonly number[],
  exact: boolean,
  widening: number,
): Interval {
  const answers = models.map((model) => answersOf(model, x));
  const [lower, upper] = [new Matrix(x.rows, scores.length), new Matrix(x.rows, scores.length)];
  scores.forEach((column, k) => {
    const n = column.residuals.length;
    const spread = (j: number, i: number) => spreadOf(answers[j].variance.get(i, k), scales[k]);
    if (models.length === 1) {
      const reach = widening * ranked(column.residuals.map((r) => Math.abs(r)).sort(), level, exact);
      for (let i = 0; i < x.rows; i++) {
        const m = answers[0].mean.get(i, k);
        lower.set(i, k, finite(m - reach * spread(0, i)));
        upper.set(i, k, finite(m + reach * spread(0, i)));
      }
      return;
    }
    const [down, up] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < x.rows; i++) {
      ends(
        column,
        (j) => answers[j].mean.get(i, k),
        (j) => spread(j, i),
        down,
        up,
      );
      lower.set(i, k, finite(-ranked(down.sort(), level, exact)));
      upper.set(i, k, finite(ranked(up.sort(), level, exact)));
    }
  });
  return { lower, upper };
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

/** The value of rank level (n + 1) among n sorted ones. */
function ranked(sorted: Float64Array, level: number, exact: boolean): number {
  const n = sorted.length;
  const rank = level * (n + 1);
  const below = Math.min(n, Math.floor(rank + 1e-9));
  const above = Math.min(n, Math.ceil(rank - 1e-9));
  if (exact || below === above) return sorted[above - 1];
  return sorted[below - 1] + (rank - below) * (sorted[above - 1] - sorted[below - 1]);
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
