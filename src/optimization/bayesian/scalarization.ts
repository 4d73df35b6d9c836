import type { Knowledge } from '../../core/optimizer.ts';
import { type Objective, Problem } from '../../core/problem.ts';
import type { Run } from '../../core/run.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/**
 * The problem with its objectives in one: the augmented Chebyshev distance max_k w_k z_k + 0.05 sum_k w_k z_k of the objectives z, scaled to
 * [0, 1] over the history, with weights uniform on the simplex [Knowles2006]. Weights are a function of the run and the number of
 * points known and in flight.
 */
export function scalarized(problem: Problem, { history, pending }: Knowledge, run: Run): Problem {
  const { space, outputs, objectives, constraints } = problem;
  const rng = run.rng.child(`weights/${history.size + pending.rows}`);
  const draws = objectives.map(() => -Math.log(1 - rng.uniform()));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  const known = problem.score(history.x, history.y).objectives;
  const terms = objectives.map((objective, k) => {
    const values = known.column(k).filter(Number.isFinite);
    const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const range = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - least;
    const [shift, scale] = range > 0 ? [least, range] : [0, 1];
    return { objective, shift, weight: draws[k] / total / scale };
  });
  const single: Objective = {
    text: `scalarization of ${objectives.map(({ text }) => text).join(', ')}`,
    reads: [...new Set(objectives.flatMap(({ reads }) => reads))],
    sense: 'minimize',
    evaluate(point, values) {
      const parts = terms.map(({ objective, shift, weight }) => weight * (objective.evaluate(point, values) - shift));
      return Math.max(...parts) + BAYESIAN_POLICY.frontEnds.sumWeight * parts.reduce((sum, part) => sum + part, 0);
    },
  };
  return new Problem(space, outputs, [single], constraints);
}
