import { Dataset } from '../../core/dataset.ts';
import { isReadable, type Model } from '../../core/model.ts';
import { modelOracle, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import { designQuality } from '../../sampling/design-quality.ts';
import { inUnits } from '../../surrogates/point-model.ts';
import type { StudyContext } from '../context.ts';
import { defaultSurrogate } from '../defaults.ts';
import { type DataStart, subjectOf } from '../scenario/scenario.ts';
import type { Stage } from '../scenario/stage.ts';
import { summarizeEvaluations, summarizeRuns, summarizeTree } from '../summary.ts';
import { distill, studentOf, type Trained } from './chain.ts';
import { chainAccuracy } from './chain-accuracy.ts';
import { expectedErrors } from './expected-error.ts';
import { type Fidelity, nrmseOf } from './fidelity.ts';
import { type Learning, learningOf } from './learning.ts';
import type { StageResults } from './results.ts';
import { type Trust, trustOf } from './trust.ts';
import { crossFidelity } from './validation.ts';

/** The chain of a study, run. */
export interface StudyChain {
  /** In order; when the study starts from data, the first one is the teacher that was trained on them. */
  readonly trained: readonly Trained[];
  readonly stages: readonly StageResults[];
}

/** Points of a transfer set that a study keeps, and their coordinates together, at most. */
const KEPT_EVALUATIONS = 1000;
const KEPT_COORDINATES = 250_000;
const HOLDOUT_SHARE = 0.2;
const MAX_HOLDOUT = 1000;

/** Runs the hops of the chain one after the other: each student teaches the next. */
export async function runChain(context: StudyContext): Promise<StudyChain> {
  const { scenario, simulator, run, analyses } = context;
  const { space, outputs } = subjectOf(scenario);
  const trained: Trained[] = [];
  if (scenario.start) trained.push(await trainTeacher(scenario.start, run));
  let teacher: Oracle | undefined = simulator ?? modelOracle(space, outputs, trained[0].model);
  for (const stage of scenario.chain ?? []) {
    const hop = await distill(teacher, withHoldout(stage, teacher !== simulator), Dataset.empty(space, outputs), run);
    trained.push(hop);
    teacher = modelOracle(space, outputs, hop.model);
  }
  const accuracies = await analyses.attempt('accuracy of later stages', [], () =>
    chainAccuracy(trained, childRun(run, 'accuracy')),
  );
  const told: Told[] = [];
  for (const [i, hop] of trained.entries())
    told.push({ accuracy: accuracies[i - 1] ?? [], ...(await assess(context, hop, i === 0)) });
  return {
    trained,
    stages: trained.map((_, i) => stageResults(context, trained, i, told[i])),
  };
}

/** How far the student can be relied on and, where the simulator taught it first, what more runs would bring. */
async function assess(
  { simulator, run, analyses }: StudyContext,
  { stage, model, data, fidelity }: Trained,
  isFirst: boolean,
): Promise<Omit<Told, 'accuracy'>> {
  const own = childRun(run, stage.name);
  const foretold = fidelity.map(nrmseOf);
  const expected = await analyses.attempt(`expected error of ${stage.name}`, foretold, () =>
    expectedErrors(model, data, fidelity, childRun(own, 'expected')),
  );
  const trust = await analyses.attempt(`trust in ${stage.name}`, undefined, () =>
    trustOf(stage.student, model, data, expected, childRun(own, 'trust')),
  );
  const learning =
    isFirst && simulator
      ? await analyses.attempt(`learning curve of ${stage.name}`, undefined, () =>
          learningOf(stage.student, model, data, fidelity, expected, childRun(own, 'learning')),
        )
      : undefined;
  return { learning: learning ?? null, ...(trust && { trust }) };
}

/**
 * The chain down to stage `last` made again from more simulator runs: the first student is refitted to them, and every later one
 * learns anew from the one before.
 */
export async function rerunChain(
  context: StudyContext,
  last: number,
  runs: Dataset,
  run: Run,
  previous: Model,
): Promise<Model> {
  const { scenario } = context;
  const { space, outputs } = subjectOf(scenario);
  const [first, ...later] = (scenario.chain ?? []).slice(0, last + 1);
  let model = await studentOf(first).fit(runs, run, last === 0 ? previous : undefined);
  for (const stage of later) {
    const own = childRun(run, stage.name);
    const hop = await distill(
      modelOracle(space, outputs, model),
      { ...stage, holdout: 1 },
      Dataset.empty(space, outputs),
      own,
    );
    model = hop.model;
  }
  return model;
}

/** A cheap teacher labels points to measure the student on; an expensive one is not asked for more than the design. */
function withHoldout(stage: Stage, cheap: boolean): Stage {
  const holdout = cheap ? Math.min(MAX_HOLDOUT, Math.ceil(stage.size * HOLDOUT_SHARE)) : 0;
  return { holdout, ...stage };
}

async function trainTeacher({ data, teacher = defaultSurrogate() }: DataStart, run: Run): Promise<Trained> {
  const own = childRun(run, 'teacher');
  const stage = {
    name: 'teacher',
    transfer: { name: 'data', sample: () => data.x },
    size: data.size,
    student: teacher,
  };
  const start = run.clock();
  const model = inUnits(await teacher.fit(data, childRun(own, 'fit')), data);
  const fitMilliseconds = run.clock() - start;
  const fidelity = await crossFidelity(teacher, model, data, childRun(own, 'validation'));
  return { stage, data, model, fidelity, fitMilliseconds };
}

/** What is told of a stage beside its fidelity. */
interface Told {
  readonly learning: Learning[] | null;
  readonly trust?: Trust;
  readonly accuracy: readonly Fidelity[];
}

function stageResults(
  { scenario }: StudyContext,
  trained: readonly Trained[],
  index: number,
  { learning, trust, accuracy }: Told,
): StageResults {
  const { stage, data, model, fidelity } = trained[index];
  const teacher = index > 0 ? trained[index - 1].stage.name : scenario.start ? 'data' : 'simulator';
  const most = Math.max(1, Math.min(KEPT_EVALUATIONS, Math.floor(KEPT_COORDINATES / data.space.dimension)));
  const kept = data.size <= most ? data : data.select(Array.from({ length: most }, (_, i) => i));
  return {
    name: stage.name,
    teacher,
    student: stage.student.name,
    runs: summarizeRuns(data),
    design: designQuality(kept.x, data.space),
    evaluations: summarizeEvaluations(kept),
    fidelity,
    accuracy: index === 0 ? null : accuracy,
    learning,
    ...(trust && { trust }),
    notes: model.health.notes,
    tree: isReadable(model) ? summarizeTree(model.structure(), data.space, data.outputs) : null,
  };
}
