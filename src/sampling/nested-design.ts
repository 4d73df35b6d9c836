import { Dataset } from '../core/dataset.ts';
import { ImagoError } from '../core/errors.ts';
import { type Factory, factory, recipeOf } from '../core/factory.ts';
import { number, type OptionsOf, option } from '../core/options.ts';
import type { Sampler } from '../core/sampler.ts';
import { namesShown } from '../core/space/group.ts';
import type { Resolution } from '../core/space/resolution.ts';
import type { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { checkArguments } from './arguments.ts';
import { squaredGaps } from './distance.ts';
import { latinHypercube } from './latin-hypercube.ts';

const OPTIONS = {
  ratio: option(number({ above: 0, to: 1 }), 'Rows of a level for each row of the next coarser one.', 0.25),
  sampler: option(recipeOf('sampler'), 'How the points of one level are chosen.', latinHypercube()),
};

/** Options of {@link nestedDesign}. */
export type NestedDesignOptions = OptionsOf<typeof OPTIONS>;

/**
 * Points for a simulator with a `resolution`: those of each finer level are among those of the next coarser one, and come after them.
 *
 * Each level has a design of its own, and the finest keeps it: in the next coarser one the points nearest to it are replaced by its
 * points, and so on [LeGratiet2014]. Of `count` rows the levels have shares of `1 : ratio : ratio^2 ...`, rounded down; the rest is the
 * coarsest level's. Points seen at a level are extended as the sampler does it.
 */
export const nestedDesign: Factory<NestedDesignOptions, Sampler> = factory(
  'nestedDesign',
  OPTIONS,
  ({ ratio, sampler }) => ({
    name: 'nestedDesign',
    // The resolution is one input more, of which the sampler knows nothing.
    ...(sampler.mostInputs !== undefined && { mostInputs: sampler.mostInputs + 1 }),
    sample(space, count, seen, run) {
      checkArguments('nestedDesign', space, count, seen);
      const { resolution, withoutResolution: inner } = space;
      if (!resolution)
        throw new ImagoError(
          'invalid-argument',
          `nestedDesign: none of ${namesShown(space.parameters)} is a resolution: declare one, as in cells: resolution([8, 16], { cost: [1, 4] })`,
        );
      const sizes = shares(count, ratio, resolution.costs.length);
      let finer: Matrix | undefined;
      const designs: Matrix[] = [];
      for (let t = sizes.length - 1; t >= 0; t--) {
        const stream = { ...run, rng: run.rng.child(`nested-design/${seen.size}/${t}`) };
        const points = sampler.sample(inner, sizes[t], seenAt(seen, inner, resolution, t), stream);
        if (finer) replaceNearest(points, finer, inner);
        designs.unshift(resolution.with(points, t));
        finer = points;
      }
      return designs.reduce((all, design) => all.stack(design));
    },
  }),
);

/** Rows of each level, coarsest first: never more than of the one before. */
function shares(count: number, ratio: number, levels: number): number[] {
  const weights = Array.from({ length: levels }, (_, t) => ratio ** t);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // A share that is whole but for its rounding is not to lose a row.
  const sizes = weights.map((weight) => Math.floor((count * weight) / total + 1e-9));
  sizes[0] += count - sizes.reduce((sum, size) => sum + size, 0);
  return sizes;
}

/** The points seen at a level, without it. */
function seenAt(seen: Dataset, inner: Space, resolution: Resolution, level: number): Dataset {
  const levels = resolution.ofRows(seen.x);
  const rows = [...levels.keys()].filter((i) => levels[i] === level);
  return new Dataset(
    inner,
    [],
    resolution.without(seen.x.select(rows)),
    new Matrix(rows.length, 0),
    rows.map((row) => seen.rows[row]),
  );
}

/** Puts each row of `finer` in the place of the row of `points` that is nearest to it among those not yet replaced. */
function replaceNearest(points: Matrix, finer: Matrix, space: Space): void {
  const gaps = squaredGaps(points.columns, space);
  const free = new Set(Array.from({ length: points.rows }, (_, i) => i));
  for (let k = 0; k < finer.rows; k++) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (const i of free) {
      const square = gaps.reduce((sum, gap, j) => sum + gap(points.get(i, j), finer.get(k, j)), 0);
      if (square < least) [nearest, least] = [i, square];
    }
    points.data.set(finer.row(k), nearest * points.columns);
    free.delete(nearest);
  }
}
