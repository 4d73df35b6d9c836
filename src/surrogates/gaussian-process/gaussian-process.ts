import { ensure, show } from '../../core/errors.ts';
import { type ColumnsOptions, fitColumns } from '../../kriging/fit/columns.ts';
import type { GaussianProcessNugget } from '../../kriging/fit/fit.ts';
import type { ReducedOptions } from '../../kriging/fit/reduced.ts';
import { refitColumns } from '../../kriging/fit/refit.ts';
import { SCALABLE, type Scalable } from '../../kriging/fit/vecchia-column.ts';
import type {
  GaussianProcessCategories,
  GaussianProcessConditions,
  GaussianProcessWarping,
} from '../../kriging/kernels/features.ts';
import { type GaussianProcessKernel, KERNELS } from '../../kriging/kernels/kernel.ts';
import type { GaussianProcessPrior } from '../../kriging/process/likelihood.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import type { GaussianProcessTrend } from '../../kriging/process/trend.ts';
import type { GaussianProcessTransform } from '../../kriging/response/transform.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';

/** Options of {@link gaussianProcess}. */
export interface GaussianProcessOptions {
  /**
   * Default `auto`: of squared exponential, Matern 5/2 and the better one's form with effects of single coordinates, the one with
   * the highest leave-one-out log density, for each output.
   */
  readonly kernel?: GaussianProcessKernel | 'auto';
  /**
   * What few rows draw a lengthscale to: the `median` of its log-normal prior [Hvarfner2024], the default, or its `mode`, which is e^3
   * times shorter. From the mode, answers return to their mean near the rows, so that a search begins beside its best ones and not in
   * the corners of its space.
   */
  readonly prior?: GaussianProcessPrior;
  /** `interpolate`: answers are exact. `estimate`: part of them may be noise. Default `auto`: by leave-one-out. */
  readonly nugget?: GaussianProcessNugget;
  /** Default `auto`: constant, or quadratic where leave-one-out clearly speaks for it. */
  readonly trend?: GaussianProcessTrend | 'auto';
  /**
   * What is done to the values of numeric outputs before the fit: `log` needs positive values, `shifted-log` draws in the
   * longer tail, `bilog` both. Default `auto`: by leave-one-out log density, for each output.
   */
  readonly transform?: GaussianProcessTransform | 'auto';
  /**
   * How the levels of categorical parameters of three or more are told apart. `exchangeable`: any two are equally alike.
   * `hypersphere`: how alike two are is fitted for each pair [Rebonato1999, Zhou2011, Saves2023], see `hyperparameters[k].embedding`.
   * Default `auto`: by leave-one-out where there are at least as many rows as pairs.
   */
  readonly categories?: GaussianProcessCategories;
  /**
   * What numbers are where they are inactive. `plain`, the default: the middle of their range. `arc`: away from all of it, at a distance
   * that is fitted [HutterOsborne2013]. `auto`: by leave-one-out, which more often helps than not. Inactive categories are the level in
   * the middle with `plain`, else one of their own.
   */
  readonly conditions?: GaussianProcessConditions;
  /**
   * Whether numbers are stretched where answers change much and drawn together where they change little, by a Kumaraswamy distribution
   * for each that is fitted [Snoek2014]. `auto`: where leave-one-out speaks for it very clearly. Default `none`: the search takes as
   * long as the rest of the fit.
   */
  readonly warping?: GaussianProcessWarping;
  /** Whether variances are widened until they cover the errors of a cross-validation. Default true; a search may prefer false. */
  readonly calibrate?: boolean;
  /** Local searches of the likelihood for each kernel, at least 1; default 2. */
  readonly starts?: number;
  /**
   * Up to 80 rows, over how many hyper-parameters the answers are averaged: the estimate, and draws from their posterior [Snoek2012].
   * An integer of at least 1; default 1, the estimate alone. More make each answer dearer by that factor, and a search surer.
   */
  readonly draws?: number;
  /** Rows up to which the process is exact; of more it is approximated as by `vecchia`, which the health record says. Default 1500. */
  readonly exactRows?: number;
}

/**
 * A Gaussian process (kriging) with one lengthscale for each parameter, fitted by maximum penalized likelihood
 * [RasmussenWilliams2006, Santner2003]. Up to 1500 rows it is exact, and the cost of a fit grows with n^3; beyond, it is
 * approximated at a cost that grows with n, comfortable up to 50,000.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Recipe<GaussianProcessModel> {
  return gaussianProcessWith(options, SCALABLE);
}

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

/** The options checked, with the defaults where they say nothing. */
export function columnsOptions(options: GaussianProcessOptions): Omit<ColumnsOptions, 'scalable'> {
  const {
    kernel = 'auto',
    prior = 'median',
    nugget = 'auto',
    trend = 'auto',
    transform = 'auto',
    calibrate = true,
    starts = 2,
    draws = 1,
    categories = 'auto',
    conditions = 'plain',
    warping = 'none',
    exactRows = 1500,
  } = options;
  oneOf('kernel', kernel, [...KERNELS, 'auto']);
  oneOf('prior', prior, ['median', 'mode']);
  oneOf('nugget', nugget, ['auto', 'interpolate', 'estimate']);
  oneOf('trend', trend, ['constant', 'linear', 'quadratic', 'auto']);
  oneOf('categories', categories, ['exchangeable', 'hypersphere', 'auto']);
  oneOf('conditions', conditions, ['plain', 'arc', 'auto']);
  oneOf('warping', warping, ['none', 'kumaraswamy', 'auto']);
  oneOf('transform', transform, ['none', 'log', 'shifted-log', 'bilog', 'auto']);
  ensure(
    Number.isInteger(starts) && starts >= 1,
    'invalid-argument',
    `gaussianProcess: starts must be a whole number of at least 1, got ${show(starts)}`,
  );
  ensure(
    Number.isInteger(draws) && draws >= 1,
    'invalid-argument',
    `gaussianProcess: draws must be a whole number of at least 1, got ${show(draws)}`,
  );
  ensure(
    exactRows >= 0,
    'invalid-argument',
    `gaussianProcess: exactRows must be a number of at least 0, got ${show(exactRows)}`,
  );
  const kernels: GaussianProcessKernel[] = kernel === 'auto' ? ['squared-exponential', 'matern-5/2'] : [kernel];
  return {
    kernels,
    structured: kernel === 'auto',
    prior,
    nugget,
    starts,
    draws,
    transform,
    calibrate,
    trend,
    exactRows,
    features: { categories, conditions, warping },
  };
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  ensure(
    known.includes(value),
    'invalid-argument',
    `gaussianProcess: ${name} must be one of ${known.join(', ')}, got ${show(value)}`,
  );
}
