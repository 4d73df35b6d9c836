import { ensure } from '../core/errors.ts';
import { type Factory, factory } from '../core/factory.ts';
import type { Model } from '../core/model.ts';
import { count, type OptionsOf, option } from '../core/options.ts';
import { pauser } from '../core/pause.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import { Matrix } from '../numerics/matrix.ts';
import { merging } from './merging.ts';
import type { Recipe } from './recipe.ts';

const OPTIONS = { neighbors: option(count, 'How many rows answer a query.', 5) };

/** Options of {@link nearestNeighbor}. */
export type NearestNeighborOptions = OptionsOf<typeof OPTIONS>;

/**
 * The mean of the nearest rows' answers in the unit cube, weighted by the inverse square of their distances [Shepard1968]: it learns nothing,
 * and whatever cannot beat it has learned nothing either. A class is answered with the weighted shares.
 */
export const nearestNeighbor: Factory<NearestNeighborOptions, Recipe> = factory(
  'nearestNeighbor',
  OPTIONS,
  ({ neighbors }) => {
    return merging({
      name: 'nearest neighbors',
      async fit(given, run): Promise<Model> {
        await pauser(run)();
        const data = given.finite();
        const { x, outputs, space, size } = data;
        ensure(size > 0, 'no-data', `nearest neighbors need at least one completed row, got ${given.size} failed ones`);
        const map = new FeatureMap(space.columns);
        const known = map.of(x);
        const targets = data.targets();
        const isClass = outputs.flatMap(({ classes }) => (classes ?? ['']).map(() => classes !== undefined));
        const width = targets.columns;
        return {
          health: { points: size, notes: [] },
          predict(queries) {
            ensure(
              queries.columns === space.dimension,
              'invalid-argument',
              `the model answers points of ${space.dimension} coordinates, got ${queries.columns}`,
            );
            const answer = new Matrix(queries.rows, width);
            const features = map.of(queries);
            for (let q = 0; q < queries.rows; q++) {
              const near = nearest(features.subarray(q * map.width, (q + 1) * map.width), known, size, neighbors);
              const to = answer.row(q);
              for (const { row, share } of near)
                for (let k = 0; k < width; k++) {
                  to[k] += share * targets.get(row, k);
                  // Shares that make one may sum to a last digit more.
                  if (isClass[k]) to[k] = Math.min(1, to[k]);
                }
            }
            return answer;
          },
        };
      },
    });
  },
);

/** The nearest rows of n x width features and their shares of the answer; rows at the query itself answer alone. */
function nearest(query: Float64Array, known: Float64Array, n: number, count: number) {
  const width = query.length;
  const best: { row: number; square: number }[] = [];
  for (let row = 0; row < n; row++) {
    let square = 0;
    for (let j = 0; j < width; j++) square += (query[j] - known[row * width + j]) ** 2;
    if (best.length === count && square >= best[count - 1].square) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].square > square) at--;
    best.splice(at, 0, { row, square });
    if (best.length > count) best.pop();
  }
  const exact = best.filter(({ square }) => square === 0);
  if (exact.length > 0) return exact.map(({ row }) => ({ row, share: 1 / exact.length }));
  // Relative to the nearest one, so that no distance is too small to be divided by.
  const weights = best.map(({ square }) => best[0].square / square);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return best.map(({ row }, i) => ({ row, share: weights[i] / sum }));
}
