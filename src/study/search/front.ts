import type { Dataset } from '../../core/dataset.ts';
import type { Problem } from '../../core/problem.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { hypervolume } from '../../numerics/minimize/hypervolume.ts';
import { nonDominated } from '../../numerics/minimize/non-dominated.ts';
import { referenceOf } from '../../optimization/acquisition/expected-hypervolume-improvement.ts';
import { namedOutputs, pointAt } from '../summary.ts';
import { objectivesInUsersSense } from './curve.ts';
import type { FrontResults } from './results.ts';

/**
 * The reference by which searches of one problem are judged, in minimized units: a little beyond the front that their histories have found together, so
 * that none of them says what counts. Undefined with one objective.
 */
export function referenceFor(problem: Problem, histories: readonly Dataset[]): number[] | undefined {
  if (problem.objectives.length === 1) return undefined;
  const none = new Matrix(0, problem.objectives.length);
  const found = histories.reduce(
    (all, history) => all.stack(problem.score(history.x, history.y).objectives.select(problem.front(history))),
    none,
  );
  return found.rows === 0 ? problem.objectives.map(() => 0) : referenceOf(found.select(nonDominated(found)));
}

/** The trade-off that a history has found. */
export function frontOf(problem: Problem, history: Dataset, reference: readonly number[]): FrontResults {
  const { objectives } = problem.score(history.x, history.y);
  const rows = problem.front(history).sort((a, b) => objectives.get(a, 0) - objectives.get(b, 0));
  const own = objectives.select(rows);
  const middle = middleOf(own);
  return {
    reference: objectivesInUsersSense(problem, reference),
    hypervolume: hypervolume(own, reference),
    points: rows.map((row) => ({
      id: history.rows[row].id,
      point: pointAt(problem.space, history.x.row(row)),
      u: [...history.x.row(row)],
      outputs: namedOutputs(problem.outputs, history.y.row(row)),
      objectives: objectivesInUsersSense(problem, objectives.row(row)),
    })),
    ...(middle >= 0 && { middle }),
  };
}

/** The row whose worst objective is the least far from its best, in shares of its range: an end of the front only where nothing else is. -1 without rows. */
function middleOf(objectives: Matrix): number {
  const ranges = Array.from({ length: objectives.columns }, (_, k) => {
    const values = objectives.column(k);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const losses = Array.from({ length: objectives.rows }, (_, i) =>
    Math.max(...ranges.map(([low, high], k) => (high > low ? (objectives.get(i, k) - low) / (high - low) : 0))),
  );
  return losses.indexOf(Math.min(...losses));
}
