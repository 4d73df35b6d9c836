import type { Dataset } from '../../core/dataset.ts';
import { ImagoError } from '../../core/errors.ts';
import { isOracle, modelOracle, type Oracle } from '../../core/oracle.ts';
import type { StudyContext } from '../context.ts';
import { defaultSurrogate } from '../defaults.ts';
import type { LiveRecorder } from '../live/live-recorder.ts';
import { type DataStart, outsideTeacher, subjectOf } from '../scenario/scenario.ts';
import { DATA, SIMULATOR, type Stage, TEACHER, teachersOf } from '../scenario/stage.ts';
import { distill, learn, oracleOf, type Trained, untaught } from './chain.ts';
import { Origins } from './origin.ts';
import { tellContradictions } from './outside-teacher.ts';

const HOLDOUT_SHARE = 0.2;
const MAX_HOLDOUT = 1000;
/** From more numbers on, rows that nothing learned judge a student of the data, where there are some, and no refit does. */
const MOST_NUMBERS = 250_000;

/** Students in their order, and who taught each of them. */
export interface Fitted {
  readonly trained: readonly Trained[];
  readonly teachers: readonly (readonly string[])[];
}

/** Fits the students of a chain, each by its own teacher; `rescue` is given those that were fitted before one that cannot be. */
export async function runHops(context: StudyContext, rescue: (fitted: Fitted) => Promise<void>) {
  const { scenario, simulator, run, live } = context;
  const { space, outputs } = subjectOf(scenario);
  const { start, chain = [] } = scenario;
  const trained: Trained[] = [];
  const known = new Map<string, Oracle>(simulator && [[SIMULATOR, simulator]]);
  const outside = outsideTeacher(scenario);
  if (outside) known.set(TEACHER, outside);
  const origins = new Origins(space, outputs, start);
  const add = (hop: Trained, taught: readonly string[]) => {
    trained.push(hop);
    if (live) judgeLive(live, hop);
    origins.add(hop.stage.name, taught, hop.data);
    known.set(hop.stage.name, modelOracle(space, outputs, hop.model));
  };
  const mayRefit = (rows: number) => !start?.test || rows * space.dimension <= MOST_NUMBERS;
  const learned = (stage: Stage, data: Dataset) =>
    learn(asked(stage, data), data, run, stage.student?.usesUnlabeled ? origins.of([DATA]) : data, {
      refits: mayRefit(data.size),
    });
  const data = start?.data;
  const teachers = teachersOf(chain, start ? TEACHER : SIMULATOR);
  const all = data && !outside ? [[DATA], ...teachers] : teachers;
  try {
    if (data && !outside) add(await learned(teacherStage(start), data), [DATA]);
    for (const [i, stage] of chain.entries()) {
      const names = teachers[i];
      add(
        data && names[0] === DATA
          ? await learned(stage, data)
          : await distill(oracleOf(names, known), withHoldout(stage, names), origins.of(names), run, {
              refits: mayRefit(stage.size ?? 0),
            }),
        names,
      );
    }
  } catch (error) {
    const isStopped = error instanceof ImagoError && ['cancelled', 'store'].includes(error.code);
    if (trained.length > 0 && !isStopped) await rescue({ trained, teachers: all });
    throw error;
  }
  const first = outside && trained.find((_, i) => teachers[i].includes(TEACHER))?.data;
  if (first) await tellContradictions(outside, first.x, context);
  return { trained, teachers: all, known, origins };
}

/** Tells how good a student is. */
function judgeLive(live: LiveRecorder, { stage, data, fidelity }: Trained): void {
  for (const one of fidelity) {
    const judged =
      one.kind === 'class'
        ? { measure: 'agreement' as const, value: one.accuracy }
        : { measure: 'q2' as const, value: one.q2 };
    live.judge({ rows: data.size, stage: stage.name, output: one.output, ...judged });
  }
}

/** A cheap teacher labels points to measure the student on; an expensive one is not asked for more than the design. */
function withHoldout(stage: Stage, teachers: readonly string[]): Stage {
  const cheap = !teachers.includes(SIMULATOR);
  return {
    holdout: cheap ? Math.min(MAX_HOLDOUT, Math.ceil((stage.size ?? 0) * HOLDOUT_SHARE)) : 0,
    ...(cheap ? stage : untaught(stage)),
  };
}

function teacherStage({ teacher }: DataStart): Stage {
  return { name: TEACHER, student: isOracle(teacher) || !teacher ? defaultSurrogate() : teacher };
}

/** A stage whose transfer set is the data, as observers see it. */
function asked(stage: Stage, data: Dataset): Stage {
  return { ...stage, transfer: { name: DATA, sample: () => data.x }, size: data.size };
}
