import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import type { OptionsOf } from '../../core/options.ts';
import { bayesian } from './bayesian.ts';
import { BAYESIAN } from './options.ts';
import { BAYESIAN_POLICY } from './policy.ts';
import { scalarized } from './scalarization.ts';

const { acquisition, ...OPTIONS } = BAYESIAN;

/** Options of {@link pareto}. */
export type ParetoOptions = OptionsOf<typeof OPTIONS>;

/**
 * Bayesian optimization of two or more objectives: proposes the maximizer of the expected hypervolume improvement of 2 to 4 of them
 * [Emmerich2006], and without a reference in some turns what lengthens the front at its ends; beyond, improves on a random scalarization at each proposal [Knowles2006]. Constraints, failures and points in
 * flight as in {@link bayesian}. The caller passes the same run at each call.
 */
export const pareto: Factory<ParetoOptions, Optimizer> = factory('pareto', OPTIONS, (options) => {
  const { reference } = options;
  const engine = bayesian(options);
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
      const asked = length <= BAYESIAN_POLICY.frontEnds.mostObjectives ? problem : scalarized(problem, knowledge, run);
      return engine.suggest(asked, knowledge, count, run);
    },
  };
});
