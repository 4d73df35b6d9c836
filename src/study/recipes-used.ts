import { recipeText } from '../core/option-check.ts';
import type { Described } from '../core/options.ts';
import { isOracle } from '../core/oracle.ts';
import { studentOf } from './chain/chain.ts';
import { defaultMinimizer, defaultOptimizer, defaultSurrogate } from './defaults.ts';
import { type AnyScenario, isSimulatorSearch, wishesOf } from './scenario/scenario.ts';

/** A recipe that a study is made with. */
export interface RecipeSummary {
  /** What it does there: `transfer of surrogate`, `optimizer`. */
  readonly part: string;
  /** With its options that are not at their defaults: `gaussianProcess(kernel: matern-5/2)`. */
  readonly recipe: string;
}

/** The samplers, surrogates, optimizers and minimizers that a scenario names, and those that it has by default. */
export function recipesUsed({ start, chain = [], search, compare, simulator }: AnyScenario): RecipeSummary[] {
  const used: (readonly [string, Described])[] = [];
  if (start && !isOracle(start.teacher)) used.push(['teacher', start.teacher ?? defaultSurrogate()]);
  for (const stage of chain) {
    if (stage.transfer) used.push([`transfer of ${stage.name}`, stage.transfer]);
    used.push([`student of ${stage.name}`, studentOf(stage)]);
  }
  if (search && isSimulatorSearch(search)) {
    const usual = defaultOptimizer({ objectives: wishesOf(search) }, simulator?.stochastic);
    used.push(['optimizer', search.optimizer ?? usual]);
  } else if (search) used.push(['minimizer', search.minimizer ?? defaultMinimizer()]);
  compare?.optimizers.forEach((optimizer, i) => {
    used.push([`compared optimizer ${i + 1}`, optimizer]);
  });
  return used.map(([part, recipe]) => ({ part, recipe: recipeText(recipe) }));
}
