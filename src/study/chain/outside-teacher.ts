import { predictionColumns } from '../../core/columns.ts';
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
/** Points of a batch and single ones that it is timed by, the least of some rounds: fewer of a teacher that takes longer for one of these than a second. */
const BATCH = 1000;
const SINGLE = 50;
const ROUNDS = 3;
const MOST_MILLISECONDS = 1000;

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
    const [one, other] = [first.targets(), second.targets()];
    const columns = predictionColumns(teacher.outputs);
    teacher.outputs.forEach(({ name }, k) => {
      const { start, width } = columns[k];
      const own = Array.from({ length: width }, (_, c) => start + c);
      const largest = own
        .flatMap((c) => [...one.column(c)])
        .reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
      const isSame = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= SAME * largest;
      const differ = first.rows.filter((_, i) => !own.every((c) => isSame(one.get(i, c), other.get(i, c))));
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
  const timed = async (points: Matrix) => {
    const start = run.clock();
    await label(teacher, points, 'time', run);
    return run.clock() - start;
  };
  // A program is slow at its first answer.
  const first = Math.min(await timed(x.select([0])), await timed(x.select([0])));
  const may = (most: number) => Math.max(1, Math.min(most, Math.floor(MOST_MILLISECONDS / first)));
  const points = Array.from({ length: may(SINGLE) }, (_, i) => x.select([i]));
  const batch = x.select(Array.from({ length: may(BATCH) }, (_, i) => i));
  let [single, batched] = [first * 1000, Number.POSITIVE_INFINITY];
  for (let round = 0; round < may(ROUNDS); round++) {
    let milliseconds = 0;
    for (const point of points) milliseconds += await timed(point);
    single = Math.min(single, (milliseconds * 1000) / points.length);
    batched = Math.min(batched, ((await timed(batch)) * 1000) / batch.rows);
  }
  return { stage: TEACHER, fitSeconds: 0, predictMicroseconds: { single, batched } };
}
