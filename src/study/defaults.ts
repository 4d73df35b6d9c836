import type { DifferentiableModel, ResolvedModel, Surrogate } from '../core/model.ts';
import type { Minimizer, Optimizer } from '../core/optimizer.ts';
import { autoOptimizer } from '../optimization/auto/auto.ts';
import { pareto } from '../optimization/bayesian/pareto.ts';
import { cmaEs } from '../optimization/direct/cma-es.ts';
import { coKriging } from '../surrogates/co-kriging/co-kriging.ts';
import { gaussianProcess } from '../surrogates/gaussian-process/gaussian-process.ts';
import { auto } from '../surrogates/selection/selection.ts';

/** The default surrogate. */
export function defaultSurrogate(): Surrogate<DifferentiableModel> {
  return auto();
}

/** A Bayesian search transforms by itself; wide variances would delay it, and so would long lengthscales of its first few rows. */
const SEARCH = { transform: 'none', calibrate: false, prior: 'mode' } as const;

/** The surrogate inside a Bayesian search. */
export function searchSurrogate(): Surrogate<DifferentiableModel> {
  return gaussianProcess(SEARCH);
}

/** The same where a simulator has a resolution, of the answers of all its levels. */
export function resolvedSurrogate(): Surrogate<ResolvedModel> {
  return coKriging(SEARCH);
}

/** The default optimizer of a search on the simulator; `stochastic`: whether its answers are noisy. */
export function defaultOptimizer(
  { objectives }: { readonly objectives: readonly unknown[] },
  stochastic = false,
): Optimizer {
  const surrogate = searchSurrogate();
  if (objectives.length > 1) return pareto({ surrogate, stochastic });
  return autoOptimizer({ surrogate, resolved: resolvedSurrogate(), stochastic });
}

/** The default minimizer on a surrogate: enough evaluations for a few restarts in ten dimensions. */
export function defaultMinimizer(): Minimizer {
  return cmaEs({ evaluations: 3000 });
}
