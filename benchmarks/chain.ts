import {
  type AnyScenario,
  decisionTree,
  defineScenario,
  gaussianProcess,
  latinHypercube,
  neuralNetwork,
  runStudy,
  type StageResults,
  uniform,
} from 'imago';
import { errorBudget } from 'imago/internal';
import { inlineExecutor, loadSimulator } from 'imago/node';
import type { Benchmark } from './harness.ts';
import { scenarioOf } from './scenario.ts';

/** What rounding may leave of a sum. */
const ROUNDING = 1e-9;
/** Standard errors of a difference by which a student may seem better than its teacher. */
const BEYOND = 3;

const benchmark: Benchmark = {
  question:
    'what does every hop of a chain lose, on test rows that nothing in it has learned? Losses have to add up to what the last student lacks of 1, and no student may be better than its teacher by more than three standard errors',
  columns: ['scenario', 'stage', 'teacher', 'fidelity', 'accuracy', 'lost', 'size', 'microseconds'],
  async run({ quick, once, wants, has }) {
    for (const [name, make] of Object.entries(SCENARIOS)) {
      if (!wants(name) || (quick && name !== 'grid')) continue;
      const scenario = await make(quick);
      const stages = [...(scenario.start ? ['teacher'] : []), ...(scenario.chain ?? []).map((stage) => stage.name)];
      if (stages.every((stage) => has({ scenario: name, stage }))) continue;
      const { results, measurements } = await runStudy(
        scenario,
        { executor: inlineExecutor() },
        { clock: () => performance.now() },
      );
      const budget = errorBudget(results.stages);
      for (const stage of results.stages) {
        check(stage, results.stages);
        const accuracy = scoreOf(stage.accuracy);
        await once({ scenario: name, stage: stage.name }, () => ({
          teacher: stage.teacher,
          ...{ fidelity: scoreOf(stage.realTest ?? stage.fidelity), accuracy },
          lost: budget.find((loss) => loss.stage === stage.name)?.lost ?? Number.NaN,
          size: stage.size?.bytes ?? null,
          microseconds:
            measurements.hops?.find((hop) => hop.stage === stage.name)?.predictMicroseconds?.batched ?? null,
        }));
      }
    }
  },
};

export default benchmark;

const SCENARIOS: Readonly<Record<string, (quick: boolean) => Promise<AnyScenario>>> = {
  grid: async (quick) => {
    const simulator = await loadSimulator({ module: new URL('../simulators/smart-grid.ts', import.meta.url).href });
    const student = decisionTree({ maxLeaves: 64 });
    const network = neuralNetwork({ hidden: [16], members: 1, calibrate: false, epochs: 40 });
    return defineScenario({
      name: 'Grid',
      simulator,
      seed: 1,
      test: quick ? 300 : 2000,
      chain: [
        { name: 'surrogate', transfer: latinHypercube(), size: quick ? 60 : 200, student: gaussianProcess() },
        { name: 'tree', transfer: uniform(), size: quick ? 1000 : 8000, student },
        { name: 'net', transfer: uniform(), size: quick ? 1000 : 8000, student: network },
        {
          name: 'both',
          teacher: ['surrogate', 'tree'],
          transfer: uniform(),
          size: quick ? 1000 : 8000,
          student: network,
        },
      ],
    });
  },
  'small-ring': () => scenarioOf('small-ring.ts'),
};

/** The score of the first output; NaN where none is known. */
function scoreOf(told: StageResults['accuracy'] | undefined): number {
  const first = told?.[0];
  return first === undefined ? Number.NaN : first.kind === 'class' ? first.accuracy : first.q2;
}

/** Throws unless the losses on the way to the stage add up, and it is no better than its teacher can be. */
function check(stage: StageResults, stages: readonly StageResults[]): void {
  const budget = errorBudget(stages).filter(({ output }) => output === stage.accuracy?.[0]?.output);
  const lostAt = (name: string) => budget.find((loss) => loss.stage === name)?.lost ?? Number.NaN;
  let lost = lostAt(stage.name);
  for (let at = stage; ; ) {
    if (at.committee) {
      lost += lostAt(at.teacher);
      break;
    }
    const teacher = stages.find(({ name }) => name === at.teacher);
    if (!teacher) break;
    lost += lostAt(teacher.name);
    at = teacher;
  }
  const accuracy = scoreOf(stage.accuracy);
  if (!(Math.abs(1 - accuracy - lost) < ROUNDING))
    throw new Error(`the losses on the way to ${stage.name} are ${lost}, and it lacks ${1 - accuracy} of 1`);
  const told = stage.accuracy?.[0];
  if (told?.kind !== 'class') return;
  const most = BEYOND * Math.sqrt((2 * accuracy * (1 - accuracy)) / told.points);
  if (-lostAt(stage.name) > most)
    throw new Error(`${stage.name} is better than its teacher by ${-lostAt(stage.name)}, and chance explains ${most}`);
}
