import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';
import { bestFeasible, trial } from './trial.ts';

/** Problems with their budgets and the most that the published form's median may exceed the optimum, after ../shared/reference/peers.md. */
const PROBLEMS: readonly { readonly name: string; readonly budget: number; readonly within: number }[] = [
  { name: 'g06', budget: 40, within: 1e-4 },
  { name: 'spring', budget: 100, within: 0.01267 - 0.0126652328 },
  { name: 'welded-beam', budget: 100, within: 1.7249 - 1.7248523 },
  { name: 'speed-reducer', budget: 100, within: 2994.48 - 2994.471066 },
  { name: 'pressure-vessel-continuous', budget: 100, within: 5885.5 - 5885.332774 },
  { name: 'g07', budget: 180, within: 1e-5 },
  { name: 'g10', budget: 180, within: 1e-2 },
  { name: 'g09', budget: 300, within: 1 },
  { name: 'g05', budget: 200, within: 1e-3 },
  { name: 'g11', budget: 200, within: 1e-3 },
  { name: 'g13', budget: 200, within: 1e-3 },
];

/** The default search on problems with modeled constraints: inequalities strict, equalities to 1e-4; `best` is null until feasible. */
export default {
  question:
    'how low does the default search come within the constraints, run by run? (error = best - optimum, equalities to 1e-4)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 20, instances = [0], wants, once, say }) {
    for (const { name, budget: full, within } of quick ? PROBLEMS.slice(0, 2) : PROBLEMS) {
      if (!wants(name)) continue;
      const budget = quick ? Math.min(full, 40) : full;
      for (const k of instances) {
        const simulator = testFunctionSimulator({ name, instance: k });
        const { optimum, inequalities = 0, equalities = 0 } = instance(testFunction(name), k);
        const subjectTo = [
          ...Array.from({ length: inequalities }, (_, i) => `g${i + 1} <= 0`),
          ...Array.from({ length: equalities }, (_, i) => `h${i + 1} == 0`),
        ];
        const errors: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best } = await once({ problem: name, instance: k, seed, optimizer: 'auto', budget }, async () => {
            const stream = `constrained/${name}/${k}/${seed}`;
            const found = await trial(simulator, { minimize: 'f', subjectTo }, stream, { budget });
            const { proposalMilliseconds } = found;
            return { best: bestFeasible(found), proposalMilliseconds };
          });
          errors.push((best.at(-1) ?? Number.POSITIVE_INFINITY) - (optimum?.value ?? Number.NaN));
        }
        say(
          `  ${name}, instance ${k}: median error ${median(errors).toExponential(1)} at ${budget} (asked ${within.toExponential(1)}), worst ${Math.max(...errors).toExponential(1)}, never feasible ${errors.filter((error) => error === Number.POSITIVE_INFINITY).length} of ${errors.length}`,
        );
      }
    }
  },
} satisfies Benchmark;
