import { type Factory, factory } from '../../core/factory.ts';
import type { Acquisition } from '../../core/optimizer.ts';
import type { NoOptions } from '../../core/options.ts';
import { logExpectedImprovement } from './log-expected-improvement.ts';
import { exponential } from './pointwise.ts';

/**
 * Expected improvement below the incumbent, E max(0, incumbent - f), times the probability of feasibility [Jones1998].
 * Its gradient vanishes far from good points: {@link logExpectedImprovement} has the same maximizer and is easier to search.
 */
export const expectedImprovement: Factory<NoOptions, Acquisition> = factory('expectedImprovement', {}, () => {
  const log = logExpectedImprovement();
  return (view, run) => exponential(log(view, run));
});
