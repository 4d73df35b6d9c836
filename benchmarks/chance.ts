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
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    const problems: Scores[] = [];
    for (const options of quick ? REGRET_PROBLEMS.slice(0, 1) : REGRET_PROBLEMS) {
      const problem = nameOf(options);
      if (!wants(problem)) continue;
      const budget = quick ? options.budget / 2 : options.budget;
      const all: Scores[] = [];
      for (const k of instances)
        for (let seed = 1; seed <= seeds; seed++) {
          const row = await once({ problem, instance: k, seed, optimizer: 'auto', budget }, async () => {
            const forecasts = await forecastsOf(options, k, `chance/${problem}/${k}/${seed}`, budget);
            return scores(forecasts);
          });
          all.push(row);
        }
      const own = pooled(all);
      say(`  ${problem}: ${described(own)}`);
      problems.push(own);
    }
    // Each problem has its own base rate: who tells one rate everywhere knows less.
    const base = mean(problems, (one) => one.base);
    if (problems.length > 1) say(`  all: ${described({ ...pooled(problems), base })}`);
  },
} satisfies Benchmark;

/** How good forecasts were: `told` of them, the share that came true, their Brier score and that of telling this share every time. */
interface Scores {
  readonly told: number;
  readonly rate: number;
  readonly brier: number;
  readonly base: number;
}

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
      if (suggestion.probabilityOfImprovement !== undefined)
        told.set(knowledge.history.size, suggestion.probabilityOfImprovement);
      return suggestion;
    },
  };
  const best = bestFeasible(await trial(simulator, goal, stream, { budget, optimizer }));
  return [...told].map(([at, chance]) => ({ chance, improved: best[at] !== best[at - 1] }));
}

function scores(forecasts: readonly Forecast[]): Scores {
  return pooled(
    forecasts.map(({ chance, improved }) => {
      const rate = Number(improved);
      return { told: 1, rate, brier: (chance - rate) ** 2 };
    }),
  );
}

function pooled(parts: readonly Omit<Scores, 'base'>[]): Scores {
  const rate = mean(parts, (part) => part.rate);
  const told = parts.reduce((sum, part) => sum + part.told, 0);
  return { told, rate, brier: mean(parts, (part) => part.brier), base: rate * (1 - rate) };
}

/** The mean over all forecasts; 0 of none. */
function mean<T extends Pick<Scores, 'told'>>(parts: readonly T[], of: (part: T) => number): number {
  const [sum, told] = parts.reduce(([a, b], part) => [a + part.told * of(part), b + part.told], [0, 0]);
  return sum / Math.max(1, told);
}

function described({ told, rate, brier, base }: Scores): string {
  return `${told} forecasts, ${rate.toFixed(2)} of the runs improved; Brier score ${brier.toFixed(4)}, ${(brier / base).toFixed(2)} of the base rate's`;
}
