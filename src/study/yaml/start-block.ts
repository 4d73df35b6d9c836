import type { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError, show } from '../../core/errors.ts';
import type { Surrogate } from '../../core/model.ts';
import { isOracle, type Oracle } from '../../core/oracle.ts';
import { type Outputs, outputList } from '../../core/output.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import { Space } from '../../core/space/space.ts';
import { datasetFromCsv } from '../../data/csv.ts';
import { Rng } from '../../numerics/random.ts';
import type { DataStart } from '../scenario/scenario.ts';
import { teacherFromFile } from '../teacher/teacher-file.ts';
import { parameterOf } from './block-values.ts';
import { type ImageFiles, imagesFrom } from './image-files.ts';
import { describeIssue } from './issue.ts';
import type { Mistakes } from './mistakes.ts';
import { fromName } from './named.ts';
import type { CommandBlock, StartBlock } from './scenario-schema.ts';
import { isOutside, type OutsideTeacher, outsideTeacherSchema } from './teacher-schema.ts';
import { type Path, YamlDocument } from './yaml-document.ts';

/** What files with data are read by. */
export interface DataMakers {
  /** The text of a file with data. Without it, data cannot be read. */
  text?(path: string): string;
  /** The bytes of a file with images, labels or a teacher, unpacked where it is compressed. */
  bytes?(path: string): Uint8Array;
  /** What a module of code exports. Without it, no module can teach. */
  exported?(path: string): Promise<unknown>;
}

type Subject = Pick<Dataset, 'space' | 'outputs'>;

/** What a study starts from in place of a simulator, made of its block; undefined where a part of it cannot be made. */
export async function startFrom(
  start: StartBlock,
  seed: number | undefined,
  makers: DataMakers,
  mistakes: Mistakes,
): Promise<DataStart | undefined> {
  const { test, pool, labeled } = start;
  const given = subjectFrom(start, mistakes);
  const all = rowsFrom(start, given, makers, mistakes);
  const rng = new Rng(seed ?? 1).child('labeled');
  const data = all && labeled !== undefined ? mistakes.try(['start', 'labeled'], () => all.sample(labeled, rng)) : all;
  const hasData = start.data !== undefined || start.images !== undefined;
  const teacher = await teacherFrom(start, data ?? given, makers, mistakes);
  const subject = data ?? (hasData ? undefined : isOracle(teacher) ? teacher : undefined);
  if (!subject) return undefined;
  const unlabeled = { space: subject.space, outputs: [] };
  const filed = (part: 'pool' | 'test', file: string | ImageFiles, about: Subject) =>
    typeof file === 'string'
      ? dataFrom(['start', part], file, about, makers, mistakes)
      : mistakes.try(['start', part], () => imagesFrom(file, about, makers));
  const others = pool !== undefined ? filed('pool', pool, unlabeled) : labeled !== undefined && all;
  const tested = test !== undefined && filed('test', test, subject);
  return {
    ...(data && { data }),
    ...(others && { pool: others }),
    ...(tested && { test: tested }),
    ...(teacher && { teacher }),
  };
}

/** What the parameters and outputs of the block say; undefined where they are left to a file. */
function subjectFrom({ parameters, outputs }: StartBlock, mistakes: Mistakes): Subject | undefined {
  const made = parameters && parametersFrom(['start', 'parameters'], parameters, mistakes);
  if (!made || !outputs) return undefined;
  return mistakes.try(['start'], () => ({ space: new Space(made), outputs: outputList(outputs as Outputs) }));
}

function rowsFrom(
  { data, images, labels, outputs }: StartBlock,
  subject: Subject | undefined,
  makers: DataMakers,
  mistakes: Mistakes,
): Dataset | undefined {
  if (data !== undefined) return subject && dataFrom(['start', 'data'], data, subject, makers, mistakes);
  if (images === undefined) return undefined;
  return mistakes.try(['start'], () =>
    imagesFrom({ images, labels: labels as string }, outputList(outputs as Outputs), makers),
  );
}

async function teacherFrom(
  { teacher }: StartBlock,
  subject: Subject | undefined,
  makers: DataMakers,
  mistakes: Mistakes,
): Promise<Surrogate | Oracle | undefined> {
  const at = ['start', 'teacher'];
  if (teacher === undefined) return undefined;
  if (isOutside(teacher)) return mistakes.await(at, () => outsideFrom(teacher, subject, makers));
  return mistakes.try(at, () => fromName('surrogate', teacher));
}

/** The teacher that a file or a module is; `subject` are the parameters and outputs that stand beside it, where they do. */
export async function outsideFrom(
  teacher: OutsideTeacher,
  subject: Subject | undefined,
  { bytes, exported }: DataMakers,
): Promise<Oracle> {
  if ('module' in teacher) {
    ensure(exported, 'invalid-scenario', 'modules cannot be loaded here', ['module']);
    const found = await exported(teacher.module);
    ensure(
      isOracle(found),
      'plugin',
      () =>
        `${teacher.module}: the default export must be what functionOracle(), modelOracle() or another makes, got ${show(found)}`,
      ['module'],
    );
    return found;
  }
  const { file, labels, ...options } = teacher;
  ensure(bytes, 'invalid-scenario', `${file}: files cannot be read here`, ['file']);
  const beside = labels === undefined ? {} : { labels: bytes(labels) };
  return teacherFromFile(file, bytes(file), subject, { ...options, ...beside });
}

/** Code, by how its files end. */
const CODE = /\.[cm]?[jt]s$/;

/** A teacher from outside as the command line names it: the path of its file, or as YAML what stands under `teacher` in a file. */
export function teacherFromText(text: string): OutsideTeacher {
  const document = new YamlDocument(text, '--teacher');
  const { data } = document;
  if (typeof data === 'string') return CODE.test(data) ? { module: data } : { file: data };
  const checked = outsideTeacherSchema.safeParse(data);
  if (!checked.success) throw document.error(checked.error.issues.flatMap((issue) => describeIssue(issue, data)));
  return checked.data;
}

/** The rows of a CSV file. */
export function dataFrom(
  path: Path,
  file: string,
  subject: Subject,
  { text: read }: DataMakers,
  mistakes: Mistakes,
): Dataset | undefined {
  return mistakes.try(path, () => {
    ensure(read, 'invalid-scenario', `${file}: files of data cannot be read here`);
    const text = read(file);
    try {
      return datasetFromCsv(text, subject);
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      throw new ImagoError(error.code, `${file}: ${error.message}`, { cause: error });
    }
  });
}

/** Parameters, where all of them can be made. */
export function parametersFrom(
  path: Path,
  given: CommandBlock['parameters'],
  mistakes: Mistakes,
): Parameters | undefined {
  const made = Object.entries(given).map(([name, spec]) => {
    return [name, mistakes.try([...path, name], () => parameterOf(spec))] as const;
  });
  return made.every(([, parameter]) => parameter) ? (Object.fromEntries(made) as Parameters) : undefined;
}
