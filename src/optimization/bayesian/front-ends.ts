/** The ends of a front, which earn little hypervolume and say what the rest is worth: they are sought for their own sake. */

import type { Dataset } from '../../core/dataset.ts';
import type { AcquisitionView, Criterion } from '../../core/optimizer.ts';
import type { Problem } from '../../core/problem.ts';
import { normalCdf } from '../../numerics/distributions.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { nonDominated } from '../../numerics/minimize/non-dominated.ts';
import { logFeasibility } from '../acquisition/feasibility.ts';
import { standardImprovement } from '../acquisition/improvement.ts';
import { LEAST_LENGTH, logEndImprovement, rangesOf } from '../acquisition/log-end-improvement.ts';
import { pointwise } from '../acquisition/pointwise.ts';
import { spreadOf } from '../acquisition/scale.ts';
import { isPlain } from './columns.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/**
 * Of the points where `search` finds most improvement beyond each end of the front, the one that is expected to make it longest; undefined while there is no
 * front, where this row is for the front's inside, and where no end promises enough. `idle` gives {@link idleRows}.
 */
export function furthestEnd(
  problem: Problem,
  view: AcquisitionView,
  { row, idle }: { readonly row: number; readonly idle: () => readonly number[] },
  search: (criterion: Criterion, k: number) => Float64Array | undefined,
): Float64Array | undefined {
  const { front, history } = view;
  if (!front) return undefined;
  const isFree = isPlain(problem);
  if (isFree && row % 2 !== 0) return undefined;
  const counts = idle();
  const isRecent = Math.min(...counts) + row - history.size <= BAYESIAN_POLICY.frontEnds.recentRows;
  if (isFree && !isRecent && row % 4 !== 0) return undefined;
  let [most, furthest]: [number, Float64Array | undefined] = [
    isFree ? BAYESIAN_POLICY.frontEnds.leastLength : BAYESIAN_POLICY.frontEnds.promises[row % 4],
    undefined,
  ];
  for (let k = 0; k < problem.objectives.length; k++) {
    const u = search(logEndImprovement(k)(view), k);
    const trust = isFree ? 1 : BAYESIAN_POLICY.frontEnds.patience / (BAYESIAN_POLICY.frontEnds.patience + counts[k]);
    const length = u ? trust * lengthening(view, front, k, u) : 0;
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

/** For each end of the front, the feasible rows that count since it last lengthened; the first `initial` of a history count as having lengthened every end. */
export function idleRows(problem: Problem, history: Dataset, initial: number): number[] {
  const { objectives, violation } = problem.score(history.x, history.y);
  const least = problem.objectives.map((_, k) => LEAST_LENGTH * spreadOf(objectives.column(k)));
  const idle = problem.objectives.map(() => 0);
  const every = isPlain(problem);
  let front: number[] = [];
  for (let i = 0; i < history.size; i++) {
    if (violation[i] !== 0) continue;
    const rows = [...front, i];
    const next = nonDominated(objectives.select(rows)).map((k) => rows[k]);
    const [before, after] = [objectives.select(front), objectives.select(next)];
    for (let k = 0; k < idle.length; k++) {
      if (i < initial || isLonger(before, after, k, least)) idle[k] = 0;
      else if (every || isAt(after, k, objectives.get(i, k), least[k])) idle[k]++;
    }
    front = next;
  }
  return idle;
}

/** Whether a value of objective k is at the front's end there. */
function isAt(front: Matrix, k: number, value: number, length: number): boolean {
  const values = front.column(k);
  const least = Math.min(...values);
  return value <= least + BAYESIAN_POLICY.frontEnds.atEnd * Math.max(Math.max(...values) - least, length);
}

/** Whether a front has become longer at its end in objective k: less there, or more in another. */
function isLonger(before: Matrix, after: Matrix, k: number, lengths: readonly number[]): boolean {
  if (before.rows === 0) return true;
  return lengths.some((length, j) => {
    const [a, b] = [before.column(j), after.column(j)];
    const [least, most] = [Math.min(...b), Math.max(...b)];
    const more = j === k ? Math.min(...a) - least : most - Math.max(...a);
    return more > BAYESIAN_POLICY.frontEnds.leastLength * Math.max(most - least, length);
  });
}
