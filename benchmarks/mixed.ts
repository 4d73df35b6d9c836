import { type AnySimulator, categorical, defineSimulator, integer, ordinal, type Parameters, Rng } from 'imago';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark, Request } from './harness.ts';
import { median } from './statistics.ts';
import { bestFeasible, trial } from './trial.ts';

const PROBLEMS = ['pressure-vessel', 'speed-reducer'];
const BUDGET = 100;

/** The default search on problems with discrete inputs, and whether it ever proposes a point twice. */
export default {
  question:
    'how low does the default search come with discrete inputs, and does it repeat itself? (error = best - optimum)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds', 'duplicates'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, has, emit, say }) {
    for (const problem of quick ? PROBLEMS.slice(0, 1) : PROBLEMS) {
      if (!wants(problem)) continue;
      for (const k of instances) {
        const { optimum, inequalities = 0 } = instance(testFunction(problem), k);
        const subjectTo = Array.from({ length: inequalities }, (_, i) => `g${i + 1} <= 0`);
        const simulator = testFunctionSimulator({ name: problem, instance: k });
        const budget = quick ? 20 : BUDGET;
        const errors: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          if (has({ problem, instance: k, seed })) continue;
          const stream = `mixed/${problem}/${k}/${seed}`;
          const found = await trial(simulator, { minimize: 'f', subjectTo }, stream, { budget });
          const best = bestFeasible(found);
          const { proposalMilliseconds, history } = found;
          const duplicates =
            history.size - new Set(Array.from({ length: history.size }, (_, i) => history.x.row(i).join())).size;
          emit({ problem, instance: k, seed, optimizer: 'auto', budget, best, proposalMilliseconds, duplicates });
          errors.push((best.at(-1) ?? Number.POSITIVE_INFINITY) - optimum!.value);
        }
        if (errors.length > 0)
          say(`  ${problem}, instance ${k}: median error ${median(errors).toExponential(1)} at ${budget}`);
      }
    }
    if (wants('finite-spaces')) await exhaust(quick ? 20 : 1000, emit, say);
  },
} satisfies Benchmark;

/** Asks for more points than random finite spaces have: each must come once, and then the search must stop. */
async function exhaust(spaces: number, emit: Request['emit'], say: Request['say']): Promise<void> {
  let duplicates = 0;
  let unfinished = 0;
  for (let seed = 1; seed <= spaces; seed++) {
    const { simulator, size } = finiteSimulator(new Rng(`mixed/finite/${seed}`));
    const { history, proposalMilliseconds } = await trial(simulator, { minimize: 'f' }, `mixed/finite/${seed}`, {
      budget: size + 5,
    });
    const distinct = new Set(Array.from({ length: history.size }, (_, i) => history.x.row(i).join())).size;
    duplicates += history.size - distinct;
    if (distinct !== size) unfinished++;
    if (seed % Math.ceil(spaces / 10) === 0)
      emit({
        ...{ problem: 'finite-spaces', instance: 0, seed, optimizer: 'auto', budget: size + 5, best: [] },
        ...{ proposalMilliseconds, duplicates },
      });
  }
  say(`  ${spaces} random finite spaces: ${duplicates} points proposed twice, ${unfinished} spaces not visited whole`);
}

/** A space of 2 to about 30 points, some of them conditional, with a wavy objective. */
function finiteSimulator(rng: Rng): { simulator: AnySimulator; size: number } {
  const sizes = [2 + rng.integer(3), 1 + rng.integer(3), 1 + rng.integer(3)];
  const conditional = rng.uniform() < 0.5;
  const parameters: Parameters = {
    first: categorical(...Array.from({ length: sizes[0] }, (_, i) => `kind ${i}`)),
    second: integer(0, sizes[1]),
    third: ordinal(
      Array.from({ length: sizes[2] + 1 }, (_, i) => 2 ** i),
      conditional ? { activeWhen: { first: 'kind 0' } } : {},
    ),
  };
  const [a, b, c] = [sizes[0], sizes[1] + 1, sizes[2] + 1];
  const size = conditional ? b * c + (a - 1) * b : a * b * c;
  const simulator = defineSimulator(
    { module: import.meta.url },
    {
      name: 'finite',
      parameters,
      outputs: { f: {} },
      run: ({ first, second, third }) => ({
        f: Math.sin(String(first).length + Number(second) * 1.7 + Number(third ?? 0)) + Number(second) / 5,
      }),
    },
  );
  return { simulator, size };
}
