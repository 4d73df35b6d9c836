import { type AnySimulator, defineScenario, defineSimulator, runStudy } from 'imago';
import { inlineExecutor } from 'imago/node';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

/** Budgets, the runs that confirm included, and the standard deviation of the noise: about a tenth of the function's own. */
const PROBLEMS: Readonly<Record<string, { readonly budget: number; readonly noise: number }>> = {
  branin: { budget: 144, noise: 5 },
  'hartmann-3': { budget: 144, noise: 0.1 },
  'hartmann-6': { budget: 204, noise: 0.04 },
};

/** A study with a noisy simulator: the noise-free value of what it reports. `best` is that of the luckiest answer so far, of the runs that confirm none. */
export default {
  question: 'how good is, without its noise, the point that the default search reports? (regret = found - optimum)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds', 'found', 'claimed'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    for (const [problem, { budget: full, noise }] of Object.entries(PROBLEMS)) {
      if (!wants(problem) || (quick && problem !== 'branin')) continue;
      for (const k of instances) {
        const budget = quick ? 20 : full;
        const { optimum, evaluate, parameters } = instance(testFunction(problem), k);
        const inputs = Object.keys(parameters);
        const truth = (point: Readonly<Record<string, unknown>>) =>
          evaluate(inputs.map((name) => Number(point[name]))).f;
        const lucky: number[] = [];
        const regrets: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best, found } = await once({ problem, instance: k, seed, optimizer: 'auto', budget }, async () => {
            const start = performance.now();
            const answered: { readonly f: number; readonly truth: number }[] = [];
            const simulator = noisy(problem, k, noise, truth, answered);
            const study = await runStudy(
              defineScenario({ name: problem, seed, simulator, search: { on: 'simulator', minimize: 'f', budget } }),
              { executor: inlineExecutor() },
              { clock: () => performance.now() },
            );
            const proposalMilliseconds = (performance.now() - start) / budget;
            const { best: reported, runs } = study.results.search!;
            const { point, objective } = reported!;
            let least = { f: Number.POSITIVE_INFINITY, truth: Number.NaN };
            const best = answered.slice(0, runs.total).map((one) => {
              if (one.f < least.f) least = one;
              return least.truth;
            });
            return { best, proposalMilliseconds, found: truth(point), claimed: objective };
          });
          lucky.push((best.at(-1) ?? Number.NaN) - optimum!.value);
          regrets.push(found - optimum!.value);
        }
        say(
          `  ${problem}, instance ${k}: median regret ${median(regrets).toPrecision(2)} with noise of ${noise}; of the luckiest answer ${median(lucky).toPrecision(2)}`,
        );
      }
    }
  },
} satisfies Benchmark;

function noisy(
  name: string,
  k: number,
  noise: number,
  truth: (point: Readonly<Record<string, unknown>>) => number,
  answered: { readonly f: number; readonly truth: number }[],
): AnySimulator {
  const { parameters } = instance(testFunction(name), k);
  return defineSimulator(
    { module: import.meta.url },
    {
      name: `noisy-${name}`,
      stochastic: true,
      parameters,
      outputs: { f: {} },
      run(point, { rng }) {
        const f = truth(point) + noise * rng.normal();
        answered.push({ f, truth: truth(point) });
        return { f };
      },
    },
  );
}
