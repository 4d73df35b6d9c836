import { Dataset } from '../core/dataset.ts';
import { hasLeaveOneOut, isExtendable, type ProbabilisticModel, type Surrogate } from '../core/model.ts';
import type { Problem } from '../core/problem.ts';
import { childRun, type Run } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';
import { constraintTransforms, identity, objectiveTransforms, type Transform } from './transform.ts';

/** An objective or constraint with the model that stands for it. */
export interface ModelledColumn {
  readonly model: ProbabilisticModel;
  /** What the model was fitted to is `transform.apply(value)`. */
  readonly transform: Transform;
}

/** An objective or constraint with its values (objectives first): `modelled` ones read outputs, the others are closed forms of the inputs. */
export interface Column {
  /** `front`: one of several objectives, whose units the hypervolume keeps. */
  readonly kind: 'objective' | 'front' | 'constraint';
  readonly text: string;
  readonly modelled: boolean;
  readonly values: Float64Array;
}

/** What a problem's surrogates learn from a history. */
export interface Lessons {
  /** The rows where every objective and constraint is finite. */
  readonly data: Dataset;
  readonly columns: readonly Column[];
}

/** The objectives and constraints of a history as columns to be modelled. */
export function lessonsOf(problem: Problem, history: Dataset): Lessons {
  const { objectives, constraints } = problem.score(history.x, history.y);
  const rows: number[] = [];
  for (let i = 0; i < history.size; i++)
    if ([...objectives.row(i), ...constraints.row(i)].every(Number.isFinite)) rows.push(i);
  const column = (kind: Column['kind'], k: number): Column => {
    const { text, reads } = (kind === 'constraint' ? problem.constraints : problem.objectives)[k];
    const all = kind === 'constraint' ? constraints : objectives;
    return { kind, text, modelled: reads.length > 0, values: Float64Array.from(rows, (i) => all.get(i, k)) };
  };
  return {
    data: history.select(rows),
    columns: [
      ...problem.objectives.map((_, k, { length }) => column(length > 1 ? 'front' : 'objective', k)),
      ...problem.constraints.map((_, k) => column('constraint', k)),
    ],
  };
}

/** The data set of one column's values in the model's units, at the same points. */
export function labelledWith(data: Dataset, text: string, values: Float64Array): Dataset {
  return new Dataset(data.space, [{ name: text }], data.x, new Matrix(values.length, 1, values), data.rows);
}

/** With fewer rows than this, leave-one-out says too little to choose a transform by. */
const FEWEST_ROWS = 8;

/** Of more rows than this, an even choice of so many has to do to compare transforms. */
const MOST_COMPARED = 128;

/** Fits a column under the transform with the best leave-one-out likelihood of the raw values. */
export async function fitColumn<M extends ProbabilisticModel>(
  column: Column,
  data: Dataset,
  surrogate: Surrogate<M>,
  run: Run,
): Promise<ModelledColumn> {
  const { kind, text, values } = column;
  const n = values.length;
  const candidates = n < FEWEST_ROWS ? [identity] : transformsOf(kind, values);
  if (candidates.length === 1 || n <= MOST_COMPARED) return bestFit(column, candidates, data, surrogate, run);
  const rows = Array.from({ length: MOST_COMPARED }, (_, i) => Math.floor((i * n) / MOST_COMPARED));
  const part = { ...column, values: Float64Array.from(rows, (i) => values[i]) };
  const { transform } = await bestFit(part, candidates, data.select(rows), surrogate, childRun(run, 'compare'));
  return { model: await surrogate.fit(labelledWith(data, text, values.map(transform.apply)), run), transform };
}

async function bestFit<M extends ProbabilisticModel>(
  { text, values }: Column,
  candidates: readonly Transform[],
  data: Dataset,
  surrogate: Surrogate<M>,
  run: Run,
): Promise<ModelledColumn> {
  let best: (ModelledColumn & { readonly score: number }) | undefined;
  for (const transform of candidates) {
    const model = await surrogate.fit(
      labelledWith(data, text, values.map(transform.apply)),
      childRun(run, transform === identity ? 'identity' : `transform/${candidates.indexOf(transform)}`),
    );
    const score = leaveOneOutScore(model, transform, values);
    if (!best || score > best.score) best = { model, transform, score };
    if (Number.isNaN(score)) break;
  }
  return best as ModelledColumn;
}

function transformsOf(kind: Column['kind'], values: Float64Array): Transform[] {
  if (kind === 'front') return [identity];
  return kind === 'objective' ? objectiveTransforms(values) : constraintTransforms(values);
}

/** Mean log predictive density of each value by a model that has not seen it; NaN when the model cannot say. */
function leaveOneOutScore(model: ProbabilisticModel, transform: Transform, values: Float64Array): number {
  if (!hasLeaveOneOut(model)) return Number.NaN;
  const { mean, variance } = model.leaveOneOut();
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const spread = variance.get(i, 0);
    const error = transform.apply(values[i]) - mean.get(i, 0);
    sum += transform.logSlope(values[i]) - 0.5 * (Math.log(spread) + (error * error) / spread);
  }
  return sum / values.length;
}

/** The column's model with points in flight, believed to answer with the mean there (kriging believer [Ginsbourger2010]). */
export async function believe<M extends ProbabilisticModel>(
  column: Column,
  fitted: ModelledColumn,
  data: Dataset,
  pending: Matrix,
  surrogate: Surrogate<M>,
  run: Run,
): Promise<ModelledColumn> {
  const { model, transform } = fitted;
  const { mean } = model.posterior(pending);
  if (isExtendable<ProbabilisticModel>(model)) return { model: model.conditioned(pending, mean), transform };
  const believed = pendingRows(data, column.text, pending, mean);
  const known = labelledWith(data, column.text, column.values.map(transform.apply));
  return { model: await surrogate.fit(known.concat(believed), run, model as M), transform };
}

function pendingRows(data: Dataset, name: string, x: Matrix, y: Matrix): Dataset {
  const rows = Array.from({ length: x.rows }, (_, i) => ({
    id: `pending/${i}`,
    status: 'completed' as const,
    milliseconds: 0,
  }));
  return new Dataset(data.space, [{ name }], x, y, rows);
}
