import type { Dataset } from '../../core/dataset.ts';
import { ImagoError } from '../../core/errors.ts';
import type { Model, Surrogate } from '../../core/model.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import { withoutPlace } from '../../core/simulation-failure.ts';
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
}

/**
 * One hop: the teacher labels the stage's transfer set, the student learns it, and its fidelity is measured on `holdout` further
 * points that the teacher labels, none of them among those it learned, or, when `holdout` is 0 or there are no others, by leaving
 * training points out. Throws `no-data` when every label failed.
 */
export async function distill<M extends Model>(
  teacher: Oracle,
  stage: Stage<M>,
  seen: Dataset,
  run: Run,
): Promise<Trained<M>> {
  const { name, transfer, size, holdout = 0 } = stage;
  const student = studentOf(stage);
  const own = childRun(run, name);
  const x = transfer.sample(teacher.space, size, seen, childRun(own, 'transfer'));
  const data = await label(teacher, x, `${own.rng.path}/design`, own);
  if (data.finite().size === 0) throw new ImagoError('no-data', `stage '${name}': ${everyFailure(data)}`);

  own.progress?.({ phase: `fit ${name}`, done: 0, total: 1 });
  const start = run.clock();
  const model = inUnits(await student.fit(data, childRun(own, 'fit')), data);
  const fitMilliseconds = run.clock() - start;
  own.progress?.({ phase: `fit ${name}`, done: 1, total: 1 });

  const points = holdoutPoints(transfer, holdout, data, childRun(own, 'holdout'));
  const fidelity =
    points.rows > 0
      ? holdoutFidelity(model, await label(teacher, points, `${own.rng.path}/holdout`, own))
      : await crossFidelity(student, model, data, childRun(own, 'validation'));
  return { stage: { ...stage, student }, data, model, fidelity, fitMilliseconds };
}

/** The student of the stage, or of those who name none. */
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
