import {
  type Dataset,
  factorial,
  fitUntil,
  halton,
  latinHypercube,
  type Matrix,
  type Oracle,
  type Run,
  type Sampler,
  sobol,
} from 'imago';

/** How the points were chosen of which somebody has the answers. */
export const DESIGNS: readonly string[] = [
  ...['random', 'ese', 'sobol', 'halton', 'grid', 'sorted', 'replicated', 'repeated', 'adaptive'],
];

/** A grid of fewer values than this for each input is not what people make. */
const LEAST_LEVELS = 3;
/** How many times each point of a replicated design is run. */
const REPLICATES = 4;

const SAMPLERS: Readonly<Record<string, Sampler>> = {
  random: latinHypercube({ kind: 'random' }),
  ese: latinHypercube(),
  sobol: sobol(),
  halton: halton(),
  grid: {
    name: 'grid',
    sample(space, count, seen, run) {
      const levels = gridLevels(space.dimension, count)!;
      const each = Object.fromEntries(space.names.map((name, j) => [name, levels[j]]));
      return factorial({ levels: each }).sample(space, product(levels), seen, run);
    },
  },
};

/** Whether there is such a design of about n distinct points in d inputs. */
export function hasDesign(design: string, d: number, n: number): boolean {
  return design !== 'grid' || gridLevels(d, n) !== undefined;
}

/**
 * The points of a design of n distinct ones (of a grid: about n), in the order in which somebody has them: `sorted` is a random hypercube
 * by its first input, `replicated` one whose points all stand there four times in a row, `repeated` one whose first half follows again.
 */
export async function designPoints(design: string, empty: Dataset, n: number, run: Run): Promise<Matrix> {
  const { space } = empty;
  const drawn = async (sampler: Sampler) => sampler.sample(space, n, empty, run);
  if (SAMPLERS[design]) return drawn(SAMPLERS[design]);
  const x = await drawn(SAMPLERS.random);
  const rows = Array.from({ length: n }, (_, i) => i);
  if (design === 'sorted') return x.select(rows.sort((a, b) => x.get(a, 0) - x.get(b, 0)));
  if (design === 'replicated') return x.select(rows.flatMap((i) => new Array<number>(REPLICATES).fill(i)));
  return x.select([...rows, ...rows.slice(0, n >> 1)]);
}

/** The rows that `imago fit --until` has after n runs: a hypercube of five for each input, and then where a run teaches most. */
export async function adaptiveRows(oracle: Oracle, n: number, run: Run): Promise<Dataset> {
  return (await fitUntil(oracle, { transfer: latinHypercube() }, { target: 1, budget: n }, run)).data;
}

/** How many values each of d inputs takes in a grid of about n points; undefined where they would be too few. */
function gridLevels(d: number, n: number): number[] | undefined {
  const levels = new Array<number>(d).fill(LEAST_LEVELS);
  if (product(levels) > n) return undefined;
  for (let j = 0; product(levels) * (1 + 1 / levels[j]) <= n; j = (j + 1) % d) levels[j]++;
  return levels;
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

/** How many of the points differ. */
export function distinctPoints({ x }: Dataset): number {
  return new Set(Array.from({ length: x.rows }, (_, i) => x.row(i).join())).size;
}
