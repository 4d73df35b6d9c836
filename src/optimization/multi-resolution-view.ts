import type { ProbabilisticModel } from '../core/model.ts';
import type { AcquisitionView, Criterion } from '../core/optimizer.ts';
import { type Constraint, Problem } from '../core/problem.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { type ColumnSource, columnModel } from './column-model.ts';
import { discreteCoordinates } from './discrete-moves.ts';
import { admission } from './initial-design.ts';
import type { ModelledColumn } from './modelled-columns.ts';
import type { Ranking } from './multi-start.ts';
import { squaredDistance } from './point-set.ts';

/** Rows around which an acquisition is searched closely. */
const ANCHORS = 3;

/** Points that differ by less than this, in real coordinates only, count as one; those in flight by less than the other. */
const LEAST_DISTANCE = 1e-5;
const LEAST_IN_FLIGHT = 1e-3;

/** What an acquisition may look at: `models` are those of objective and constraints, `success` that of an answer where something failed. */
export function viewOf(
  problem: Problem,
  models: readonly (ModelledColumn | undefined)[],
  success: ProbabilisticModel | undefined,
  history: AcquisitionView['history'],
  pending: Matrix,
): AcquisitionView {
  const { space, outputs, objectives, constraints } = problem;
  const expressions = [...objectives, ...constraints];
  const sources = expressions.map((expression, c): ColumnSource => models[c]?.model ?? expression);
  const scaled = constraints.map((constraint, k): Constraint => {
    const transform = models[objectives.length + k]?.transform;
    return transform && constraint.kind === 'equality'
      ? { ...constraint, tolerance: transform.apply(constraint.tolerance ?? 1e-4) }
      : constraint;
  });
  const reads = outputs.map(({ name }) => name);
  const answers: Constraint = { text: 'the simulator answers', reads, kind: 'inequality', evaluate: () => -1 };
  const seen = new Problem(space, outputs, objectives, success ? [...scaled, answers] : scaled);
  const model = columnModel(space, success ? [...sources, success] : sources);
  const incumbent = leastMean(problem, seen, model, history, pending);
  return { model, problem: seen, history, pending, ...(incumbent !== undefined && { incumbent }) };
}

/** The least mean of the objective at rows known to be feasible and at points in flight believed to be. */
function leastMean(
  problem: Problem,
  { constraints }: Problem,
  model: ProbabilisticModel,
  history: AcquisitionView['history'],
  pending: Matrix,
): number | undefined {
  const { violation } = problem.score(history.x, history.y);
  const feasible = history.x.select([...violation.keys()].filter((i) => violation[i] === 0));
  const { mean } = model.posterior(pending);
  const believed = Array.from({ length: pending.rows }, (_, i) => i).filter((i) =>
    constraints.every(({ kind, tolerance = 1e-4 }, k) => {
      const value = mean.get(i, 1 + k);
      return kind === 'equality' ? Math.abs(value) <= tolerance : value <= 0;
    }),
  );
  const means = [...model.posterior(feasible).mean.column(0), ...believed.map((i) => mean.get(i, 0))];
  return means.length > 0 ? Math.min(...means) : undefined;
}

/** What is to be minimised where a criterion is to be maximised. */
export function negated(criterion: Criterion): Criterion {
  const value = (x: Matrix) => criterion.value(x).map((v) => -v);
  if (!criterion.gradient) return { value };
  return {
    value,
    gradient(u) {
      const answer = criterion.gradient!(u);
      return { value: -answer.value, gradient: answer.gradient.map((slope) => -slope) };
    },
  };
}

/** The best few rows by merit. */
export function bestRows(problem: Problem, { x, y }: AcquisitionView['history']): Matrix {
  const merit = problem.merit(x, y);
  const order = [...merit.keys()].filter((i) => merit[i] < Number.POSITIVE_INFINITY);
  return x.select(order.sort((a, b) => merit[a] - merit[b] || a - b).slice(0, ANCHORS));
}

/** The best point that is not known, one that meets the closed-form constraints if there is any. */
export function pick(
  problem: Problem,
  { x }: Ranking,
  { history, pending }: AcquisitionView,
): Float64Array | undefined {
  const admits = admission(problem);
  let fallback: Float64Array | undefined;
  for (let i = 0; i < x.rows; i++) {
    const u = x.row(i);
    if (isNear(problem, u, history.x, LEAST_DISTANCE) || isNear(problem, u, pending, LEAST_IN_FLIGHT)) continue;
    if (admits(u)) return u.slice();
    fallback ??= u.slice();
  }
  return fallback;
}

function isNear({ space }: Problem, u: Float64Array, known: Matrix, least: number): boolean {
  const discrete = discreteCoordinates(space, u);
  for (let i = 0; i < known.rows; i++) {
    const row = known.row(i);
    if (discrete.every((j) => row[j] === u[j]) && squaredDistance(u, row) < least * least) return true;
  }
  return false;
}
