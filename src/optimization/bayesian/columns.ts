import { Dataset } from '../../core/dataset.ts';
import { isExtendable, type ProbabilisticModel, type Surrogate } from '../../core/model.ts';
import type { Constraint, Names, Problem } from '../../core/problem.ts';
import type { Run } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { nonDominated } from '../../numerics/minimize/non-dominated.ts';
import { referenceOf } from '../acquisition/expected-hypervolume-improvement.ts';
import type { Transform } from './transform.ts';

/** An objective or constraint with the model that stands for it. */
export interface ModeledColumn {
  readonly model: ProbabilisticModel;
  /** What the model was fitted to is `transform.apply(value)`. */
  readonly transform: Transform;
}

/** An objective or constraint with its values (objectives first): `modeled` ones read outputs, the others are closed forms of the inputs. */
export interface Column {
  /** `front`: one of several objectives, whose units the hypervolume keeps. */
  readonly kind: 'objective' | 'front' | 'constraint';
  readonly text: string;
  readonly modeled: boolean;
  readonly values: Float64Array;
  /** Of one of several objectives, by the first n rows: only values below it count; undefined before a row is feasible. */
  bound?(n: number): number | undefined;
  /** Of a constraint, the size of its limit ({@link limitSize}); undefined where it has none. */
  readonly limit?: number;
}

/** What a problem's surrogates learn from a history. */
export interface ModelData {
  /** The rows where every objective and constraint is finite. */
  readonly data: Dataset;
  readonly columns: readonly Column[];
}

/**
 * The objectives and constraints of a history as columns to be modeled. Of several objectives only what is below `bounds` counts: numbers in minimized
 * units, or those of the front of the rows; without them everything does.
 */
export function modelData(problem: Problem, history: Dataset, bounds?: readonly number[] | 'front'): ModelData {
  const { objectives, constraints, violation } = problem.score(history.x, history.y);
  const rows: number[] = [];
  for (let i = 0; i < history.size; i++)
    if ([...objectives.row(i), ...constraints.row(i)].every(Number.isFinite)) rows.push(i);
  const column = (kind: Column['kind'], k: number): Column => {
    const { text, reads } = (kind === 'constraint' ? problem.constraints : problem.objectives)[k];
    const all = kind === 'constraint' ? constraints : objectives;
    return { kind, text, modeled: reads.length > 0, values: Float64Array.from(rows, (i) => all.get(i, k)) };
  };
  const boundsAt = (n: number) => {
    if (bounds !== 'front') return bounds;
    const feasible = objectives.select(rows.slice(0, n).filter((i) => violation[i] === 0));
    return feasible.rows > 0 ? referenceOf(feasible.select(nonDominated(feasible))) : undefined;
  };
  return {
    data: history.select(rows),
    columns: [
      ...problem.objectives.map((_, k, { length }) =>
        length > 1 ? { ...column('front', k), bound: (n: number) => boundsAt(n)?.[k] } : column('objective', k),
      ),
      ...problem.constraints.map((one, k) => ({
        ...column('constraint', k),
        limit: rows.length > 0 ? limitSize(one, problem, history.x.row(rows[0])) : undefined,
      })),
    ],
  };
}

/**
 * The size of a constraint's limit: how far from it outputs of 0 are, 30 of `pressure >= 30`. Undefined where that is no number above 0, as of
 * `g <= 0`.
 */
function limitSize(constraint: Constraint, { space, outputs }: Problem, u: Float64Array): number | undefined {
  const { reads } = constraint;
  if (reads.length === 0 || outputs.some(({ name, classes }) => classes && reads.includes(name))) return undefined;
  const size = Math.abs(
    constraint.evaluate(space.decode(u) as Names, Object.fromEntries(reads.map((name) => [name, 0]))),
  );
  return size > 0 && size < Number.POSITIVE_INFINITY ? size : undefined;
}

/** Whether no constraint is modeled. */
export function isPlain({ constraints }: Problem): boolean {
  return constraints.every(({ reads }) => reads.length === 0);
}

/** The data set of one column's values in the model's units, at the same points. */
export function relabeled(data: Dataset, text: string, values: Float64Array): Dataset {
  return new Dataset(data.space, [{ name: text }], data.x, new Matrix(values.length, 1, values), data.rows);
}

/** The column's model with fantasies of the points in flight: the posterior mean is taken for their answers (kriging believer [Ginsbourger2010]). */
export async function fantasize<M extends ProbabilisticModel>(
  column: Column,
  fitted: ModeledColumn,
  data: Dataset,
  pending: Matrix,
  surrogate: Surrogate<M>,
  run: Run,
): Promise<ModeledColumn> {
  const { model, transform } = fitted;
  const { mean } = model.posterior(pending);
  if (isExtendable<ProbabilisticModel>(model)) return { model: model.conditioned(pending, mean), transform };
  const fantasies = pendingRows(data, column.text, pending, mean);
  const known = relabeled(data, column.text, column.values.map(transform.apply));
  return { model: await surrogate.fit(known.concat(fantasies), run, model as M), transform };
}

function pendingRows(data: Dataset, name: string, x: Matrix, y: Matrix): Dataset {
  const rows = Array.from({ length: x.rows }, (_, i) => ({
    id: `pending/${i}`,
    status: 'completed' as const,
    milliseconds: 0,
  }));
  return new Dataset(data.space, [{ name }], x, y, rows);
}
