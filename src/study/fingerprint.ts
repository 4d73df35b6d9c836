import type { Dataset } from '../core/dataset.ts';
import { describe } from '../core/space/coordinate.ts';
import { hash128 } from '../numerics/random.ts';
import { studentOf } from './chain/chain.ts';
import { recipesUsed } from './recipes-used.ts';
import { type AnyScenario, outsideTeacher, subjectOf } from './scenario/scenario.ts';

/** The parts of a scenario that can be written down, to tell later what has changed. */
export type Fingerprint = Readonly<Record<string, unknown>>;

/** What of a scenario decides which points are asked; the simulator's identity is kept apart, for the store. */
export function fingerprintOf(scenario: AnyScenario, identity: string): Fingerprint {
  const { space, outputs } = subjectOf(scenario);
  const { seed = 1, chain = [], search, compare, start, test } = scenario;
  return {
    simulator: identity,
    seed,
    parameters: Object.entries(space.parameters).map(([name, spec]) => `${name}: ${describe(spec)}`),
    outputs: outputs.map((output) => output.name),
    chain: chain.map((stage) => {
      const taught = stage.teacher === undefined ? '' : `, taught by ${[stage.teacher].flat().join(' + ')}`;
      const kept = stage.keep ? `, kept by ${stage.keep.name}` : '';
      const beside = stage.data ? `, with the data at weight ${stage.data}` : '';
      return `${stage.name}: ${stage.size ?? 'all'} points, ${studentOf(stage).name}${taught}${kept}${beside}`;
    }),
    search: search && {
      ...search,
      minimize: search.minimize?.toString(),
      maximize: search.maximize?.toString(),
      subjectTo: search.subjectTo?.map(String),
      data: search.data && digestOf(search.data),
      optimizer: 'optimizer' in search ? search.optimizer?.name : undefined,
      minimizer: 'minimizer' in search ? search.minimizer?.name : undefined,
    },
    recipes: Object.fromEntries(recipesUsed(scenario).map(({ part, recipe }) => [part, recipe])),
    test: test ?? (start?.test && digestOf(start.test)),
    teacher: outsideTeacher(scenario)?.name,
    pool: start?.pool && digestOf(start.pool),
    compare: compare && { budget: compare.budget, optimizers: compare.optimizers.map((optimizer) => optimizer.name) },
  };
}

/** Points, as they are kept, and answers in a few letters, which change with any of them. */
function digestOf({ points, y, size }: Dataset): string {
  const hashes = [points.data, y.data].map(({ buffer, byteOffset, byteLength }) =>
    hash128(new Uint8Array(buffer, byteOffset, byteLength)),
  );
  const letters = hashes.map(([word]) => word.toString(16).padStart(8, '0'));
  return `${size} rows, ${letters.join('')}`;
}

/** The parts in which two fingerprints differ, and recipes as they were and are: `student of g (auto, now gaussianProcess)`. */
export function changesOf(before: Fingerprint, after: Fingerprint): string[] {
  const names = differing(before, after).filter((name) => name !== 'recipes');
  // Stores of before do not say what recipes they were made with.
  if (before.recipes === undefined) return names;
  const [old, own] = [before.recipes, after.recipes] as [Fingerprint, Fingerprint];
  const swapped = differing(old, own).filter((part) => part in old && part in own);
  return [...names, ...swapped.map((part) => `${part} (${old[part]}, now ${own[part]})`)];
}

function differing(before: Fingerprint, after: Fingerprint): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
