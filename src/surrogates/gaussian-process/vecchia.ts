import { type Factory, factory } from '../../core/factory.ts';
import { count, type OptionsOf, option, whole } from '../../core/options.ts';
import { SCALABLE } from '../../kriging/fit/vecchia-column.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import type { Recipe } from '../recipe.ts';
import { gaussianProcessWith, PROCESS } from './gaussian-process.ts';

const { exactRows, ...SHARED } = PROCESS;

const OPTIONS = {
  ...SHARED,
  learnt: option(
    count,
    'Rows that the hyper-parameters are learned from. Default 1000, from 31 coordinates on ever fewer, down to 600.',
  ),
  neighbors: option(count, 'Nearest rows that a residual depends on.', SCALABLE.neighbors),
  inducing: option(
    whole({ from: 0 }),
    'Inducing points; 0 for none. Default at most 1000, fewer where there are more than 20,000 rows.',
  ),
};

/** Options of {@link vecchia}. */
export type VecchiaOptions = OptionsOf<typeof OPTIONS>;

/**
 * A Gaussian process for many rows, comfortable up to 50,000: hyper-parameters are fitted to some of the rows, then inducing
 * points explain what is smooth and the nearest rows what is not [Katzfuss2022, Gyger2025]. With no inducing points it is the
 * scaled Vecchia approximation.
 */
export const vecchia: Factory<VecchiaOptions, Recipe<GaussianProcessModel>> = factory(
  'vecchia',
  OPTIONS,
  ({ learnt, neighbors, inducing, ...rest }) => ({
    ...gaussianProcessWith(
      { ...rest, exactRows: 0 },
      {
        neighbors,
        ...(learnt !== undefined && { learnt }),
        ...(inducing !== undefined && { inducing }),
      },
    ),
    name: 'scaled Vecchia',
  }),
);
