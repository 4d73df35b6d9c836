import { recipeOf } from '../../core/factory.ts';
import { flag, group, notNegative, type OptionsOf, option, required, whole } from '../../core/options.ts';
import { REFERENCE } from '../acquisition/expected-hypervolume-improvement.ts';
import { MULTI_START } from '../inner-search/multi-start.ts';

/** What the options of searches by models share. */
export const MODELED = {
  search: option(group(MULTI_START), 'How the acquisition is searched.'),
  margin: option(
    notNegative,
    'Improvement, in units of the objective, whose probability a suggestion reports as its `probabilityOfImprovement`.',
    0,
  ),
  stochastic: option(
    flag,
    'Whether answers are noisy: a finite space is then never exhausted, for points are run again when none is new, and to the default acquisition an inequality counts where one run more would show that it holds.',
    false,
  ),
};

/** What the options of `bayesian` are. */
export const BAYESIAN = {
  surrogate: required(
    recipeOf('probabilistic surrogate'),
    'Fitted to every objective and constraint that reads outputs, one model each.',
  ),
  acquisition: option(
    recipeOf('acquisition'),
    'What is maximized. Default `logExpectedImprovement`; with several objectives `logExpectedHypervolumeImprovement`.',
  ),
  initial: option(
    whole({ from: 2 }),
    "Completed evaluations before the first model, its own initial design (scrambled Sobol' points) included. Default max(5, d + 2), or three times the levels of a category if that is more and a quarter of all rows is enough for it; where answers are `stochastic` up to three times as many, the less a model explains of them.",
  ),
  ...REFERENCE,
  ...MODELED,
};

/** Options of `bayesian`. */
export type BayesianOptions = OptionsOf<typeof BAYESIAN>;
