import type { Dataset } from '../../core/dataset.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import type { AcquisitionView, Criterion } from '../../core/optimizer.ts';
import { type Constraint, Problem } from '../../core/problem.ts';
import type { PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { crowdingDistances, nonDominated } from '../../numerics/minimize/non-dominated.ts';
import { type ColumnSource, columnModel } from '../acquisition/column-model.ts';
import { isNear } from '../inner-search/discrete-moves.ts';
import type { Ranking } from '../inner-search/multi-start.ts';
import type { ModeledColumn } from './columns.ts';
import { admission } from './initial-design.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/** Minus the criterion: what a search for the least value looks at. */
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

/** The best few rows of the history by merit; with several objectives, rows of the front that are far apart. */
export function bestRows(problem: Problem, history: Dataset): Matrix {
  if (problem.objectives.length > 1) {
    const front = problem.front(history);
    const crowding = crowdingDistances(problem.score(history.x, history.y).objectives.select(front));
    const order = [...front.keys()]
      .sort((a, b) => crowding[b] - crowding[a] || a - b)
      .slice(0, BAYESIAN_POLICY.proposal.frontAnchors);
    if (order.length > 0) return history.x.select(order.map((k) => front[k]));
  }
  const merit = problem.merit(history.x, history.y);
  const order = [...merit.keys()].filter((i) => merit[i] < Number.POSITIVE_INFINITY);
  return history.x.select(
    order.sort((a, b) => merit[a] - merit[b] || a - b).slice(0, BAYESIAN_POLICY.proposal.anchors),
  );
}

/**
 * What an acquisition may look at: `models` are those of objectives and constraints, `success` that of an answer where something
 * failed, `feasible` (k x d) rows known to meet the constraints, `judged` (j x d) points whose feasibility the models predict.
 */
export function viewOf(
  whole: Problem,
  models: readonly (ModeledColumn | undefined)[],
  success: ProbabilisticModel | undefined,
  known: Pick<AcquisitionView, 'history' | 'pending'> & { readonly feasible: Matrix; readonly judged: Matrix },
): AcquisitionView {
  const { history, pending, feasible, judged } = known;
  const expressions = [...whole.objectives, ...whole.constraints];
  const sources = expressions.map((expression, c): ColumnSource => models[c]?.model ?? expression);
  const model = columnModel(whole.space, success ? [...sources, success] : sources);
  const problem = inModelUnits(whole, models, success !== undefined);
  return { model, problem, history, pending, ...reachedBy(problem, model, feasible, judged) };
}

/** k x d, the rows that meet the constraints; of modeled rows, whose objectives are finite. */
export function feasibleRows(problem: Problem, { x, y }: Dataset): Matrix {
  const { violation } = problem.score(x, y);
  return x.select([...violation.keys()].filter((i) => violation[i] === 0));
}

/** The best new point, one that meets the closed-form constraints if there is any. */
export function pick(
  problem: Problem,
  { x }: Ranking,
  { history, pending }: Pick<AcquisitionView, 'history' | 'pending'>,
  seen?: PointSet,
): Float64Array | undefined {
  const { space } = problem;
  const admits = admission(problem);
  let fallback: Float64Array | undefined;
  for (let i = 0; i < x.rows; i++) {
    const u = x.row(i);
    if (
      seen?.has(u) ||
      isNear(space, u, history.x, BAYESIAN_POLICY.proposal.leastDistance) ||
      isNear(space, u, pending, BAYESIAN_POLICY.proposal.leastDistanceInFlight)
    )
      continue;
    if (admits(u)) return u.slice();
    fallback ??= u.slice();
  }
  return fallback;
}

/** The problem as the model sees it: tolerances in the model's units, and success as one more constraint when something failed. */
function inModelUnits(
  { space, outputs, objectives, constraints }: Problem,
  fitted: readonly (ModeledColumn | undefined)[],
  withSuccess: boolean,
): Problem {
  const scaled = constraints.map((constraint, k): Constraint => {
    const transform = fitted[objectives.length + k]?.transform;
    return transform && constraint.kind === 'equality'
      ? { ...constraint, tolerance: transform.apply(constraint.tolerance ?? 1e-4), evaluate: constraint.evaluate }
      : constraint;
  });
  if (!withSuccess) return new Problem(space, outputs, objectives, scaled);
  const reads = outputs.map(({ name }) => name);
  const success: Constraint = { text: 'the simulator answers', reads, kind: 'inequality', evaluate: () => -1 };
  return new Problem(space, outputs, objectives, [...scaled, success]);
}

/**
 * The objectives' means at the points known to be feasible, and at those judged to be: the least, or with several objectives
 * the front. Means, not answers, so that noise is not taken for success; for an interpolating model the two agree.
 */
function reachedBy(
  { objectives, constraints }: Problem,
  model: ProbabilisticModel,
  feasible: Matrix,
  judged: Matrix,
): Pick<AcquisitionView, 'incumbent' | 'front'> {
  const known = model.predict(feasible);
  const mean = model.predict(judged);
  const believed = Array.from({ length: judged.rows }, (_, i) => i).filter((i) =>
    constraints.every(({ kind, tolerance }, k) => {
      const value = mean.get(i, objectives.length + k);
      return kind === 'equality' ? Math.abs(value) <= (tolerance ?? 1e-4) : value <= 0;
    }),
  );
  const all = known.stack(mean.select(believed));
  if (all.rows === 0) return {};
  if (objectives.length === 1) return { incumbent: Math.min(...all.column(0)) };
  const values = Matrix.from(Array.from({ length: all.rows }, (_, i) => all.row(i).subarray(0, objectives.length)));
  return { front: values.select(nonDominated(values)) };
}
