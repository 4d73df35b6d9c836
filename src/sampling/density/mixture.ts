import { calling, definitionOf, type Factory, factory, recipeOf } from '../../core/factory.ts';
import { group, list, type OptionsOf, positive, required } from '../../core/options.ts';
import { childRun } from '../../core/run.ts';
import type { Sampler } from '../../core/sampler.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { checkArguments } from '../arguments.ts';

const PART = {
  sampler: required(recipeOf('sampler'), 'Chooses this part of the points.'),
  weight: required(positive, 'How large the part is against the others.'),
};
const OPTIONS = { parts: required(list(group(PART), 1), 'The samplers, each with its weight.') };

/** A sampler and how large its part is against the others. */
export type MixturePart = readonly [sampler: Sampler, weight: number];

const made: Factory<OptionsOf<typeof OPTIONS>, Sampler> = factory('mixture', OPTIONS, ({ parts }): Sampler => {
  const limits = parts.flatMap(({ sampler }) => sampler.mostInputs ?? []);
  return {
    name: parts.map(({ sampler }) => sampler.name).join(' + '),
    ...(parts.some(({ sampler }) => sampler.fromRows) && { fromRows: true }),
    ...(limits.length > 0 && { mostInputs: Math.min(...limits) }),
    sample(space, count, seen, run) {
      checkArguments('mixture', space, count, seen);
      const sizes = partsOf(
        count,
        parts.map(({ weight }) => weight),
      );
      const order = run.rng.child('mixture').permutation(count);
      const placeOf = new Int32Array(count);
      for (let i = 0; i < count; i++) placeOf[order[i]] = i;
      const all = new Matrix(count, space.dimension);
      let first = 0;
      parts.forEach(({ sampler }, p) => {
        const own = sampler.sample(space, sizes[p], seen, childRun(run, `mixture/${p}`));
        for (let i = 0; i < own.rows; i++) all.row(placeOf[first + i]).set(own.row(i));
        first += own.rows;
      });
      return all;
    },
  };
});

/**
 * Points of several samplers, of each in proportion to its weight: `mixture([[rows(), 1], [munge(), 4]])`; in files `mixture: { parts: [{ sampler: rows,
 * weight: 1 }, ...] }`. They come in random order.
 */
export const mixture: (parts: readonly MixturePart[]) => Sampler = calling(
  (parts: readonly MixturePart[]) => made({ parts: partsGiven(parts) }),
  definitionOf(made),
);

/** As options; what is no list of pairs is left to their check. */
function partsGiven(parts: readonly MixturePart[]): OptionsOf<typeof OPTIONS>['parts'] {
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
  if (!isList(parts)) return parts;
  return parts.map((part) => (isList(part) ? { sampler: part[0], weight: part[1] } : part));
}

/** Whole numbers in proportion to the weights that add up to `count`: those with the largest remainders get one more. */
function partsOf(count: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (count * weight) / total);
  const sizes = exact.map(Math.floor);
  const order = [...exact.keys()].sort((a, b) => exact[b] - sizes[b] - (exact[a] - sizes[a]));
  const left = count - sizes.reduce((sum, size) => sum + size, 0);
  for (const i of order.slice(0, left)) sizes[i]++;
  return sizes;
}
