import { Dataset, defaultOptimizer, memoryStore, problemOf, Rng, type Run, search, simulatorOracle } from 'imago';
import { storedOracle } from 'imago/internal';
import { inlineExecutor } from 'imago/node';
import testFunctionSimulator, { type TestFunctionOptions } from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median, quantile } from './statistics.ts';

/** A problem with its budget, after ../shared/reference/peers.md. */
export interface RegretProblem extends TestFunctionOptions {
  readonly budget: number;
  /** Runs within which half of the seeds are to come to 1 % of the optimum. */
  readonly runs?: number;
  /** Median regret to be reached at the budget. */
  readonly regret?: number;
}

/** The unconstrained problems, all stated as minimization. */
export const REGRET_PROBLEMS: readonly RegretProblem[] = [
  { name: 'branin', budget: 40, runs: 18, regret: 1e-5 },
  { name: 'goldstein-price', budget: 60, runs: 30 },
  { name: 'hartmann-3', budget: 40, runs: 16, regret: 1e-5 },
  { name: 'hartmann-6', budget: 80, runs: 36, regret: 1e-5 },
  { name: 'rosenbrock', dimension: 4, budget: 100, regret: 1 },
  { name: 'ackley', dimension: 5, budget: 100, regret: 1 },
  { name: 'michalewicz', dimension: 5, budget: 100, regret: 0.5 },
];

/** The name of a problem in the rows of results. */
export function nameOf({ name, dimension }: TestFunctionOptions): string {
  return dimension ? `${name}-${dimension}` : name;
}

/** The least value of instance `k` of a problem. */
export function optimumOf({ name, dimension }: TestFunctionOptions, k: number): number {
  return instance(testFunction(name, dimension), k).optimum?.value ?? Number.NaN;
}

/** One run of the default search: the best value after each evaluation, and the time of a proposal. */
export async function searchOnce(
  options: RegretProblem,
  k: number,
  seed: number,
  budget: number,
): Promise<{ best: number[]; milliseconds: number }> {
  const name = nameOf(options);
  const simulator = testFunctionSimulator({ name: options.name, dimension: options.dimension, instance: k });
  const problem = await problemOf({ minimize: 'f' }, simulator.space, simulator.outputs);
  const oracle = storedOracle(simulatorOracle(simulator, inlineExecutor()), memoryStore(), name);
  const run: Run = { rng: new Rng(`regret/${name}/${k}/${seed}`), clock: () => performance.now() };
  const start = performance.now();
  const empty = Dataset.empty(simulator.space, simulator.outputs);
  const { history } = await search(problem, defaultOptimizer(problem), oracle, empty, { budget }, run);
  return { best: bestSoFar(history.y.column(0)), milliseconds: (performance.now() - start) / budget };
}

/** The least of the values up to each. */
export function bestSoFar(values: ArrayLike<number>): number[] {
  let least = Number.POSITIVE_INFINITY;
  return Array.from(values, (value) => {
    least = Math.min(least, value);
    return least;
  });
}

/** Evaluations to within 1 % of the optimum; Infinity for a miss. */
export function runsToOnePercent(best: readonly number[], optimum: number): number {
  const at = best.findIndex((value) => value - optimum <= 0.01 * Math.max(1e-300, Math.abs(optimum)));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

/** The search of a study that names no optimizer. */
export default {
  question:
    'how low does the default search come, run by run? (regret = best - optimum; runs to 1 %: Infinity is a miss)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 20, instances = [0], wants, once, say }) {
    for (const options of quick ? REGRET_PROBLEMS.slice(0, 1) : REGRET_PROBLEMS) {
      const problem = nameOf(options);
      if (!wants(problem)) continue;
      const budget = quick ? options.budget / 2 : options.budget;
      const regrets: number[] = [];
      const hits: number[] = [];
      for (const k of instances) {
        const optimum = optimumOf(options, k);
        for (let seed = 1; seed <= seeds; seed++) {
          const { best } = await once({ problem, instance: k, seed, optimizer: 'auto', budget }, async () => {
            const { best, milliseconds } = await searchOnce(options, k, seed, budget);
            return { best, proposalMilliseconds: milliseconds };
          });
          regrets.push(best[best.length - 1] - optimum);
          hits.push(runsToOnePercent(best, optimum));
        }
      }
      say(summary(options, problem, budget, regrets, hits));
    }
  },
} satisfies Benchmark;

function summary(
  { runs, regret }: RegretProblem,
  problem: string,
  budget: number,
  regrets: readonly number[],
  hits: readonly number[],
): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((p) => quantile(regrets, p).toExponential(1));
  const within = runs && hits.filter((hit) => hit <= 2 * runs).length;
  return [
    `  ${problem}: median regret ${middle} (quartiles ${low}, ${high}) at ${budget}${regret ? `, asked ${regret}` : ''}`,
    `median runs to 1 % ${median(hits)} (quartiles ${quantile(hits, 0.25)}, ${quantile(hits, 0.75)})${runs ? `, asked ${runs}` : ''}`,
    ...(runs ? [`${within} of ${hits.length} within ${2 * runs}`] : []),
    `${hits.filter((hit) => hit === Number.POSITIVE_INFINITY).length} missed`,
  ].join('; ');
}
