import {
  categorical,
  Dataset,
  defaultOptimizer,
  type Evaluation,
  integer,
  Matrix,
  type Optimizer,
  ordinal,
  type Parameter,
  type Parameters,
  type Problem,
  problemOf,
  Rng,
  Space,
  type Suggestion,
} from 'imago';
import type { Benchmark } from './harness.ts';

/** Spaces have at most this many points. */
const LARGEST = 200;

/** Asks for more points than random finite spaces have, one at a time, in batches and with points in flight. */
export default {
  question: 'does the default search visit every point of a finite space once, and then stop?',
  columns: ['way', 'spaces', 'points', 'duplicates', 'missed', 'impolite', 'optimizer', 'proposalMilliseconds'],
  async run({ quick, emit, say }) {
    const spaces = quick ? 21 : 1000;
    const all: (Visit & { readonly milliseconds: number })[] = [];
    for (let seed = 1; seed <= spaces; seed++) {
      const start = performance.now();
      all.push({ ...(await visit(seed)), milliseconds: performance.now() - start });
    }
    const total = (part: typeof all, of: (one: (typeof all)[number]) => number) =>
      part.reduce((sum, one) => sum + of(one), 0);
    for (const way of WAYS) {
      const own = all.filter((one) => one.way === way);
      const points = total(own, ({ size }) => size);
      emit({
        ...{ way, spaces: own.length, points, optimizer: 'auto' },
        duplicates: total(own, ({ duplicates }) => duplicates),
        missed: total(own, ({ missed }) => missed),
        impolite: total(own, ({ stop }) => (stop === 'exhausted' ? 0 : 1)),
        proposalMilliseconds: total(own, ({ milliseconds }) => milliseconds) / points,
      });
    }
    const bad = all.filter(({ duplicates, missed, stop }) => duplicates > 0 || missed > 0 || stop !== 'exhausted');
    say(`  ${all.length} random finite spaces, ${bad.length} of them not visited as they should be`);
  },
} satisfies Benchmark;

const WAYS = ['one at a time', 'batches', 'in flight'] as const;

/** What became of a search that was asked for more points than its space has. */
export interface Visit {
  readonly way: (typeof WAYS)[number];
  readonly size: number;
  /** Proposals equal to an earlier one, answered or in flight, or not canonical. */
  readonly duplicates: number;
  /** Points never proposed. */
  readonly missed: number;
  readonly stop?: Suggestion['stop'];
}

/**
 * Searches the `seed`-th random finite space until the optimizer stops. In a third of them some points fail, in a fifth there is a
 * constraint; of points in flight any may be the next to be answered.
 */
export async function visit(
  seed: number,
  optimizerOf: (problem: Problem) => Optimizer = defaultOptimizer,
  largest = LARGEST,
): Promise<Visit> {
  const rng = new Rng(`finite/${seed}`);
  const way = WAYS[seed % WAYS.length];
  const width = way === 'one at a time' ? 1 : 2 + rng.integer(7);
  const space = new Space(finiteParameters(largest, rng.child('space')));
  const problem = await problemOf({ minimize: 'f', subjectTo: rng.uniform() < 0.2 ? ['g <= 0.2'] : [] }, space, [
    { name: 'f' },
    { name: 'g' },
  ]);
  const optimizer = optimizerOf(problem);
  const answer = answers(space.dimension, rng.uniform() < 0.3, rng.child('answers'));
  const run = { rng: rng.child('search'), clock: () => 0 };
  const size = sizeOf(space);
  const proposed = new Set<string>();
  const flying: Float64Array[] = [];
  let history = Dataset.empty(space, problem.outputs);
  let duplicates = 0;
  let stop: Suggestion['stop'];
  const land = (i: number) => {
    const [u] = flying.splice(i, 1);
    history = history.append([answer(u, history.size)]);
  };
  while (!stop && proposed.size < size + 1 && duplicates === 0) {
    const pending = Matrix.from(flying, space.dimension);
    const count = way === 'in flight' ? 1 : width;
    const suggestion = await optimizer.suggest(problem, { history, pending, remaining: 2 * size + 9 }, count, run);
    stop = suggestion.stop;
    for (let i = 0; i < suggestion.x.rows; i++) {
      const u = suggestion.x.row(i).slice();
      if (proposed.has(u.join()) || space.canonical(u).join() !== u.join()) duplicates++;
      proposed.add(u.join());
      flying.push(u);
    }
    if (way !== 'in flight') while (flying.length > 0) land(0);
    else if (flying.length >= width) land(rng.integer(flying.length));
  }
  return { way, size, duplicates, missed: size - proposed.size, stop };
}

/** One to four parameters of any discrete kind, some of which depend on others; at most `largest` points. */
function finiteParameters(largest: number, rng: Rng): Parameters {
  const count = 1 + rng.integer(4);
  const parameters: Record<string, Parameter> = {};
  let room = largest;
  for (let j = 0; j < count && room >= 2; j++) {
    const levels = 2 + rng.integer(Math.min(j === 0 ? 11 : 5, room - 1));
    room = Math.floor(room / levels);
    const earlier = Object.entries(parameters);
    const [name, controller] = earlier.length > 0 ? earlier[rng.integer(earlier.length)] : [];
    const options =
      name && controller && rng.uniform() < 0.4 ? { activeWhen: { [name]: someValue(controller, rng) } } : {};
    const values = Array.from({ length: levels }, (_, i) => i * i - 3);
    parameters[`p${j}`] = [
      () => categorical(...values.map((value) => `choice ${value}`), options),
      () => ordinal(values, options),
      () => integer(-1, levels - 2, options),
    ][rng.integer(3)]();
  }
  return parameters;
}

function someValue(parameter: Parameter, rng: Rng): string | number {
  if (parameter.kind === 'categorical' || parameter.kind === 'ordinal')
    return parameter.values[rng.integer(parameter.values.length)];
  return parameter.lower + rng.integer(parameter.upper - parameter.lower + 1);
}

/** The number of canonical points, by looking at every combination of levels. */
function sizeOf(space: Space): number {
  const levels = space.columns.map((column) => column.levels);
  const found = new Set<string>();
  const combinations = levels.reduce((product, count) => product * count, 1);
  for (let index = 0; index < combinations; index++) {
    let rest = index;
    const u = Float64Array.from(levels, (count) => {
      const level = rest % count;
      rest = Math.floor(rest / count);
      return (level + 0.5) / count;
    });
    found.add(space.canonical(u).join());
  }
  return found.size;
}

/** Waves along a random direction. */
function answers(dimension: number, fragile: boolean, rng: Rng): (u: Float64Array, n: number) => Evaluation {
  const direction = Array.from({ length: dimension }, () => 6 * rng.normal());
  return (u, n) => {
    const phase = u.reduce((sum, v, j) => sum + v * direction[j], 0);
    const base = { id: `finite/${n}`, u, milliseconds: 0 };
    return fragile && Math.cos(3 * phase) > 0.5
      ? { ...base, status: 'failed', cause: 'threw', reason: 'the wave is too steep' }
      : { ...base, status: 'completed', values: Float64Array.of(Math.sin(phase), Math.cos(2 * phase)) };
  };
}
