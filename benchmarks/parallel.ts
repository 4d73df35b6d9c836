import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';
import { bestFeasible, evaluationsTo, trial } from './trial.ts';

const WAYS = [
  { batch: 1, asynchronous: false },
  { batch: 8, asynchronous: false },
  { batch: 8, asynchronous: true },
];

/** The default search with one evaluation at a time, with eight at a time, and with eight always in flight. */
export default {
  question: 'how many more evaluations does it take to propose eight at a time? (evaluations to within 1 %)',
  columns: [
    ...['problem', 'instance', 'seed', 'optimizer', 'budget'],
    ...['batch', 'asynchronous', 'best', 'proposalMilliseconds'],
  ],
  async run({ quick, seeds = quick ? 1 : 20, instances = [0], wants, once, say }) {
    const problem = quick ? 'branin' : 'hartmann-6';
    const budget = quick ? 24 : 120;
    if (!wants(problem)) return;
    for (const k of instances) {
      const optimum = instance(testFunction(problem), k).optimum!.value;
      const simulator = testFunctionSimulator({ name: problem, instance: k });
      const medians = new Map<(typeof WAYS)[number], number>();
      for (const way of WAYS) {
        const reached: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best } = await once({ problem, instance: k, seed, optimizer: 'auto', budget, ...way }, async () => {
            const stream = `parallel/${problem}/${k}/${seed}`;
            const found = await trial(simulator, { minimize: 'f' }, stream, { budget, ...way });
            const { proposalMilliseconds } = found;
            return { best: bestFeasible(found), proposalMilliseconds };
          });
          reached.push(evaluationsTo(best, optimum));
        }
        medians.set(way, median(reached));
        const ratio = median(reached) / (medians.get(WAYS[0]) ?? Number.NaN);
        say(
          `  ${problem}, instance ${k}, ${way.batch} ${way.asynchronous ? 'in flight' : 'at a time'}: median ${median(reached)} evaluations to 1 %, ${ratio.toFixed(2)} times those of one at a time; missed by ${reached.filter((n) => n === Number.POSITIVE_INFINITY).length} of ${reached.length}`,
        );
      }
    }
  },
} satisfies Benchmark;
