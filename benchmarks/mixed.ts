import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';
import { bestFeasible, trial } from './trial.ts';

const PROBLEMS = ['pressure-vessel', 'speed-reducer'];
const BUDGET = 100;

/** The default search on problems with discrete inputs, and whether it ever proposes a point twice. */
export default {
  question:
    'how low does the default search come with discrete inputs, and does it repeat itself? (error = best - optimum)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds', 'duplicates'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    for (const problem of quick ? PROBLEMS.slice(0, 1) : PROBLEMS) {
      if (!wants(problem)) continue;
      for (const k of instances) {
        const { optimum, inequalities = 0 } = instance(testFunction(problem), k);
        const subjectTo = Array.from({ length: inequalities }, (_, i) => `g${i + 1} <= 0`);
        const simulator = testFunctionSimulator({ name: problem, instance: k });
        const budget = quick ? 20 : BUDGET;
        const errors: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best } = await once({ problem, instance: k, seed, optimizer: 'auto', budget }, async () => {
            const stream = `mixed/${problem}/${k}/${seed}`;
            const found = await trial(simulator, { minimize: 'f', subjectTo }, stream, { budget });
            const { proposalMilliseconds, history } = found;
            const duplicates =
              history.size - new Set(Array.from({ length: history.size }, (_, i) => history.x.row(i).join())).size;
            return { best: bestFeasible(found), proposalMilliseconds, duplicates };
          });
          errors.push((best.at(-1) ?? Number.POSITIVE_INFINITY) - optimum!.value);
        }
        say(`  ${problem}, instance ${k}: median error ${median(errors).toExponential(1)} at ${budget}`);
      }
    }
  },
} satisfies Benchmark;
