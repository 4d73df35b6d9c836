import { ensure, show } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { either, notNegative, type OptionsOf, oneOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import { outputStates } from '../../core/state/data-state.ts';
import { matrixState } from '../../core/state/matrix-state.ts';
import { distinctPoints, meansOf } from '../../kriging/response/distinct.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import type { PolynomialTail } from '../../numerics/interpolation/polynomial-basis.ts';
import { leastTail, type RadialKernel } from '../../numerics/interpolation/radial-basis.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { standardize } from '../standardize.ts';
import { chooseSettings } from './column.ts';
import { RadialBasisModel, type RadialColumnState } from './model.ts';

const KERNELS: readonly RadialKernel[] = ['cubic', 'thin-plate', 'multiquadric', 'gaussian'];
const TAILS: readonly PolynomialTail[] = ['none', 'constant', 'linear', 'separable', 'quadratic'];

const OPTIONS = {
  kernel: option(
    oneOf(...KERNELS, 'auto'),
    'r^3, r^2 log r, sqrt(1 + r^2) or exp(-r^2) of the scaled distance; `auto`: by leave-one-out error, for each output.',
    'auto',
  ),
  tail: option(
    oneOf(...TAILS, 'auto'),
    'The polynomial beside the radial functions, not below what the kernel needs; `auto`: by leave-one-out error.',
    'auto',
  ),
  scales: option(
    oneOf('fitted', 'equal'),
    '`fitted`: one scale for each parameter, by leave-one-out error [Rippa1999]; `equal`: the same for all.',
    'fitted',
  ),
  ridge: option(
    either(notNegative, oneOf('auto')),
    'What is added to the diagonal, relative to its mean: 0 interpolates; `auto`: by leave-one-out error.',
    'auto',
  ),
};

/** Options of {@link radialBasis}. */
export type RadialBasisSurrogateOptions = OptionsOf<typeof OPTIONS>;

/**
 * Radial basis function interpolation with a polynomial tail [Wendland2005]. The variance is a heuristic: the squared power
 * function, as in kriging with the kernel as generalized covariance, times the factor that makes the leave-one-out errors of
 * its size. The cost of a fit grows with n^3: comfortable up to about 1,000 rows.
 */
export const radialBasis: Factory<RadialBasisSurrogateOptions, Recipe<RadialBasisModel>> = factory(
  'radialBasis',
  OPTIONS,
  (options) => {
    const { kernel, tail, scales, ridge } = options;
    const kernels = kernel === 'auto' ? KERNELS : [kernel];
    if (tail !== 'auto')
      for (const one of kernel === 'auto' ? [] : kernels)
        ensure(
          TAILS.indexOf(tail) >= TAILS.indexOf(leastTail(one)),
          'invalid-argument',
          `radialBasis: a ${one} kernel needs a tail of at least ${leastTail(one)}, got ${show(tail)}`,
        );
    const usable =
      tail === 'auto' ? kernels : kernels.filter((one) => TAILS.indexOf(tail) >= TAILS.indexOf(leastTail(one)));
    const choices = {
      kernels: usable,
      ...(tail !== 'auto' && { tail }),
      ...(ridge !== 'auto' && { ridge }),
      fitScales: scales === 'fitted',
    };
    return merging({
      name: 'radial basis functions',
      async fit(given, run) {
        const data = given.finite();
        ensure(
          data.size > 0,
          'no-data',
          `radial basis functions need at least one completed row, got ${given.size} rows, all failed`,
        );
        const pause = pauser(run);
        await pause();
        const { space, outputs, x } = data;
        const map = new FeatureMap(space.columns);
        const points = distinctPoints(x);
        const distinct = x.select(points.rows);
        const features = {
          z: new Matrix(distinct.rows, map.width, map.of(distinct)),
          coordinates: map.coordinates,
          dimension: space.dimension,
        };
        const targets = targetColumns(outputs, data.targets());
        const columns: RadialColumnState[] = [];
        for (const [k, { values }] of targets.entries()) {
          run.progress?.({ phase: 'fit surrogate', done: k, total: targets.length });
          const standardized = standardize(values);
          const means = meansOf(points, standardized.values);
          const settings = await chooseSettings(features, means, points.counts, choices, pause);
          columns.push({ settings, standardized });
        }
        const constant = targets.filter(({ values }) => values.every((value) => value === values[0]));
        const notes = rowNotes(
          data.size,
          given.size,
          constant.map(({ name }) => name),
        );
        return new RadialBasisModel({
          kind: 'radial basis functions',
          coordinates: space.columns,
          outputs: outputStates(outputs),
          features: matrixState(features.z),
          points,
          columns,
          notes,
        });
      },
    });
  },
);
