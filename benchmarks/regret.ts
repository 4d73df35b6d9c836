import {
  bayesian,
  Dataset,
  gaussianProcess,
  memoryStore,
  problemOf,
  Rng,
  type Run,
  search,
  simulatorOracle,
  storedOracle,
} from 'imago';
import { inlineExecutor } from 'imago/node';
import testFunctionSimulator, { type TestFunctionOptions } from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

/** Problems with their budgets, after ../shared/reference/peers.md. */
const PROBLEMS: readonly (TestFunctionOptions & { readonly budget: number })[] = [
  { name: 'branin', budget: 40 },
  { name: 'goldstein-price', budget: 60 },
  { name: 'hartmann-3', budget: 40 },
  { name: 'hartmann-6', budget: 80 },
  { name: 'rosenbrock', dimension: 4, budget: 100 },
  { name: 'ackley', dimension: 5, budget: 100 },
  { name: 'michalewicz', dimension: 5, budget: 100 },
];

/** Bayesian search as a study runs it that names no optimizer, on unconstrained problems stated as minimisation. */
export default {
  question:
    'how low does the default search come, run by run? (regret = best - optimum; runs to 1 %: a dash is a miss)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 20, instances = [0], wants, has, emit, say }) {
    const executor = inlineExecutor();
    const optimizer = bayesian({ surrogate: gaussianProcess({ transform: 'none', calibrate: false }) });
    for (const { budget: full, ...options } of quick ? PROBLEMS.slice(0, 1) : PROBLEMS) {
      const name = options.dimension ? `${options.name}-${options.dimension}` : options.name;
      if (!wants(name)) continue;
      const budget = quick ? full / 2 : full;
      for (const k of instances) {
        const simulator = testFunctionSimulator({ ...options, instance: k });
        const optimum = instance(testFunction(options.name, options.dimension), k).optimum?.value ?? Number.NaN;
        const problem = await problemOf({ minimize: 'f' }, simulator.space, simulator.outputs);
        const oracle = storedOracle(simulatorOracle(simulator, executor), memoryStore(), name);
        const regrets: number[] = [];
        const hits: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          if (has({ problem: name, instance: k, seed })) continue;
          const run: Run = { rng: new Rng(`regret/${name}/${k}/${seed}`), clock: () => performance.now() };
          const start = performance.now();
          const { history } = await search(
            problem,
            optimizer,
            oracle,
            Dataset.empty(simulator.space, simulator.outputs),
            { budget },
            run,
          );
          const milliseconds = (performance.now() - start) / budget;
          let least = Number.POSITIVE_INFINITY;
          const best = Array.from(history.y.column(0), (value) => {
            least = Math.min(least, value);
            return least;
          });
          emit({
            problem: name,
            instance: k,
            seed,
            optimizer: 'auto',
            budget,
            best,
            proposalMilliseconds: milliseconds,
          });
          regrets.push(least - optimum);
          const reached = best.findIndex((value) => value - optimum <= 0.01 * Math.max(1e-300, Math.abs(optimum)));
          hits.push(reached < 0 ? Number.POSITIVE_INFINITY : reached + 1);
        }
        if (regrets.length > 0)
          say(
            `  ${name}, instance ${k}: median regret ${median(regrets).toExponential(1)} at ${budget}; median runs to 1 % ${median(hits)}, missed by ${hits.filter((hit) => hit === Number.POSITIVE_INFINITY).length} of ${hits.length}`,
          );
      }
    }
  },
} satisfies Benchmark;
