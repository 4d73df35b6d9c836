import { AnovaKernel } from './anova.ts';
import type { SearchPrior } from './embedding.ts';
import type { GaussianProcessKernel, StructuredKernelName } from './kernel.ts';
import { ShapedKernel } from './shaped.ts';
import type { StructuredKernel } from './structured-kernel.ts';

/** How the shape of a kernel, its hyper-parameters beside the lengthscales, is searched. */
interface ShapePrior extends SearchPrior {
  /** Whether there is one for each coordinate, rather than one in all. */
  readonly each: boolean;
}

const PRIORS: Partial<Record<GaussianProcessKernel, ShapePrior>> = {
  anova: { each: true, mean: 1, deviation: 3, lower: -8, upper: 8 },
  'anova-matern-5/2': { each: true, mean: 1, deviation: 3, lower: -8, upper: 8 },
  'rational-quadratic': { each: false, mean: 1, deviation: 2, lower: -2, upper: 7 },
  'power-exponential': { each: false, mean: 2, deviation: 2, lower: -6, upper: 6 },
};

/** The prior of each number of a kernel's shape. */
export function shapePriors(kernel: GaussianProcessKernel, d: number): readonly ShapePrior[] {
  const prior = PRIORS[kernel];
  return prior ? new Array<ShapePrior>(prior.each ? d : 1).fill(prior) : [];
}

/**
 * The kernel of a name and shape, for features of these coordinates.
 *
 * `anova`: `product over j of (1 + w_j exp(-s_j / 2)) / (1 + w_j)`, a sum of effects of single coordinates, of pairs and so on
 * [Durrande2013]; `anova-matern-5/2` the same with Matern correlations; `matern-3/2`: `(1 + q) exp(-q)` with `q = sqrt(3 s)`;
 * `rational-quadratic`: `(1 + s / 2a)^-a`; `power-exponential`: `exp(-(sum of s_j^(p/2)) / 2)`, p from 1 to 2, all of the sum s of
 * the squared scaled distances [RasmussenWilliams2006, 4.2]. The shape is `ln w_j`, `ln a`, or the log odds of `p - 1`.
 */
export function structuredKernel(
  kernel: StructuredKernelName,
  coordinates: Int32Array,
  shape: Float64Array,
): StructuredKernel {
  if (kernel === 'anova' || kernel === 'anova-matern-5/2') return new AnovaKernel(kernel, coordinates, shape);
  return new ShapedKernel(kernel, coordinates, shape);
}
