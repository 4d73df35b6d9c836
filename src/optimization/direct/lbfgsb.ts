import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Minimizer } from '../../core/optimizer.ts';
import { MULTI_START, type MultiStartOptions, multiStart } from '../inner-search/multi-start.ts';

/**
 * Multi-start L-BFGS-B in the real coordinates, alternated with moves of the discrete ones; needs a criterion with a gradient
 * [ByrdLuNocedalZhu1995].
 */
export const lbfgsb: Factory<MultiStartOptions, Minimizer> = factory('lbfgsb', MULTI_START, (options) => {
  return {
    name: 'lbfgsb',
    needsGradient: true,
    async minimize(criterion, space, starts, run) {
      ensure(
        criterion.gradient,
        'invalid-argument',
        'lbfgsb needs a criterion with a gradient; use cmaEs() or differentialEvolution() on a model that has none',
      );
      const { x, values, evaluations } = multiStart(criterion, space, starts, run, options);
      ensure(x.rows > 0, 'invalid-argument', `lbfgsb: the criterion is NaN at all ${evaluations} points tried`);
      return { u: x.row(0).slice(), value: values[0], evaluations };
    },
  };
});
