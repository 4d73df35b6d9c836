import { ensure, show } from '../../core/errors.ts';
import { SCALABLE } from '../../kriging/fit/vecchia-column.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import type { Recipe } from '../recipe.ts';
import type { GaussianProcessOptions } from './gaussian-process.ts';
import { gaussianProcessWith } from './gaussian-process.ts';

/** Options of {@link kpls}. */
export interface KplsOptions
  extends Omit<GaussianProcessOptions, 'kernel' | 'trend' | 'draws' | 'categories' | 'conditions' | 'warping'> {
  /** Components of partial least squares, at least 1. Default `auto`: up to 4, as long as one more raises the leave-one-out log density. */
  readonly components?: number | 'auto';
  /** Whether all lengthscales are searched, from where the components led and the starts of `gaussianProcess` (KPLS+K); these alone have a `prior`. Default false. */
  readonly refine?: boolean;
}

/**
 * A Gaussian process for many inputs, from about 20: squared exponential, with lengthscales that a few components of partial least
 * squares make up, so that a handful of numbers is fitted in place of one for each parameter (KPLS) [Bouhlel2016]; with `refine` all of
 * them are fitted from there (KPLS+K) [Bouhlel2016b]. The trend is constant.
 *
 * Components follow slopes: an input that only acts evenly about the middle of its range is taken for one that does nothing, and
 * `gaussianProcess` is far more accurate. KPLS pays where there are only a few rows for each input.
 */
export function kpls(options: KplsOptions = {}): Recipe<GaussianProcessModel> {
  const { components = 'auto', refine = false, ...rest } = options;
  ensure(
    components === 'auto' || (Number.isInteger(components) && components >= 1),
    'invalid-argument',
    `kpls: components must be auto or a whole number of at least 1, got ${show(components)}`,
  );
  const process = gaussianProcessWith({ ...rest, kernel: 'squared-exponential', trend: 'constant' }, SCALABLE, {
    components,
    refine,
  });
  return { ...process, name: refine ? 'KPLS+K' : 'KPLS' };
}
