import type { Dataset } from '../core/dataset.ts';
import type { Problem } from '../core/problem.ts';
import { hypervolume } from '../numerics/hypervolume.ts';
import { referenceOf } from '../optimization/acquisition/expected-hypervolume-improvement.ts';
import { objectivesInUsersSense } from './curve.ts';
import type { FrontResults } from './study.ts';
import { namedOutputs, pointAt } from './summary.ts';

/** The reference for the hypervolume of a search, a little beyond its front, in minimized units; undefined with one objective or nothing feasible. */
export function referenceFor(problem: Problem, history: Dataset): number[] | undefined {
  if (problem.objectives.length === 1) return undefined;
  const front = problem.front(history);
  if (front.length === 0) return problem.objectives.map(() => 0);
  return referenceOf(problem.score(history.x, history.y).objectives.select(front));
}

/** The trade-off that a history has found. */
export function frontOf(problem: Problem, history: Dataset, reference: readonly number[]): FrontResults {
  const { objectives } = problem.score(history.x, history.y);
  const rows = problem.front(history).sort((a, b) => objectives.get(a, 0) - objectives.get(b, 0));
  return {
    reference: objectivesInUsersSense(problem, reference),
    hypervolume: hypervolume(objectives.select(rows), reference),
    points: rows.map((row) => ({
      id: history.rows[row].id,
      point: pointAt(problem.space, history.x.row(row)),
      u: [...history.x.row(row)],
      outputs: namedOutputs(problem.outputs, history.y.row(row)),
      objectives: objectivesInUsersSense(problem, objectives.row(row)),
    })),
  };
}
