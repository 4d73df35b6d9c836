import type { Space } from '../../core/space/space.ts';
import { matrixOf } from '../../core/state/matrix-state.ts';
import { LengthscaleFamily } from '../kernels/family.ts';
import { restoreFeatures } from '../kernels/features.ts';
import { extendKriging, withVariance } from './extension.ts';
import type { KrigingPosterior } from './posterior.ts';
import type { ExactState } from './process-state.ts';
import { kriging } from './search.ts';

/** The posterior of a state: its first rows are factored, the others added as they were. */
export function restoreExact(state: ExactState, space: Space): KrigingPosterior {
  const { kernel, features, basis, y, family, prior, theta, variance, added } = state;
  const x = matrixOf(state.x);
  const first = added.reduce((rest, { rows }) => rest - rows, x.rows);
  const data = {
    ...restoreFeatures(features, space),
    ...{ basis, prior, y: first < x.rows ? y.slice(0, first) : y },
    x: first < x.rows ? x.select(Array.from({ length: first }, (_, i) => i)) : x,
    family: family && new LengthscaleFamily(matrixOf(family)),
  };
  let posterior = withVariance(kriging(data, kernel, theta), variance);
  let from = first;
  for (const { rows, variance: kept } of added) {
    const more = x.select(Array.from({ length: rows }, (_, i) => from + i));
    posterior = extendKriging(posterior, more, y.slice(from, from + rows), kept);
    from += rows;
  }
  return posterior;
}
