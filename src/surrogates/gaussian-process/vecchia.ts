import { ensure, show } from '../../core/errors.ts';
import { SCALABLE } from '../../kriging/fit/vecchia-column.ts';
import type { GaussianProcessModel } from '../../kriging/process/model.ts';
import type { Recipe } from '../recipe.ts';
import { type GaussianProcessOptions, gaussianProcessWith } from './gaussian-process.ts';

/** Options of {@link vecchia}. */
export interface VecchiaOptions extends Omit<GaussianProcessOptions, 'exactRows'> {
  /** Rows that the hyper-parameters are learnt from, at least 1; by default 1000, from 31 coordinates on ever fewer, down to 600. */
  readonly learnt?: number;
  /** Nearest rows that a residual depends on, at least 1; default 20. */
  readonly neighbors?: number;
  /** Inducing points, at least 0; by default at most 1000, fewer where there are more than 20,000 rows. */
  readonly inducing?: number;
}

/**
 * A Gaussian process for many rows, comfortable up to 50,000: hyper-parameters are learnt from some of the rows, then inducing
 * points explain what is smooth and the nearest rows what is not [Katzfuss2022, Gyger2025]. With no inducing points it is the
 * scaled Vecchia approximation.
 */
export function vecchia(options: VecchiaOptions = {}): Recipe<GaussianProcessModel> {
  const { learnt, neighbors = SCALABLE.neighbors, inducing, ...rest } = options;
  for (const [name, value, least] of [
    ['learnt', learnt ?? 1, 1],
    ['neighbors', neighbors, 1],
    ['inducing', inducing ?? 0, 0],
  ] as const)
    ensure(
      Number.isInteger(value) && value >= least,
      'invalid-argument',
      `vecchia: ${name} must be a whole number of at least ${least}, got ${show(value)}`,
    );
  const scalable = {
    neighbors,
    ...(learnt === undefined ? {} : { learnt }),
    ...(inducing === undefined ? {} : { inducing }),
  };
  return { ...gaussianProcessWith({ ...rest, exactRows: 0 }, scalable), name: 'scaled Vecchia' };
}
