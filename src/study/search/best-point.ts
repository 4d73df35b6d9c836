import type { Dataset } from '../../core/dataset.ts';
import { type Problem, violationOf } from '../../core/problem.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { namedOutputs, pointAt } from '../summary.ts';
import { inUsersSense } from './curve.ts';
import type { Repeated } from './replication.ts';
import type { BestPoint, SearchStep } from './results.ts';

/** A point and the outputs that are reported for it. */
export interface Winner {
  readonly id: string;
  readonly u: Float64Array;
  readonly outputs: Float64Array;
  readonly replications: BestPoint['replications'];
}

/** The best row of a deterministic simulator: it was run, so it stands. */
export function provenBest(problem: Problem, history: Dataset): Winner | undefined {
  const best = problem.best(history);
  return (
    best && {
      id: history.rows[best.row].id,
      u: history.x.row(best.row),
      outputs: history.y.row(best.row),
      replications: null,
    }
  );
}

/** The point that fresh runs chose: one run of a stochastic simulator may only have been lucky. */
export function repeatedBest(history: Dataset, { candidates }: Repeated): Winner | undefined {
  if (candidates.length === 0) return undefined;
  const [{ row, mean, replications }] = candidates;
  return { id: history.rows[row].id, u: history.x.row(row), outputs: mean, replications };
}

/** A winner as it is reported. */
export function bestPoint(
  problem: Problem,
  { id, u, outputs, replications }: Winner,
  steps: readonly SearchStep[],
  confirmed: boolean,
): BestPoint {
  const { objectives, constraints, violation } = problem.score(
    new Matrix(1, u.length, u.slice()),
    new Matrix(1, outputs.length, outputs.slice()),
  );
  return {
    id,
    point: pointAt(problem.space, u),
    u: [...u],
    outputs: namedOutputs(problem.outputs, outputs),
    objective: inUsersSense(problem, objectives.data[0]),
    feasible: violation[0] === 0,
    constraints: problem.constraints.map((constraint, k) => ({
      text: constraint.text,
      value: constraints.data[k],
      holds: violationOf(constraint, constraints.data[k]) === 0,
    })),
    confirmed,
    promised: steps.find((step) => step.id === id)?.promised ?? null,
    replications,
  };
}
