import { type Factory, factory } from '../../core/factory.ts';
import { checkOptions } from '../../core/option-check.ts';
import { count, flag, type OptionsOf, oneOf, option, whole } from '../../core/options.ts';
import { type ColumnsOptions, fitColumns } from '../../kriging/fit/columns.ts';
import type { ReducedOptions } from '../../kriging/fit/reduced.ts';
import { refitColumns } from '../../kriging/fit/refit.ts';
import { SCALABLE, type Scalable } from '../../kriging/fit/vecchia-column.ts';
import { type GaussianProcessKernel, KERNELS } from '../../kriging/kernels/kernel.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';

/** What the options of {@link gaussianProcess} are; relatives have most of them too. */
export const PROCESS = {
  kernel: option(
    oneOf(...KERNELS, 'auto'),
    "The correlation of answers; `auto`: of squared exponential, Matern 5/2 and the better one's form with effects of single coordinates, the one with the highest leave-one-out log density, for each output.",
    'auto',
  ),
  prior: option(
    oneOf('median', 'mode'),
    'What few rows draw a lengthscale to: the median of its log-normal prior [Hvarfner2024], or its mode, which is e^3 times shorter: from the mode, answers return to their mean near the rows, so that a search begins beside its best ones and not in the corners of its space.',
    'median',
  ),
  nugget: option(
    oneOf('auto', 'interpolate', 'estimate'),
    '`interpolate`: answers are exact; `estimate`: part of them may be noise; `auto`: by leave-one-out.',
    'auto',
  ),
  trend: option(
    oneOf('constant', 'linear', 'quadratic', 'auto'),
    '`auto`: constant, or quadratic where leave-one-out clearly speaks for it.',
    'auto',
  ),
  transform: option(
    oneOf('none', 'log', 'shifted-log', 'bilog', 'auto'),
    'What is done to the values of numeric outputs before the fit: `log` needs positive values, `shifted-log` draws in the longer tail, `bilog` both; `auto`: by leave-one-out log density, for each output.',
    'auto',
  ),
  categories: option(
    oneOf('exchangeable', 'hypersphere', 'auto'),
    'How the levels of categorical parameters of three or more are correlated. `exchangeable`: any two are equally alike; `hypersphere`: how alike two are is fitted for each pair [Rebonato1999, Zhou2011, Saves2023]; `auto`: by leave-one-out where there are at least as many rows as pairs.',
    'auto',
  ),
  conditions: option(
    oneOf('plain', 'arc', 'auto'),
    'What numbers are where they are inactive. `plain`: the middle of their range; `arc`: away from all of it, at a distance that is fitted [HutterOsborne2013]; `auto`: by leave-one-out. Inactive categories are the level in the middle with `plain`, else one of their own.',
    'plain',
  ),
  warping: option(
    oneOf('none', 'kumaraswamy', 'auto'),
    'Whether numbers are stretched where answers change much and drawn together where they change little, by a Kumaraswamy distribution for each that is fitted [Snoek2014], which takes as long as the rest of the fit; `auto`: where leave-one-out speaks for it very clearly.',
    'none',
  ),
  calibrate: option(
    flag,
    'Whether variances are widened until they cover the errors of a cross-validation; a search may prefer false.',
    true,
  ),
  starts: option(count, 'Local searches of the likelihood for each kernel.', 2),
  draws: option(
    count,
    'Up to 80 rows, over how many hyper-parameters the answers are averaged: the estimate, and draws from their posterior [Snoek2012]. More make each answer dearer by that factor, and a search surer.',
    1,
  ),
  exactRows: option(
    whole({ from: 0, infinite: true }),
    'Rows up to which the process is exact; of more it is approximated as by `vecchia`, which the health record says.',
    1500,
  ),
};

/** Options of {@link gaussianProcess}. */
export type GaussianProcessOptions = OptionsOf<typeof PROCESS>;

/**
 * A Gaussian process (kriging) with one lengthscale for each parameter, fitted by maximum penalized likelihood
 * [RasmussenWilliams2006, Santner2003]. Up to 1500 rows it is exact, and the cost of a fit grows with n^3; beyond, it is
 * approximated at a cost that grows with n, comfortable up to 50,000.
 */
export const gaussianProcess: Factory<GaussianProcessOptions, Recipe<GaussianProcessModel>> = factory(
  'gaussianProcess',
  PROCESS,
  (options) => gaussianProcessWith(options, SCALABLE),
);

/** The same with another approximation of many rows, and lengthscales reduced to components where it says how. */
export function gaussianProcessWith(
  options: GaussianProcessOptions,
  scalable: Scalable,
  reduced?: ReducedOptions,
): Recipe<GaussianProcessModel> {
  const all = { ...columnsOptions(options), scalable, ...(reduced && { reduced }) };
  return merging({
    name: 'gaussian process',
    fit: (data, run, previous) => fitColumns(data, all, run, previous),
    refit: (data, run, previous) => refitColumns(data, all, run, previous),
  });
}

/** What fits columns with these options, and with the defaults where they say nothing. */
export function columnsOptions(options: GaussianProcessOptions): Omit<ColumnsOptions, 'scalable'> {
  const { kernel, categories, conditions, warping, ...rest } = checkOptions('gaussianProcess', PROCESS, options);
  const kernels: GaussianProcessKernel[] = kernel === 'auto' ? ['squared-exponential', 'matern-5/2'] : [kernel];
  return { ...rest, kernels, structured: kernel === 'auto', features: { categories, conditions, warping } };
}
