import { ensure } from '../core/errors.ts';
import type { ProbabilisticModel } from '../core/model.ts';
import type { Optimizer } from '../core/optimizer.ts';
import { logExpectedHypervolumeImprovement } from './acquisition/expected-hypervolume-improvement.ts';
import { type BayesianOptions, bayesian } from './bayesian.ts';
import { scalarized } from './scalarization.ts';

/** Options of {@link pareto}. */
export interface ParetoOptions<M extends ProbabilisticModel> extends Omit<BayesianOptions<M>, 'acquisition'> {
  /** One bound for each objective in minimized units: only what is below all of them counts. Default: a little beyond the front known. */
  readonly reference?: readonly number[];
}

/** Beyond this many objectives the boxes of the hypervolume are too many. */
const MOST_OBJECTIVES = 4;

/**
 * Bayesian optimization of two or more objectives: proposes the maximizer of the expected hypervolume improvement of 2 to 4 of them
 * [Emmerich2006]; beyond, improves on a random scalarization at each proposal [Knowles2006]. Constraints, failures and points in
 * flight as in {@link bayesian}. The caller passes the same run at each call.
 */
export function pareto<M extends ProbabilisticModel>({ reference, ...options }: ParetoOptions<M>): Optimizer {
  const byVolume = bayesian({ ...options, acquisition: logExpectedHypervolumeImprovement({ reference }) });
  const byWeights = bayesian(options);
  return {
    name: `pareto(${options.surrogate.name})`,
    async suggest(problem, knowledge, count, run) {
      const { length } = problem.objectives;
      ensure(length >= 2, 'invalid-argument', `pareto handles two objectives or more, got ${length}: use bayesian`);
      ensure(
        reference === undefined || reference.length === length,
        'invalid-argument',
        `pareto: reference needs one number for each of the ${length} objectives, got ${reference?.length}`,
      );
      return length <= MOST_OBJECTIVES
        ? byVolume.suggest(problem, knowledge, count, run)
        : byWeights.suggest(scalarized(problem, knowledge, run), knowledge, count, run);
    },
  };
}
