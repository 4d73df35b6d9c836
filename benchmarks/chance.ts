import { defaultOptimizer, type Optimizer, problemOf } from 'imago';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import type { Benchmark } from './harness.ts';
import { nameOf, REGRET_PROBLEMS } from './regret.ts';
import { bestFeasible, trial } from './trial.ts';

/** Whether the best value improves with each run, and how probable that was said to be. */
export default {
  question:
    'is the chance of an improvement that the default search tells true? (Brier scores; base: telling the mean rate)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'told', 'rate', 'brier', 'base'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, has, emit, say }) {
    for (const options of quick ? REGRET_PROBLEMS.slice(0, 1) : REGRET_PROBLEMS) {
      const problem = nameOf(options);
      if (!wants(problem)) continue;
      const budget = quick ? options.budget / 2 : options.budget;
      const all: Forecast[] = [];
      for (const k of instances)
        for (let seed = 1; seed <= seeds; seed++) {
          if (has({ problem, instance: k, seed })) continue;
          const forecasts = await forecastsOf(options, k, `chance/${problem}/${k}/${seed}`, budget);
          emit({ problem, instance: k, seed, optimizer: 'auto', budget, ...scores(forecasts) });
          all.push(...forecasts);
        }
      const { rate, brier, base } = scores(all);
      if (all.length > 0)
        say(
          `  ${problem}: ${all.length} forecasts, ${rate.toFixed(2)} of the runs improved; Brier score ${brier.toFixed(4)}, ${(brier / base).toFixed(2)} of the base rate's`,
        );
    }
  },
} satisfies Benchmark;

interface Forecast {
  readonly chance: number;
  readonly improved: boolean;
}

async function forecastsOf(
  { name, dimension }: { readonly name: string; readonly dimension?: number },
  k: number,
  stream: string,
  budget: number,
): Promise<Forecast[]> {
  const simulator = testFunctionSimulator({ name, dimension, instance: k });
  const goal = { minimize: 'f' };
  const inner = defaultOptimizer(await problemOf(goal, simulator.space, simulator.outputs));
  const told = new Map<number, number>();
  const optimizer: Optimizer = {
    ...inner,
    async suggest(problem, knowledge, count, run) {
      const suggestion = await inner.suggest(problem, knowledge, count, run);
      if (suggestion.chance !== undefined) told.set(knowledge.history.size, suggestion.chance);
      return suggestion;
    },
  };
  const best = bestFeasible(await trial(simulator, goal, stream, { budget, optimizer }));
  return [...told].map(([at, chance]) => ({ chance, improved: best[at] !== best[at - 1] }));
}

/** The mean squared error of the forecasts, and that of telling the share that came true every time. */
function scores(forecasts: readonly Forecast[]) {
  const mean = (of: (one: Forecast) => number) =>
    forecasts.reduce((sum, one) => sum + of(one), 0) / Math.max(1, forecasts.length);
  const rate = mean(({ improved }) => Number(improved));
  const brier = mean(({ chance, improved }) => (chance - Number(improved)) ** 2);
  return { told: forecasts.length, rate, brier, base: rate * (1 - rate) };
}
