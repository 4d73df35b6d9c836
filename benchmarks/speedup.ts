import { availableParallelism } from 'node:os';
import {
  type AnyScenario,
  defineScenario,
  gradientBoosting,
  memoryStore,
  runStudy,
  type Study,
  type Surrogate,
} from 'imago';
import { assistedRuns, type Contest, contestLines, contestSummary, runContest, standingOf } from 'imago/internal';
import { inlineExecutor, threadExecutor } from 'imago/node';
import type { Benchmark, Row } from './harness.ts';
import { identityOf, scenarioOf } from './scenario.ts';

/** A surrogate that is to stand in for the simulator, where the scenario's own design is too small for that. */
interface StandIn {
  /** Runs from which it is fitted. */
  readonly size: number;
  /** Default: the student of the scenario's first stage. */
  readonly student?: Surrogate;
}

/** The scenario that stands for each shipped simulator, and how many times its runs the direct optimizers get, fewer where runs take long. */
const SCENARIOS: Readonly<Record<string, readonly [file: string, factor: number, standIn?: StandIn]>> = {
  'cantilever-beam': ['lightest-beam.ts', 20],
  aerofoil: ['lift-to-drag-on-surrogate.ts', 20, { size: 240 }],
  // The largest of the real parts of many roots in twelve inputs: a few hundred runs say little of it, and runs cost little.
  'smart-grid': ['slowest-stable-grid.ts', 20, { size: 16_000, student: gradientBoosting() }],
  reactor: ['fastest-reactor.ts', 20, { size: 240 }],
  'water-network': ['cheapest-network.ts', 20],
  yagi: ['farthest-yagi.ts', 7],
  'heat-sink': ['lightest-heat-sink.ts', 7],
  'buck-converter': ['smallest-converter.yaml', 3],
  'emergency-department': ['cheapest-emergency-department.ts', 7],
  bracket: ['lightest-bracket.ts', 3],
};

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
    'direct',
    'directRuns',
    'assistedRuns',
    'chainEvaluations',
    'ratio',
  ],
  async run({ quick, seeds = quick ? 1 : 5, wants, has, emit, say }) {
    const contests = new Map<string, Contest[]>();
    const wanted = Object.entries(SCENARIOS).filter(([simulator]) => wants(simulator));
    // Seed by seed, so that a run that is cut short has some of everything.
    for (let seed = 1; seed <= seeds; seed++)
      for (const [simulator, [file, factor, standIn]] of quick ? wanted.slice(0, 1) : wanted) {
        if (has({ simulator, seed })) continue;
        const contest = await contestOf(await scenarioOf(file), seed, quick ? 4 : factor, standIn, say);
        if (!contest) continue;
        contests.set(simulator, [...(contests.get(simulator) ?? []), contest]);
        emit(rowOf(contest));
        for (const line of contestLines(contest)) say(`  ${line}`);
      }
    for (const [simulator, list] of contests) {
      const summary = contestSummary(list);
      if (summary) say(`${simulator}: ${summary}`);
    }
  },
} satisfies Benchmark;

/** The contest; undefined where the simulator's program is not installed. */
async function contestOf(
  scenario: AnyScenario,
  seed: number,
  factor: number,
  standIn: StandIn | undefined,
  say: (line: string) => void,
): Promise<Contest | undefined> {
  const identity = identityOf(scenario, say);
  if (identity === undefined) return undefined;
  const concurrency = availableParallelism();
  await using executor = scenario.simulator!.source
    ? threadExecutor({ workers: concurrency })
    : inlineExecutor({ concurrency });
  const environment = { executor, store: memoryStore(), identity };
  const timing = { clock: () => performance.now() };
  const budget = factor * assistedRuns(scenario);
  const contest = await runContest(scenario, environment, { seed, budget }, timing);
  if (standIn === undefined) return contest;
  const chain = [{ ...scenario.chain![0], ...standIn }];
  const alone = defineScenario({ ...scenario, seed, chain, search: undefined, compare: undefined });
  const study = await runStudy(alone, environment, timing);
  for (const one of study.results.stages[0].fidelity) {
    const right = one.kind === 'class' ? `, right in ${(100 * one.accuracy).toFixed(1)} %` : '';
    say(`  ${one.output}: q2 ${one.q2.toFixed(4)}${right}`);
  }
  return { ...contest, surrogate: surrogateOf(study) };
}

function surrogateOf({ results, measurements }: Study): Contest['surrogate'] {
  const [{ student, fidelity }] = results.stages;
  return { ...measurements.savings[0], name: student, q2: Math.min(...fidelity.map(({ q2 }) => q2)) };
}

function rowOf(contest: Contest): Row {
  const { assisted, direct, ratio } = standingOf(contest);
  const { surrogate } = contest;
  return {
    simulator: contest.simulator,
    secondsPerRun: contest.secondsPerRun,
    surrogate: surrogate?.name ?? null,
    designRuns: surrogate?.designRuns ?? null,
    q2: surrogate?.q2 ?? null,
    fitSeconds: surrogate?.fitSeconds ?? null,
    predictMicroseconds: surrogate?.predictMicroseconds.batched ?? null,
    speedupPerCall: surrogate?.speedupBatched ?? null,
    breakEvenCalls: surrogate?.breakEvenCalls ?? null,
    directEvaluations: direct.evaluations,
    assistedEvaluations: assisted.evaluations,
    directSeconds: direct.simulatorSeconds,
    assistedSeconds: assisted.simulatorSeconds,
    seed: contest.seed,
    direct: direct.name,
    directRuns: direct.runs,
    assistedRuns: assisted.runs,
    chainEvaluations: contest.contenders.find(({ kind }) => kind === 'chain')?.evaluations ?? null,
    ratio,
  };
}
