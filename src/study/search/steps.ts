import type { Dataset } from '../../core/dataset.ts';
import type { Problem } from '../../core/problem.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { isAdded } from '../control/helm.ts';
import { pointAt } from '../summary.ts';
import { inUsersSense, objectivesInUsersSense } from './curve.ts';
import type { SearchStep, SpentAtLevel } from './results.ts';

/** Each run of a search, its first rows those of the design and then those that it was given. */
export function stepsOf(
  problem: Problem,
  history: Dataset,
  designSize: number,
  initialSize: number,
  promised: ReadonlyMap<string, Float64Array>,
): SearchStep[] {
  const { objectives, violation } = problem.score(history.x, history.y);
  return history.rows.map(({ id, status }, i) => ({
    id,
    phase: isAdded(id) ? 'added' : i < designSize ? 'design' : i < designSize + initialSize ? 'initial' : 'search',
    objective: status === 'completed' ? inUsersSense(problem, objectives.get(i, 0)) : null,
    objectives:
      problem.objectives.length > 1 && status === 'completed'
        ? objectivesInUsersSense(problem, objectives.row(i))
        : null,
    feasible: violation[i] === 0,
    promised: promisedAt(problem, history.x.row(i), promised.get(id)),
  }));
}

function promisedAt(problem: Problem, u: Float64Array, outputs: Float64Array | undefined): number | null {
  if (!outputs) return null;
  return inUsersSense(
    problem,
    problem.score(new Matrix(1, u.length, u.slice()), new Matrix(1, outputs.length, outputs)).objectives.data[0],
  );
}

/** What each level of the resolution had of the runs. */
export function spentByLevel(problem: Problem, { x }: Dataset): SpentAtLevel[] {
  const { space } = problem;
  const { resolution } = space;
  if (!resolution) return [];
  const own = resolution.ofRows(x);
  return resolution.costs.map((_, level) => {
    const rows = x.select([...own.keys()].filter((i) => own[i] === level));
    const u = new Float64Array(space.dimension).fill(0.5);
    u[resolution.coordinate] = resolution.at(level);
    return { level: pointAt(space, u)[resolution.name], runs: rows.rows, cost: problem.cost(rows) };
  });
}
