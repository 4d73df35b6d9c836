import { type Known, squaredDistance } from '../../core/space/point-set.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { FAILURES_POLICY } from './policy.ts';

/** What the contrast said of a row before it was known, and what came of it. */
interface Forecast {
  readonly row: number;
  readonly contrast: number;
  readonly failed: boolean;
}

/**
 * Contrast below 0 that stands for even chances, 0 to 0.9; it grows with the share of recent points that failed though the contrast favored
 * them. Failures as close to answers as other points do not count: staying closer would not help. `x` are the rows in the order of their
 * results, `answered` those with an answer.
 */
export function doubtOf(x: Matrix, answered: Known): number {
  if (x.rows <= FAILURES_POLICY.doubt.lessons) return 0;
  const forecasts = forecastsOf(x, answered);
  const recent = Math.max(FAILURES_POLICY.doubt.lessons, x.rows - FAILURES_POLICY.doubt.recentRows);
  const believed = forecasts.filter(({ row, contrast }) => row >= recent && contrast < 0);
  const failures = believed.filter(({ failed }) => failed).length;
  const excess = failures / (believed.length + FAILURES_POLICY.doubt.credit) - FAILURES_POLICY.doubt.tolerated;
  return excess <= 0
    ? 0
    : Math.min(FAILURES_POLICY.doubt.mostDoubt, FAILURES_POLICY.doubt.gain * excess * relevance(forecasts));
}

function forecastsOf(x: Matrix, answered: Known): Forecast[] {
  const isAnswered = Array.from({ length: x.rows }, (_, i) => answered.has(x.row(i)));
  const forecasts: Forecast[] = [];
  for (let row = Math.max(0, x.rows - FAILURES_POLICY.doubt.lookBack); row < x.rows; row++) {
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
