import type { DifferentiableModel, Surrogate } from '../core/model.ts';
import type { Minimizer, Optimizer } from '../core/optimizer.ts';
import { bayesian } from '../optimization/bayesian.ts';
import { cmaEs } from '../optimization/cma-es.ts';
import { gaussianProcess } from '../surrogates/gaussian-process.ts';

/** The surrogate of those who name none. */
export function defaultSurrogate(): Surrogate<DifferentiableModel> {
  return gaussianProcess();
}

/** How the simulator is searched by those who name no optimizer; it transforms by itself, and wide variances would delay it. */
export function defaultOptimizer(): Optimizer {
  return bayesian({ surrogate: gaussianProcess({ transform: 'none', calibrate: false }) });
}

/** How a surrogate is searched by those who name no minimizer: enough evaluations for a few restarts in ten dimensions. */
export function defaultMinimizer(): Minimizer {
  return cmaEs({ evaluations: 3000 });
}
