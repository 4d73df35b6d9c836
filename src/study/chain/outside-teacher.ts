import type { Dataset } from '../../core/dataset.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { StudyContext } from '../context.ts';
import { outsideTeacher } from '../scenario/scenario.ts';
import { TEACHER } from '../scenario/stage.ts';
import { type Fidelity, fidelityOf } from './fidelity.ts';
import type { HopTime } from './savings.ts';
import { type ModelSize, sizeOf } from './size.ts';

/** A teacher that a study starts from and does not make: what is known of it. */
export interface TeacherResults {
  readonly name: string;
  /** Against test rows, where there are some, else against the data that the study starts from; empty where there are neither. */
  readonly accuracy: readonly Fidelity[];
  /** What it has to remember; null where that is not known, as of a function. */
  readonly size: ModelSize | null;
}

/** Points that are asked twice, to see whether the answers are the same. */
const ASKED_TWICE = 16;
/** Answers that differ by less, as a share of the largest, are the same: programs that compute in parallel round otherwise. */
const SAME = 1e-6;
/** Points of a batch and single ones that it is timed by, the least of some rounds. */
const BATCH = 1000;
const SINGLE = 50;
const ROUNDS = 3;

/** What is known of a teacher from outside; undefined where the study has none. */
export async function outsideResults(
  { scenario, run, analyses }: StudyContext,
  test: Dataset | undefined,
): Promise<TeacherResults | undefined> {
  const teacher = outsideTeacher(scenario);
  if (!teacher) return undefined;
  const rows = (test ?? scenario.start?.data)?.finite();
  const own = childRun(run, TEACHER);
  const accuracy = await analyses.attempt(`accuracy of ${nameOf(teacher)}`, [], async () =>
    rows ? judgedBy(teacher, rows, test ? 'test' : 'holdout', own) : [],
  );
  return { name: nameOf(teacher), accuracy, size: teacher.model ? sizeOf(teacher.model) : null };
}

/** What reports call it. */
export function nameOf({ name = TEACHER }: Oracle): string {
  return name;
}

async function judgedBy(
  teacher: Oracle,
  rows: Dataset,
  method: 'test' | 'holdout',
  run: Run,
): Promise<readonly Fidelity[]> {
  const answers = await label(teacher, rows.x, `${run.rng.path}/test`, run);
  const answered = answers.rows.flatMap(({ status }, i) => (status === 'completed' ? [i] : []));
  const [truth, mean] = [rows.targets().select(answered), answers.targets().select(answered)];
  return fidelityOf(rows.outputs, truth, { mean }, method);
}

/** Says where a teacher from outside answers the same points otherwise when it is asked again. */
export async function tellContradictions(teacher: Oracle, x: Matrix, { run, analyses }: StudyContext): Promise<void> {
  const asked = x.rows > ASKED_TWICE ? x.select(Array.from({ length: ASKED_TWICE }, (_, i) => i)) : x;
  await analyses.attempt(`a second answer of ${nameOf(teacher)}`, undefined, async () => {
    const own = childRun(run, `${TEACHER}/twice`);
    const [first, second] = [await label(teacher, asked, 'first', own), await label(teacher, asked, 'second', own)];
    teacher.outputs.forEach(({ name }, k) => {
      const [one, other] = [first.y.column(k), second.y.column(k)];
      const largest = one.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
      const differ = one.filter(
        (value, i) => !(Object.is(value, other[i]) || Math.abs(value - other[i]) <= SAME * largest),
      );
      if (differ.length > 0)
        analyses.note(
          `${nameOf(teacher)} contradicts itself: asked again at the same ${asked.rows} points, it says another ${name} at ${differ.length}; students learn the first answers`,
        );
    });
  });
}

/** How long it takes to answer. */
export async function timeTeacher(teacher: Oracle, run: Run): Promise<HopTime> {
  const d = teacher.space.dimension;
  const x = new Matrix(
    BATCH,
    d,
    Float64Array.from({ length: BATCH * d }, () => run.rng.uniform()),
  );
  let [single, batched] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const points = Array.from({ length: SINGLE }, (_, i) => x.select([i]));
  for (let round = 0; round < ROUNDS; round++) {
    let start = run.clock();
    for (const point of points) await label(teacher, point, 'time', run);
    single = Math.min(single, ((run.clock() - start) * 1000) / SINGLE);
    start = run.clock();
    await label(teacher, x, 'time', run);
    batched = Math.min(batched, ((run.clock() - start) * 1000) / BATCH);
  }
  return { stage: TEACHER, fitSeconds: 0, predictMicroseconds: { single, batched } };
}
