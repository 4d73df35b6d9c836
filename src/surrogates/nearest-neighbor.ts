import { ensure } from '../core/errors.ts';
import { type Factory, factory } from '../core/factory.ts';
import { count, type OptionsOf, option } from '../core/options.ts';
import { pauser } from '../core/pause.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import { matrixState } from '../core/state/matrix-state.ts';
import type { SavableModel } from '../core/state/model-state.ts';
import { merging } from './merging.ts';
import { NeighborModel } from './neighbor-model.ts';
import type { Recipe } from './recipe.ts';

const OPTIONS = { neighbors: option(count, 'How many rows answer a query.', 5) };

/** Options of {@link nearestNeighbor}. */
export type NearestNeighborOptions = OptionsOf<typeof OPTIONS>;

/**
 * The mean of the nearest rows' answers in the unit cube, weighted by the inverse square of their distances [Shepard1968]: it learns nothing,
 * and whatever cannot beat it has learned nothing either. A class is answered with the weighted shares.
 */
export const nearestNeighbor: Factory<NearestNeighborOptions, Recipe<SavableModel>> = factory(
  'nearestNeighbor',
  OPTIONS,
  ({ neighbors }) => {
    return merging({
      name: 'nearest neighbors',
      async fit(given, run): Promise<SavableModel> {
        await pauser(run)();
        const data = given.finite();
        const { x, outputs, space, size } = data;
        ensure(size > 0, 'no-data', `nearest neighbors need at least one completed row, got ${given.size} failed ones`);
        return new NeighborModel({
          kind: 'nearest neighbors',
          neighbors,
          columns: space.columns,
          isClass: Uint8Array.from(outputs.flatMap(({ classes }) => classes?.map(() => 1) ?? [0])),
          features: new FeatureMap(space.columns).of(x),
          targets: matrixState(data.targets()),
          health: { points: size, notes: [] },
        });
      },
    });
  },
);
