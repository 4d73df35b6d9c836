import { availableParallelism } from 'node:os';
import {
  type AnyScenario,
  cmaEs,
  defineScenario,
  differentialEvolution,
  isScenario,
  memoryStore,
  nelderMead,
  runStudy,
  type Study,
} from 'imago';
import { loadModule, threadExecutor } from 'imago/node';
import type { Benchmark, Row } from './harness.ts';

/** The scenario that stands for each shipped simulator. */
const SCENARIOS: Readonly<Record<string, string>> = { aerofoil: 'lift-to-drag', 'smart-grid': 'slowest-stable-grid' };

/** The direct optimizers get at most this many times the assisted search's runs. */
const DIRECT_FACTOR = 20;

/** What the surrogate saves: time for each call, and runs against the best direct optimizer at equal quality. */
export default {
  question: 'what does the surrogate save, in time for a call and in runs for equal quality?',
  columns: [
    'simulator',
    'secondsPerRun',
    'surrogate',
    'designRuns',
    'q2',
    'fitSeconds',
    'predictMicroseconds',
    'speedupPerCall',
    'breakEvenCalls',
    'directEvaluations',
    'assistedEvaluations',
    'directSeconds',
    'assistedSeconds',
    'seed',
  ],
  async run({ quick, seeds = quick ? 1 : 5, wants, has, emit, say }) {
    await using executor = threadExecutor({ workers: availableParallelism() });
    for (const [simulator, file] of Object.entries(SCENARIOS)) {
      if (!wants(simulator)) continue;
      const { default: scenario } = await loadModule(new URL(`../scenarios/${file}.ts`, import.meta.url).href);
      if (!isScenario(scenario)) throw new TypeError(`${file} is not a scenario`);
      for (let seed = 1; seed <= seeds; seed++) {
        if (has({ simulator, seed })) continue;
        const study = await runStudy(
          against(scenario, seed, quick ? 2 : DIRECT_FACTOR),
          { executor, store: memoryStore() },
          { clock: () => performance.now() },
        );
        emit(rowOf(simulator, seed, study));
        const { race } = study.results;
        if (race)
          say(
            `  ${race.direct} reached ${race.directBest}; equal quality is ${race.target}; ${race.assistedEvaluations === null ? `NOT reached by the assisted search in ${race.assistedBudget} runs (censored)` : 'reached by the assisted search'}`,
          );
      }
    }
  },
} satisfies Benchmark;

/** The scenario with a seed and with the three direct optimizers. */
function against(scenario: AnyScenario, seed: number, factor: number): AnyScenario {
  return defineScenario({
    ...scenario,
    seed,
    compare: {
      optimizers: [cmaEs(), differentialEvolution(), nelderMead()],
      budget: factor * assistedRuns(scenario),
      batch: 8,
    },
  });
}

/** Simulator runs of chain and search. */
function assistedRuns({ chain = [], search }: AnyScenario): number {
  const spent =
    search && 'budget' in search
      ? search.budget
      : search
        ? (('rounds' in search ? search.rounds : undefined) ?? 3) *
          (('confirm' in search ? search.confirm : undefined) ?? 5)
        : 0;
  return (chain[0]?.size ?? 0) + spent;
}

function rowOf(simulator: string, seed: number, { results, measurements }: Study): Row {
  const savings = measurements.savings[0];
  const { race } = results;
  return {
    simulator,
    secondsPerRun: savings.secondsPerRun,
    surrogate: results.stages[0].student,
    designRuns: savings.designRuns,
    q2: Math.min(...results.stages[0].fidelity.map(({ q2 }) => q2)),
    fitSeconds: savings.fitSeconds,
    predictMicroseconds: savings.predictMicroseconds.batched,
    speedupPerCall: savings.speedupBatched,
    breakEvenCalls: savings.breakEvenCalls,
    directEvaluations: race?.directEvaluations ?? null,
    assistedEvaluations: race?.assistedEvaluations ?? null,
    directSeconds: measurements.directSeconds,
    assistedSeconds: measurements.assistedSeconds,
    seed,
  };
}
