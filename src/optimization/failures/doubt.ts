import { type Known, squaredDistance } from '../../core/space/point-set.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** Rows whose failures teach where the edge is, and the most rows after them that are held against the contrast. */
const LESSONS = 30;
const RECENT = 40;

/** The most rows that tell whether nearness to answers helps at all. */
const LOOK_BACK = 200;

/**
 * Of the recent rows where chances were said to be better than even, ten more being counted as answered, one in twenty may
 * fail. Each hundredth beyond that asks of a point to be nearer to an answer by a tenth of the contrast: it takes that much
 * to bring a search whose optimum lies at the edge, where every other step fails, down to one in ten.
 */
const CREDIT = 10;
const TOLERATED = 0.05;
const GAIN = 10;
const MOST_DOUBT = 0.9;

/** What the contrast said of a row before it was known, and what came of it. */
interface Forecast {
  readonly row: number;
  readonly contrast: number;
  readonly failed: boolean;
}

/**
 * By how much the contrast must be below 0 for even chances, 0 to 0.9: the more, the more of the points that it spoke for failed
 * lately. Failures that are as near to answers as other points raise no doubt: no nearness would help. `x` are the rows in the order in which
 * they were told, `answered` those with an answer.
 */
export function doubtOf(x: Matrix, answered: Known): number {
  if (x.rows <= LESSONS) return 0;
  const forecasts = forecastsOf(x, answered);
  const recent = Math.max(LESSONS, x.rows - RECENT);
  const believed = forecasts.filter(({ row, contrast }) => row >= recent && contrast < 0);
  const failures = believed.filter(({ failed }) => failed).length;
  const excess = failures / (believed.length + CREDIT) - TOLERATED;
  return excess <= 0 ? 0 : Math.min(MOST_DOUBT, GAIN * excess * relevance(forecasts));
}

function forecastsOf(x: Matrix, answered: Known): Forecast[] {
  const isAnswered = Array.from({ length: x.rows }, (_, i) => answered.has(x.row(i)));
  const forecasts: Forecast[] = [];
  for (let row = Math.max(0, x.rows - LOOK_BACK); row < x.rows; row++) {
    let [toAnswer, toFailure] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let k = 0; k < row; k++) {
      const square = squaredDistance(x.row(row), x.row(k));
      if (isAnswered[k]) toAnswer = Math.min(toAnswer, square);
      else toFailure = Math.min(toFailure, square);
    }
    const [a, b] = [Math.sqrt(toAnswer), Math.sqrt(toFailure)];
    const contrast = (a - b) / (a + b);
    if (Number.isFinite(contrast)) forecasts.push({ row, contrast, failed: !isAnswered[row] });
  }
  return forecasts;
}

/** From 0 where failures are as near to answers as other rows, to 1 where they are farther in three of four pairs. */
function relevance(forecasts: readonly Forecast[]): number {
  const [failed, fine] = [true, false].map((kind) => forecasts.filter((one) => one.failed === kind));
  if (fine.length === 0) return 1;
  const farther = failed.reduce((sum, f) => sum + fine.filter((g) => g.contrast < f.contrast).length, 0);
  return Math.min(1, Math.max(0, 4 * (farther / (failed.length * fine.length) - 0.5)));
}
