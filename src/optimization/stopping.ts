import { calling, definitionOf, factory, recipeOf } from '../core/factory.ts';
import type { Knowledge, Optimizer, StopReason, Suggestion } from '../core/optimizer.ts';
import { notNegative, number, type OptionsOf, option, required, whole } from '../core/options.ts';
import type { Problem } from '../core/problem.ts';
import { Matrix } from '../numerics/matrix.ts';

const ENDS = {
  target: option(
    number(),
    'Feasible objective value (to be minimized) from which on nothing better is asked for. Default none.',
  ),
  tolerance: option(notNegative, 'Improvements smaller than this, in units of the objective, are worth no run.', 0),
  patience: option(
    whole({ from: 1, infinite: true }),
    'Completed runs without an improvement of more than the tolerance after which the search has stagnated.',
    Number.POSITIVE_INFINITY,
  ),
};

const OPTIONS = { optimizer: required(recipeOf('optimizer'), 'What searches.'), ...ENDS };

/** When a search is to end before its budget. */
export type StoppingOptions = OptionsOf<typeof ENDS>;

const made = factory('stopping', OPTIONS, (options): Optimizer => {
  const { optimizer, tolerance, patience, target = Number.NEGATIVE_INFINITY } = options;
  return {
    name: optimizer.name,
    ...(optimizer.choosesLevel && { choosesLevel: true }),
    async suggest(problem, knowledge, count, run): Promise<Suggestion> {
      const reason = reasonOf(problem, knowledge, target, tolerance, patience);
      if (reason) return { x: new Matrix(0, problem.space.dimension), stop: reason };
      const suggestion = await optimizer.suggest(problem, knowledge, count, run);
      const { expectedImprovement } = suggestion;
      if (expectedImprovement === undefined || expectedImprovement >= tolerance) return suggestion;
      return { ...suggestion, x: new Matrix(0, problem.space.dimension), stop: 'converged' };
    },
  };
});

/**
 * An optimizer that stops: `converged` at the target, or when the expected improvement of its proposal is below the tolerance, where it tells one (the
 * default search does for proposals from the whole space); `stagnated` after `patience` runs that brought nothing. A function of the history, like the
 * optimizer itself.
 */
export const stopping: (optimizer: Optimizer, options?: StoppingOptions) => Optimizer = calling(
  (optimizer: Optimizer, options?: StoppingOptions) => made({ ...options, optimizer }),
  definitionOf(made),
);

function reasonOf(
  problem: Problem,
  { history }: Knowledge,
  target: number,
  tolerance: number,
  patience: number,
): StopReason | undefined {
  const merit = problem.merit(history.x, history.y);
  let best = Number.POSITIVE_INFINITY;
  let idle = 0;
  for (const value of merit) {
    if (value === Number.POSITIVE_INFINITY) continue;
    // While nothing is known, tolerance has nothing to be compared with.
    const better = best === Number.POSITIVE_INFINITY || value < best - tolerance;
    idle = better ? 0 : idle + 1;
    if (better) best = value;
  }
  if (best <= target) return 'converged';
  return idle >= patience ? 'stagnated' : undefined;
}
