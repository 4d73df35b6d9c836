/** The ends of a front, which earn little hypervolume and say what the rest is worth: they are sought for their own sake. */

import type { Dataset } from '../core/dataset.ts';
import type { AcquisitionView, Criterion } from '../core/optimizer.ts';
import type { Problem } from '../core/problem.ts';
import { normalCdf } from '../numerics/distributions.ts';
import { Matrix } from '../numerics/matrix.ts';
import { nonDominated } from '../numerics/non-dominated.ts';
import { logFeasibility } from './acquisition/feasibility.ts';
import { standardImprovement } from './acquisition/improvement.ts';
import { LEAST_LENGTH, logEndImprovement, rangesOf } from './acquisition/log-end-improvement.ts';
import { pointwise } from './acquisition/pointwise.ts';
import { spreadOf } from './acquisition/scale.ts';

/** A front that becomes longer by less than this share of its range has not become longer. */
const LEAST = 0.01;

/** An end has every second turn within so many rows of the last one that made the front longer, and then every fourth. */
const RECENT = 4;

/** Whether the row of this number is for the ends of the front; the first `initial` rows count as having made it longer. */
export function isForEnds(problem: Problem, history: Dataset, row: number, initial: number): boolean {
  if (row % 4 === 0) return true;
  return row % 2 === 0 && row - Math.max(initial, lastLengthening(problem, history)) <= RECENT;
}

/**
 * Of the points where `search` finds most improvement beyond each end of the front, the one that is expected to make it longest; undefined
 * while there is no front, and where none makes it any longer.
 */
export function furthestEnd(
  view: AcquisitionView,
  search: (criterion: Criterion, k: number) => Float64Array | undefined,
): Float64Array | undefined {
  const { front, problem } = view;
  if (!front) return undefined;
  let [most, furthest]: [number, Float64Array | undefined] = [LEAST, undefined];
  for (let k = 0; k < problem.objectives.length; k++) {
    const u = search(logEndImprovement(k)(view), k);
    const length = u ? lengthening(view, front, k, u) : 0;
    if (length > most) [most, furthest] = [length, u];
  }
  return furthest;
}

/**
 * By what share of its range a run at `u` is expected to lengthen a front (k x m) at its end in objective `k`: there it becomes less, and in others,
 * where the front is steep, much more at the same time.
 */
function lengthening(view: AcquisitionView, front: Matrix, k: number, u: Float64Array): number {
  const x = Matrix.from([u]);
  const { mean, variance } = view.model.posterior(x);
  const ranges = rangesOf(view, front);
  const deviation = Math.sqrt(variance.get(0, k)) || Number.MIN_VALUE;
  const z = (Math.min(...front.column(k)) - mean.get(0, k)) / deviation;
  const own = (deviation * Math.exp(standardImprovement(z).log)) / ranges[k];
  const others = ranges.map((range, j) => (j === k ? 0 : (mean.get(0, j) - Math.max(...front.column(j))) / range));
  const feasible = Math.exp(pointwise(view.model, logFeasibility(view)).value(x)[0]);
  return feasible * Math.max(own, normalCdf(z) * Math.min(1, Math.max(...others)));
}

/** How many rows of a history there were when its front last became longer; 0 before there is one. */
function lastLengthening(problem: Problem, history: Dataset): number {
  const { objectives, violation } = problem.score(history.x, history.y);
  const least = problem.objectives.map((_, k) => LEAST_LENGTH * spreadOf(objectives.column(k)));
  let front: number[] = [];
  let last = 0;
  for (let i = 0; i < history.size; i++) {
    if (violation[i] !== 0) continue;
    const rows = [...front, i];
    const next = nonDominated(objectives.select(rows)).map((k) => rows[k]);
    if (next.includes(i) && isLonger(objectives.select(front), objectives.select(next), least)) last = i + 1;
    front = next;
  }
  return last;
}

function isLonger(before: Matrix, after: Matrix, lengths: readonly number[]): boolean {
  if (before.rows === 0) return true;
  return lengths.some((length, k) => {
    const [a, b] = [before.column(k), after.column(k)];
    const [least, most] = [Math.min(...b), Math.max(...b)];
    return Math.max(Math.min(...a) - least, most - Math.max(...a)) > LEAST * Math.max(most - least, length);
  });
}
