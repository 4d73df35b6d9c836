import type { Dataset } from '../../core/dataset.ts';
import type { Model } from '../../core/model.ts';
import { modelOracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import { isReadable } from '../../core/structure.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { answerNotes } from '../answer-notes.ts';
import type { StudyContext } from '../context.ts';
import { readableOf } from '../readable.ts';
import { outcomeNotes } from '../scenario/outcome.ts';
import { subjectOf } from '../scenario/scenario.ts';
import { DATA, rootOf, SIMULATOR, TEACHER, wayTo } from '../scenario/stage.ts';
import { summarizeTransferSet } from '../transfer-summary.ts';
import { type AblationRow, ablationOf } from './ablation.ts';
import { type BoxConfirmation, confirmBox } from './box-confirmation.ts';
import { oracleOf, studentOf, type Trained, unjudged } from './chain.ts';
import { chainAccuracy } from './chain-accuracy.ts';
import { expectedErrors } from './expected-error.ts';
import { type Fidelity, nrmseOf } from './fidelity.ts';
import { runHops } from './hops.ts';
import { type Learning, learningOf } from './learning.ts';
import { outsideResults, type TeacherResults } from './outside-teacher.ts';
import { type Realism, realismOf } from './realism.ts';
import type { HalfScore, StageResults } from './results.ts';
import { sizeOf } from './size.ts';
import { type BesideTeacher, besideTeacher, halfScores, teacherAnswers, testFidelity, testRows } from './test-rows.ts';
import { type Trust, trustOf } from './trust.ts';
import { crossFidelity } from './validation.ts';

/** The chain of a study, run. */
export interface StudyChain {
  /** In order; when the study starts from data, the first one is the teacher that was trained on them. */
  readonly trained: readonly Trained[];
  /** Who taught each of them. */
  readonly teachers: readonly (readonly string[])[];
  /** Rows that none of them learned, and that all are judged on, where the scenario asks for some. */
  readonly test?: Dataset;
  readonly stages: readonly StageResults[];
  /** Who taught the first of them, where the study starts from a teacher from outside. */
  readonly outside?: TeacherResults;
}

/** Fresh runs inside a box, where a stage does not say. */
const CONFIRMING = 50;

/**
 * Runs the hops of the chain one after the other, each with its own teacher, and judges them; where one cannot be fitted, `rescue` is given
 * those before it, which nobody has judged.
 */
export async function runChain(
  context: StudyContext,
  rescue: (chain: StudyChain) => Promise<void>,
): Promise<StudyChain> {
  const { run, analyses } = context;
  const { trained, teachers, known, origins } = await runHops(context, ({ trained, teachers }) =>
    rescue({
      ...{ trained, teachers },
      stages: trained.map((hop, i) => stageResults(hop, teachers[i], { learning: null, accuracy: null })),
    }),
  );
  const test = await analyses.attempt('test rows', undefined, () => testRows(context, trained));
  const accuracies = test
    ? trained.map((hop) => testFidelity(hop, test))
    : await analyses.attempt('accuracy of later stages', [], async () => [
        null,
        ...(await chainAccuracy(
          trained,
          teachers,
          { origins, outside: known.get(TEACHER) },
          childRun(run, 'accuracy'),
        )),
      ]);
  const outside = await outsideResults(context, test);
  const answers = new Map<string, Matrix>();
  const answersOf = async (names: readonly string[], rows: Dataset) => {
    const key = names.join(' + ');
    const own = answers.get(key) ?? (await teacherAnswers(oracleOf(names, known), rows, run));
    answers.set(key, own);
    return own;
  };
  const stages: StageResults[] = [];
  const judged: Trained[] = [];
  for (const [i, fitted] of trained.entries()) {
    run.progress?.({ phase: 'judge the chain', done: i, total: trained.length });
    const names = teachers[i];
    const isTaught = !names.includes(SIMULATOR) && !names.includes(DATA);
    const beside =
      test && isTaught
        ? await analyses.attempt(`${fitted.stage.name} beside its teacher`, undefined, async () =>
            besideTeacher(fitted, await answersOf(names, test), names.length > 1, test),
          )
        : undefined;
    const hop = await judgedHop(fitted, beside?.realTest ?? accuracies[i], context);
    judged.push(hop);
    const realism = await realismIn(context, hop, origins.of(names));
    const told = { accuracy: accuracies[i] ?? (i === 0 ? null : []), ...(realism && { realism }), ...beside };
    const confirmation = await confirmed(context, hop);
    const assessed = await assess(context, hop, names.includes(SIMULATOR));
    const ablation = isTaught ? await ablationOf(context, hop, oracleOf(names, known), origins.of(names), test) : null;
    const half = test && teachers.flat().includes(hop.stage.name) ? halfScores(hop, test) : undefined;
    const more = { ...(confirmation && { confirmation }), ...(ablation && { ablation }), ...(half && { half }) };
    stages.push(stageResults(hop, names, { ...told, ...assessed, ...more }));
  }
  run.progress?.({ phase: 'judge the chain', done: trained.length, total: trained.length });
  return { trained: judged, teachers, ...(test && { test }), stages, ...(outside && { outside }) };
}

/** The hop with its fidelity, which rows that nothing learned tell of a student that was not fitted again; by refits where they cannot. */
async function judgedHop(
  hop: Trained,
  onTest: readonly Fidelity[] | null | undefined,
  { run, analyses }: StudyContext,
): Promise<Trained> {
  if (hop.fidelity.length > 0) return hop;
  const own = childRun(run, `${hop.stage.name}/validation`);
  const told = (onTest ?? []).filter(({ method }) => method === 'test');
  const refitted = () => crossFidelity(hop.stage.student, hop.model, hop.data, own);
  const fidelity = told.length > 0 ? told : await analyses.attempt(`fidelity of ${hop.stage.name}`, told, refitted);
  return { ...hop, fidelity };
}

/** What fresh runs of the simulator say of the box that a student found; undefined where there is none, or nobody to ask. */
async function confirmed({ simulator, run, analyses }: StudyContext, { stage, model }: Trained) {
  const structure = isReadable(model) ? model.structure() : undefined;
  const { name, confirm = CONFIRMING } = stage;
  if (!simulator || structure?.kind !== 'boxes' || confirm === 0) return undefined;
  const { boxes, chosen, sought } = structure;
  return analyses.attempt(`confirmation of the box of ${name}`, undefined, () =>
    confirmBox(simulator, boxes[chosen], sought, confirm, childRun(run, name)),
  );
}

/** How real the transfer set looks beside the data that the study starts from, where it does. */
async function realismIn(
  { scenario, run, analyses }: StudyContext,
  { stage, data, transfer }: Trained,
  seen: Dataset,
): Promise<Realism | undefined> {
  if (!scenario.start || !transfer) return undefined;
  const own = childRun(run, `${stage.name}/realism`);
  return analyses.attempt(`realism of ${stage.name}`, undefined, () =>
    realismOf(data.space, seen.points, data.points, own),
  );
}

/** How far the student can be relied on and, where the simulator taught it first, what more runs would bring. */
async function assess(
  { run, analyses }: StudyContext,
  { stage, model, data, fidelity }: Trained,
  fromSimulator: boolean,
): Promise<Pick<Told, 'learning' | 'trust'>> {
  const own = childRun(run, stage.name);
  const foretold = fidelity.map(nrmseOf);
  const expected = await analyses.attempt(`expected error of ${stage.name}`, foretold, () =>
    expectedErrors(model, data, fidelity, childRun(own, 'expected')),
  );
  const trust = await analyses.attempt(`trust in ${stage.name}`, undefined, () =>
    trustOf(stage.student, model, data, expected, childRun(own, 'trust')),
  );
  const learning = fromSimulator
    ? await analyses.attempt(`learning curve of ${stage.name}`, undefined, () =>
        learningOf(stage.student, model, data, fidelity, expected, childRun(own, 'learning')),
      )
    : undefined;
  return { learning: learning ?? null, ...(trust && { trust }) };
}

/**
 * The chain down to stage `last` made again from more simulator runs: the student of the simulator on the way there is refitted to them, and every
 * later one learns anew from its teacher.
 */
export async function rerunChain(
  { scenario }: StudyContext,
  { trained }: StudyChain,
  last: number,
  runs: Dataset,
  run: Run,
  previous: Model,
): Promise<Model> {
  const { space, outputs } = subjectOf(scenario);
  const { chain = [] } = scenario;
  // With the samplers that were chosen when it was made first.
  const [first, ...later] = (wayTo(chain, SIMULATOR, last) ?? []).map((at) => trained[at].stage);
  let model = await studentOf(first).fit(runs, run, later.length === 0 ? previous : undefined);
  for (const stage of later) {
    const own = childRun(run, stage.name);
    const teacher = modelOracle(space, outputs, model);
    model = (await unjudged(teacher, stage, runs, own)).model;
  }
  return model;
}

/** The simulator's runs that the way to a stage begins with; of the first stage where none of that name is there. */
export function designOf({ scenario: { chain = [] } }: StudyContext, { trained }: StudyChain, on: string) {
  return trained.at(rootOf(chain, SIMULATOR, on))?.data;
}

/** What is reported of a stage beside its fidelity. */
interface Told extends Partial<BesideTeacher> {
  readonly learning: Learning[] | null;
  readonly trust?: Trust;
  readonly accuracy: readonly Fidelity[] | null;
  readonly confirmation?: BoxConfirmation;
  readonly realism?: Realism;
  readonly ablation?: readonly AblationRow[];
  readonly half?: readonly HalfScore[];
}

function stageResults(
  { stage, data, model, fidelity, transfer }: Trained,
  teachers: readonly string[],
  told: Told,
): StageResults {
  const { learning, trust, accuracy, committee, realTest, disagreements, confirmation, realism, ablation, half } = told;
  return {
    name: stage.name,
    teacher: teachers.join(' + '),
    teachers,
    student: stage.student.name,
    ...summarizeTransferSet(data),
    fidelity,
    accuracy,
    ...(realTest && { realTest }),
    ...(disagreements && disagreements.length > 0 && { disagreements }),
    ...(committee && { committee }),
    ...(half && { half }),
    ...(transfer && { transfer: { sampler: stage.transfer?.name ?? '', ...transfer, ...(realism && { realism }) } }),
    ...(ablation && { ablation }),
    size: sizeOf(model),
    learning,
    ...(trust && { trust }),
    notes: [...model.health.notes, ...answerNotes(data), ...outcomeNotes(data)],
    ...readableOf(model, data),
    ...(confirmation && { confirmation }),
  };
}
