import type { Dataset } from '../../core/dataset.ts';
import { type Constraint, type Problem, violationOf } from '../../core/problem.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Column, modelData } from '../bayesian/columns.ts';

/** A history as a constrained search sees it: the rows with answers, the objective and the constraints in their own units. */
export interface Evidence {
  /** The rows with answers. */
  readonly answered: Dataset;
  /** n x d. */
  readonly x: Matrix;
  /** n x (1 + constraints): the objective, then the constraints in the order of the problem. */
  readonly values: Matrix;
  readonly constraints: readonly Constraint[];
  /** A typical size of each column: what counts as a large difference. */
  readonly scales: Float64Array;
  /** Whether each row meets every constraint. */
  readonly feasible: readonly boolean[];
}

/** What the finite rows of a history say about the first objective and the constraints; sizes are those of the first `initial` rows. */
export function evidenceOf(problem: Problem, history: Dataset, initial: number): Evidence {
  const { data: answered, columns: all } = modelData(problem, history);
  const columns = all.filter((_, c) => c === 0 || c >= problem.objectives.length);
  const { x } = answered;
  const values = new Matrix(x.rows, columns.length);
  columns.forEach((column, c) => {
    for (let i = 0; i < x.rows; i++) values.set(i, c, column.values[i]);
  });
  const { constraints } = problem;
  const feasible = Array.from({ length: x.rows }, (_, i) =>
    constraints.every((constraint, k) => violationOf(constraint, values.get(i, 1 + k)) === 0),
  );
  return {
    answered,
    x,
    values,
    constraints,
    scales: Float64Array.from(columns, (column) => scaleOf(column, initial)),
    feasible,
  };
}

/** The spread of an objective's better half, the median size of a constraint: where rows crowd near an optimum both are meaningless. */
function scaleOf({ kind, values }: Column, initial: number): number {
  if (values.length === 0) return 1;
  const first = values.slice(0, initial);
  const sorted = (kind === 'objective' ? first : first.map(Math.abs)).sort();
  const middle = sorted[sorted.length >> 1];
  const scale = kind === 'objective' ? middle - sorted[0] : middle;
  return scale > 0 ? scale : Math.max(1e-12, Math.abs(sorted[sorted.length - 1]));
}

/** The exact penalty function of each row: the objective and the violations, each times its price. */
export function penalized({ values, constraints }: Evidence, prices: Float64Array): Float64Array {
  return Float64Array.from({ length: values.rows }, (_, i) => {
    let sum = values.get(i, 0);
    for (let k = 0; k < constraints.length; k++) sum += prices[k] * violationOf(constraints[k], values.get(i, 1 + k));
    return sum;
  });
}

/** By how much each row misses the limits in all, in units of their typical sizes. */
export function missedBy({ values, constraints, scales }: Evidence): Float64Array {
  return Float64Array.from({ length: values.rows }, (_, i) =>
    constraints.reduce((sum, one, k) => sum + violationOf(one, values.get(i, 1 + k)) / scales[1 + k], 0),
  );
}
