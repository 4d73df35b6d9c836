import { Dataset } from '../core/dataset.ts';
import { isReadable, type Model } from '../core/model.ts';
import { modelOracle, type Oracle } from '../core/oracle.ts';
import { childRun, type Run } from '../core/run.ts';
import type { Stage } from '../core/stage.ts';
import { designQuality } from '../sampling/design-quality.ts';
import { inUnits } from '../surrogates/point-model.ts';
import { distill, studentOf, type Trained } from './chain.ts';
import type { StudyContext } from './context.ts';
import { defaultSurrogate } from './defaults.ts';
import { type Learning, learningOf } from './learning.ts';
import { type DataStart, subjectOf } from './scenario.ts';
import type { StageResults } from './study.ts';
import { summarizeEvaluations, summarizeRuns, summarizeTree } from './summary.ts';
import { type Trust, trustOf } from './trust.ts';
import { crossFidelity, type Fidelity, holdoutFidelity } from './validation.ts';

/** The chain of a study, run. */
export interface StudyChain {
  /** In order; when the study starts from data, the first one is the teacher that was trained on them. */
  readonly trained: readonly Trained[];
  readonly stages: readonly StageResults[];
}

const KEPT_EVALUATIONS = 1000;
const HOLDOUT_SHARE = 0.2;
const MAX_HOLDOUT = 1000;

/** Runs the hops of the chain one after the other: each student teaches the next. */
export async function runChain(context: StudyContext): Promise<StudyChain> {
  const { scenario, simulator, run } = context;
  const { space, outputs } = subjectOf(scenario);
  const trained: Trained[] = [];
  if (scenario.start) trained.push(await trainTeacher(scenario.start, run));
  let teacher: Oracle | undefined = simulator ?? modelOracle(space, outputs, trained[0].model);
  for (const stage of scenario.chain ?? []) {
    const hop = await distill(teacher, withHoldout(stage, teacher !== simulator), Dataset.empty(space, outputs), run);
    trained.push(hop);
    teacher = modelOracle(space, outputs, hop.model);
  }
  const [first] = trained;
  const learning =
    simulator &&
    first &&
    (await learningOf(
      first.stage.student,
      first.model,
      first.data,
      first.fidelity,
      childRun(run, `${first.stage.name}/learning`),
    ));
  const trusts: Trust[] = [];
  for (const { stage, model, data } of trained)
    trusts.push(await trustOf(stage.student, model, data, childRun(run, `${stage.name}/trust`)));
  return {
    trained,
    stages: trained.map((hop, i) => stageResults(context, trained, hop, i, learning ?? null, trusts[i])),
  };
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
  const stage = { name: 'teacher', transfer: () => data.x, size: data.size, student: teacher };
  const start = run.clock();
  const model = inUnits(await teacher.fit(data, childRun(own, 'fit')), data);
  const fitMilliseconds = run.clock() - start;
  const fidelity = await crossFidelity(teacher, model, data, childRun(own, 'validation'));
  return { stage, data, model, fidelity, fitMilliseconds };
}

function stageResults(
  { scenario }: StudyContext,
  trained: readonly Trained[],
  hop: Trained,
  index: number,
  learning: Learning[] | null,
  trust: Trust,
): StageResults {
  const { stage, data, model, fidelity } = hop;
  const root = trained[0];
  const teacher = index > 0 ? trained[index - 1].stage.name : scenario.start ? 'data' : 'simulator';
  const kept =
    data.size <= KEPT_EVALUATIONS ? data : data.select(Array.from({ length: KEPT_EVALUATIONS }, (_, i) => i));
  const accuracy: Fidelity[] | null = index === 0 ? null : holdoutFidelity(model, root.data);
  return {
    name: stage.name,
    teacher,
    student: stage.student.name,
    runs: summarizeRuns(data),
    design: designQuality(kept.x, data.space),
    evaluations: summarizeEvaluations(kept),
    fidelity,
    accuracy,
    learning: index === 0 ? learning : null,
    trust,
    notes: model.health.notes,
    tree: isReadable(model) ? summarizeTree(model.structure(), data.space, data.outputs) : null,
  };
}
