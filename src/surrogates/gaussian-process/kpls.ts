import { type Factory, factory } from '../../core/factory.ts';
import { count, either, flag, type OptionsOf, oneOf, option } from '../../core/options.ts';
import { SCALABLE } from '../../kriging/fit/vecchia-column.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import type { Recipe } from '../recipe.ts';
import { gaussianProcessWith, PROCESS } from './gaussian-process.ts';

const { kernel, trend, draws, categories, conditions, warping, ...SHARED } = PROCESS;

const OPTIONS = {
  ...SHARED,
  components: option(
    either(oneOf('auto'), count),
    'Components of partial least squares; `auto`: up to 4, as long as one more raises the leave-one-out log density.',
    'auto',
  ),
  refine: option(
    flag,
    'Whether all lengthscales are searched, from where the components led and the starts of `gaussianProcess` (KPLS+K); these alone have a `prior`.',
    false,
  ),
};

/** Options of {@link kpls}. */
export type KplsOptions = OptionsOf<typeof OPTIONS>;

/**
 * A Gaussian process for many inputs, from about 20: squared exponential, with lengthscales that a few components of partial least
 * squares make up, so that a handful of numbers is fitted in place of one for each parameter (KPLS) [Bouhlel2016]; with `refine` all of
 * them are fitted from there (KPLS+K) [Bouhlel2016b]. The trend is constant.
 *
 * Components follow slopes: an input that only acts evenly about the middle of its range is taken for one that does nothing, and
 * `gaussianProcess` is far more accurate. KPLS pays where there are only a few rows for each input.
 */
export const kpls: Factory<KplsOptions, Recipe<GaussianProcessModel>> = factory(
  'kpls',
  OPTIONS,
  ({ components, refine, ...rest }) => ({
    ...gaussianProcessWith({ ...rest, kernel: 'squared-exponential', trend: 'constant' }, SCALABLE, {
      components,
      refine,
    }),
    name: refine ? 'KPLS+K' : 'KPLS',
  }),
);
