import { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError, show } from '../../core/errors.ts';
import type { Model, Surrogate } from '../../core/model.ts';
import { committee, label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import { isChoosing, type Sampler, type TransferEvidence } from '../../core/sampler.ts';
import { withoutPlace } from '../../core/simulation-failure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { PackedMatrix } from '../../numerics/packed-matrix.ts';
import { inUnits, type PointModel } from '../../surrogates/point-model.ts';
import { defaultSurrogate } from '../defaults.ts';
import type { Stage } from '../scenario/stage.ts';
import type { Fidelity } from './fidelity.ts';
import { holdoutPoints } from './holdout.ts';
import { crossFidelity, holdoutFidelity } from './validation.ts';

/** A student and what it was made of. */
export interface Trained<M extends Model = Model> {
  readonly stage: Stage<M> & { readonly student: Surrogate<M> };
  /** The transfer set as the teacher labeled it, failures included. */
  readonly data: Dataset;
  /** Can be asked in the author's own units, whatever the student is. */
  readonly model: M & PointModel;
  /** Student against teacher, on points not trained on. */
  readonly fidelity: readonly Fidelity[];
  /** Time of the fit, for the accounting. */
  readonly fitMilliseconds: number;
  /** How the transfer set came about; absent where the labels of data were learned. */
  readonly transfer?: TransferSet;
}

/** How a transfer set came about. */
export interface TransferSet {
  /** Points that the teacher was asked. */
  readonly asked: number;
  /** Rows of Data 1 that were learned beside, with their own labels. */
  readonly beside: number;
  /** What each sampler was worth, where one was chosen. */
  readonly evidence?: readonly TransferEvidence[];
}

/** How a student is judged. */
export interface Judging {
  /** Whether it may be fitted again without some rows, which takes as long each time; without, fidelity is missing where nothing else measures it. */
  readonly refits?: boolean;
}

/**
 * One hop: the teacher labels the stage's transfer set, whose sampler is given what was `seen`, the student learns it, and its fidelity is measured on `holdout` further
 * points that the teacher labels, none of them among those it learned, or, when `holdout` is 0 or there are no others, by leaving
 * training points out. Throws `no-data` when every label failed.
 */
export async function distill<M extends Model>(
  teacher: Oracle,
  stage: Stage<M>,
  seen: Dataset,
  run: Run,
  judging: Judging = {},
): Promise<Trained<M>> {
  const { refits = true } = judging;
  const { data, ...hop } = await unjudged(teacher, stage, seen, run);
  const own = childRun(run, stage.name);
  const sampler = hop.stage.transfer as Sampler;
  const points = await inStage(stage.name, async () =>
    holdoutPoints(sampler, stage.holdout ?? 0, data, childRun(own, 'holdout'), seen),
  );
  if (points.rows === 0 && !refits) return { ...hop, data, fidelity: [] };
  const fidelity =
    points.rows > 0
      ? holdoutFidelity(
          hop.model,
          await inStage(stage.name, () => label(teacher, points, `${own.rng.path}/holdout`, own)),
        )
      : await inStage(stage.name, () => crossFidelity(hop.stage.student, hop.model, data, childRun(own, 'validation')));
  return { ...hop, data, fidelity };
}

/** The same where nobody asks for its fidelity, which may take many fits more. */
export async function unjudged<M extends Model>(
  teacher: Oracle,
  stage: Stage<M>,
  seen: Dataset,
  run: Run,
): Promise<Omit<Trained<M>, 'fidelity'>> {
  const { name, transfer, size } = stage;
  ensure(transfer && size, 'invalid-argument', `stage '${name}' needs a transfer and a size, for it asks a teacher`);
  const own = childRun(run, name);
  const hop = { teacher, student: studentOf(stage), size, seen };
  const { sampler, x, ...choice } = await inStage(name, async () => {
    const chosen = isChoosing(transfer) ? await transfer.choose(hop, childRun(own, 'choice')) : { sampler: transfer };
    return { ...chosen, x: chosen.sampler.sample(teacher.space, size, seen, childRun(own, 'transfer')) };
  });
  const asked = packedAs(seen, await inStage(name, () => label(teacher, x, `${own.rng.path}/design`, own)));
  if (asked.finite().size === 0) throw new ImagoError('no-data', `stage '${name}': ${everyFailure(asked)}`);
  const data = kept(stage, asked);
  const beside = stage.data ? seen.finite() : undefined;

  const fitted = await trainedOn(
    taughtBy(teacher, stage),
    data,
    own,
    beside && besideThem(data, beside, stage.data as number),
  );
  return {
    ...fitted,
    stage: { ...fitted.stage, transfer: sampler },
    transfer: {
      ...{ asked: asked.size, beside: beside?.size ?? 0 },
      ...('evidence' in choice && { evidence: choice.evidence }),
    },
  };
}

/** The answers with their points packed as those seen are, where that changes none: rows of images take an eighth of the memory. */
function packedAs({ points: seen }: Dataset, answers: Dataset): Dataset {
  const { space, outputs, points, y, rows, shares } = answers;
  const packed = seen instanceof PackedMatrix && points instanceof Matrix && seen.alike(points);
  return packed ? new Dataset(space, outputs, packed, y, rows, shares && { shares }) : answers;
}

/** The answers that the stage learns from. */
function kept({ name, keep }: Stage, asked: Dataset): Dataset {
  if (!keep) return asked;
  const finite = asked.finite();
  const rows = keep(finite);
  const stray = Array.from(rows ?? []).find((row) => !(Number.isInteger(row) && row >= 0 && row < finite.size));
  ensure(
    typeof rows?.length === 'number' && stray === undefined,
    'invalid-argument',
    () =>
      `stage '${name}': keep must give numbers of rows, from 0 to ${finite.size - 1}, got ${show(stray === undefined ? rows : stray)}`,
  );
  ensure(
    rows.length > 0,
    'no-data',
    () => `stage '${name}': keep leaves none of the ${finite.size} answers of its teacher; ask for less`,
  );
  return finite.select(rows);
}

/** The transfer set with rows of Data 1, of which each counts as often as `weight` says. */
function besideThem(data: Dataset, rows: Dataset, weight: number): Dataset {
  const counted = weight === 1 ? rows : rows.weighted(new Float64Array(rows.size).fill(weight));
  return data.concat(counted);
}

/** A stage that learns the labels of data themselves, and what is of use beside; its fidelity is to these, by leaving rows out, unless there are to be no refits. */
export async function learn<M extends Model>(
  stage: Stage<M>,
  data: Dataset,
  run: Run,
  learned: Dataset = data,
  { refits = true }: Judging = {},
): Promise<Trained<M>> {
  const own = childRun(run, stage.name);
  const fitted = await trainedOn(stage, data, own, learned);
  if (!refits) return { ...fitted, fidelity: [] };
  const fidelity = await inStage(stage.name, () =>
    crossFidelity(fitted.stage.student, fitted.model, data, childRun(own, 'validation')),
  );
  return { ...fitted, fidelity };
}

async function trainedOn<M extends Model>(
  stage: Stage<M>,
  data: Dataset,
  own: Run,
  learned: Dataset = data,
): Promise<Omit<Trained<M>, 'fidelity'>> {
  const student = studentOf(stage);
  const phase = `fit ${stage.name}`;
  own.progress?.({ phase, done: 0, total: 1 });
  const start = own.clock();
  const fitted = await inStage(stage.name, () => student.fit(learned, childRun(own, 'fit')));
  const model = inUnits(fitted, data);
  const fitMilliseconds = own.clock() - start;
  own.progress?.({ phase, done: 1, total: 1 });
  return { stage: { ...stage, student }, data, model, fitMilliseconds };
}

/** What a teacher, a sampler or a student refuses is told with the name of the stage that it is of; so is what takes more memory than there is. */
async function inStage<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError && OUT_OF_MEMORY.test(error.message))
      throw new ImagoError(
        'invalid-argument',
        `stage '${name}': it takes more memory than an array can have (${error.message}): ask for fewer points, or a smaller student`,
        { cause: error },
      );
    if (!(error instanceof ImagoError) || error.code === 'cancelled') throw error;
    throw new ImagoError(error.code, `stage '${name}': ${error.message}`, { cause: error });
  }
}

/** How engines say that an array cannot be made. */
const OUT_OF_MEMORY = /array length|allocation failed/i;

/** The stage whose student has its teacher at hand in each of its fits, where it asks it or looks inside. */
function taughtBy<M extends Model>(teacher: Oracle, stage: Stage<M>): Stage<M> {
  const student = studentOf(stage);
  if (!student.learn) return stage;
  const fit = (data: Dataset, run: Run) => (student.learn as NonNullable<typeof student.learn>)(teacher, data, run);
  return { ...stage, student: Object.assign(Object.create(student), { fit }) };
}

/** The stage whose student learns the answers that it is given and asks for no others, which would have to be paid for. */
export function untaught<M extends Model>(stage: Stage<M>): Stage<M> {
  const student = studentOf(stage);
  return student.learn ? { ...stage, student: Object.assign(Object.create(student), { learn: undefined }) } : stage;
}

/** The teachers of these names as one. */
export function oracleOf(names: readonly string[], known: ReadonlyMap<string, Oracle>): Oracle {
  const oracles = names.flatMap((name) => known.get(name) ?? []);
  return oracles.length === 1 ? oracles[0] : committee(oracles);
}

/** The student of the stage, or the default surrogate. */
export function studentOf<M extends Model>({ student }: Stage<M>): Surrogate<M> {
  // A stage without a student is one of any model, of which this is one.
  return student ?? (defaultSurrogate() as Surrogate as Surrogate<M>);
}

/** Says in one line why there is no data: the number of failures and the commonest reason, with the place of the last such run. */
export function everyFailure(data: Dataset): string {
  const kinds = new Map<string, { count: number; last: string }>();
  for (const { cause, reason = '' } of data.rows) {
    const alike = `${cause}: ${withoutPlace(reason)}`;
    kinds.set(alike, { count: (kinds.get(alike)?.count ?? 0) + 1, last: `${cause}: ${reason}` });
  }
  const none = { count: 0, last: 'no rows' };
  const most = [...kinds.values()].reduce((one, other) => (other.count > one.count ? other : one), none);
  return `all ${data.size} evaluations failed, ${most.count} of them with ${most.last}`;
}
