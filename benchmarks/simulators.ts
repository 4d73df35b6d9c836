import { availableParallelism } from 'node:os';
import {
  type AnyScenario,
  defineScenario,
  type Executor,
  label,
  Matrix,
  memoryStore,
  problemOf,
  Rng,
  runStudy,
  simulatorOracle,
} from 'imago';
import { inlineExecutor, threadExecutor } from 'imago/node';
import type { Benchmark } from './harness.ts';
import { identityOf, scenarioOf } from './scenario.ts';
import { median } from './statistics.ts';

/** A shipped problem: its budgets in simulator runs, and the value that is asked for at the first of them. */
interface Case {
  readonly file: string;
  readonly budgets: readonly number[];
  readonly asked: number;
}

const CASES: Readonly<Record<string, Case>> = {
  'water-network': { file: 'cheapest-network.ts', budgets: [300, 1000], asked: 430_000 },
  yagi: { file: 'farthest-yagi.ts', budgets: [150], asked: 10.5 },
  'buck-converter': { file: 'smallest-converter.yaml', budgets: [150], asked: 33 },
  bracket: { file: 'lightest-bracket.ts', budgets: [150], asked: 0.46 },
  'emergency-department': { file: 'cheapest-emergency-department.ts', budgets: [200], asked: 800 },
};

/** Proposals that may still explore where the simulator fails. */
const LEARNING = 30;

/** Streams on which the best point of a stochastic simulator is judged at the end. */
const FRESH = 20;

/** The default search, from nothing, on the simulators that stand for one kind of difficulty each. */
export default {
  question:
    'what does the default search find on the shipped simulators, run by run? (null until something is feasible)',
  columns: [
    ...['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
    ...['fresh', 'feasible', 'failedEarly', 'failedLate'],
  ],
  async run({ quick, seeds = quick ? 1 : 10, wants, once, say }) {
    for (const [problem, { file, budgets, asked }] of Object.entries(CASES)) {
      if (!wants(problem) || (quick && problem !== 'water-network')) continue;
      const scenario = await scenarioOf(file);
      const identity = identityOf(scenario, say);
      if (identity === undefined) continue;
      for (const budget of quick ? [20] : budgets) {
        const finals: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best, fresh, feasible } = await once({ problem, instance: 0, seed, optimizer: 'auto', budget }, () =>
            searched(scenario, identity, seed, budget),
          );
          const value = scenario.simulator!.stochastic && !feasible ? null : (fresh ?? best.at(-1));
          finals.push(value ?? Number.NaN);
        }
        const { maximize } = scenario.search!;
        const reached = finals.filter((value) => (maximize === undefined ? value <= asked : value >= asked)).length;
        const known = finals.filter((value) => !Number.isNaN(value));
        const range =
          known.length > 0
            ? `median ${median(known).toPrecision(6)}, from ${Math.min(...known).toPrecision(6)} to ${Math.max(...known).toPrecision(6)}; `
            : '';
        say(
          `  ${problem} at ${budget}: ${known.length} of ${finals.length} feasible; ${range}${asked} reached by ${reached}`,
        );
      }
    }
  },
} satisfies Benchmark;

/** The scenario's search from nothing by the default optimizer. */
async function searched({ name, simulator, search }: AnyScenario, identity: string, seed: number, budget: number) {
  const { minimize, maximize, subjectTo } = search!;
  const scenario = defineScenario({
    ...{ name, simulator, seed },
    search: { on: 'simulator', ...(minimize ? { minimize } : { maximize }), subjectTo, budget },
  });
  const concurrency = availableParallelism();
  await using executor = simulator!.source ? threadExecutor({ workers: concurrency }) : inlineExecutor({ concurrency });
  const clock = () => performance.now();
  const study = await runStudy(scenario, { executor, store: memoryStore(), identity }, { clock });
  const { curve, best, steps } = study.results.search!;
  const fresh = simulator!.stochastic && best ? await judged(scenario, best.u, executor, seed) : undefined;
  const failures = (part: typeof steps) => part.filter(({ objective }) => objective === null).length;
  const { seconds, assistedSeconds } = study.measurements;
  return {
    best: curve,
    proposalMilliseconds: (1000 * Math.max(0, seconds - assistedSeconds)) / budget,
    ...{ fresh: fresh?.objective ?? null, feasible: fresh?.feasible ?? best?.feasible ?? false },
    ...{ failedEarly: failures(steps.slice(0, LEARNING)), failedLate: failures(steps.slice(LEARNING)) },
  };
}

/** The best point of a stochastic simulator by its mean outputs on streams that the search has not seen. */
async function judged({ simulator, search }: AnyScenario, u: readonly number[], executor: Executor, seed: number) {
  const { space, outputs } = simulator!;
  const problem = await problemOf(search!, space, outputs);
  const run = { rng: new Rng(`fresh/${seed}`), clock: () => performance.now() };
  const x = Matrix.from(Array.from({ length: FRESH }, () => Float64Array.from(u)));
  const { y } = await label(simulatorOracle(simulator!, executor), x, run.rng.path, run);
  const mean = Float64Array.from(outputs, (_, k) => y.column(k).reduce((sum, value) => sum + value, 0) / FRESH);
  const { objectives, violation } = problem.score(Matrix.from([Float64Array.from(u)]), Matrix.from([mean]));
  const objective = objectives.get(0, 0);
  return {
    objective: problem.objectives[0].sense === 'maximize' ? -objective : objective,
    feasible: violation[0] === 0,
  };
}
