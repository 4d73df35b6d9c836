import type { Dataset } from '../../core/dataset.ts';
import type { Criterion, Knowledge } from '../../core/optimizer.ts';
import { type Constraint, INFEASIBLE, Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import { nearestRow, shortWay, squaredDistanceIn } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { SlopedForm } from '../acquisition/column-model.ts';
import type { Forecaster } from '../bayesian/bayesian.ts';
import type { Forecast } from '../bayesian/forecast.ts';
import { admission } from '../bayesian/initial-design.ts';
import { descend } from '../inner-search/local-search.ts';
import type { Exploration } from './exploration.ts';
import { BASINS_POLICY } from './policy.ts';

/** A point in another basin, and the forecast of a run there: to beat the best row of all. */
export interface OtherBasin {
  readonly x: Matrix;
  forecast(): Promise<Forecast | undefined>;
}

/**
 * What an exploration runs: `fresh` searches outside the basin of the settled optimum, by the posterior mean of the `forecaster`'s model, and
 * knows only the rows that are there, since a model of all rows takes the rest of the space for as smooth as that basin. Undefined when no other basin
 * promises anything.
 */
export function restarting(forecaster: Forecaster, fresh: Forecaster) {
  return async (
    problem: Problem,
    knowledge: Knowledge,
    { optimum, gained }: Exploration,
    run: Run,
  ): Promise<OtherBasin | undefined> => {
    const { history } = knowledge;
    const mean = await forecaster.landscape(problem, knowledge, run);
    const rest = mean && outsideBasin(problem, history, optimum, mean, run);
    if (!rest) return undefined;
    const own = childRun(run, 'elsewhere');
    const known = { ...knowledge, history: rest.history };
    // What is expected here is to beat the best row of the other basins.
    const { x, expectedImprovement } = await fresh.suggest(rest.problem, known, 1, own);
    // It does not know the rows of the basin that is left, which are not admitted.
    if (!isPromising(expectedImprovement, gained) || !admission(rest.problem)(x.row(0))) return undefined;
    return { x, forecast: () => fresh.forecast(rest.problem, known, x.row(0), own, { problem, history }) };
  };
}

/** Whether this expected improvement on the best row of the other basins is worth a run, after a total gain of `gained`. */
export function isPromising(expectedImprovement: number | undefined, gained: number): boolean {
  return expectedImprovement !== undefined && expectedImprovement > BASINS_POLICY.outside.leastPromise * gained;
}

/** A problem outside a basin: with a constraint in closed form that keeps a search there, and the rows that are there. */
export interface Remainder {
  readonly problem: Problem;
  readonly keeps: Constraint;
  readonly history: Dataset;
  readonly rows: readonly number[];
}

/**
 * The remainder of a problem with one objective outside the basin of the row `optimum` by the posterior `mean`. Undefined when fewer than two
 * feasible rows lie there.
 */
export function outsideBasin(
  problem: Problem,
  history: Dataset,
  optimum: number,
  mean: Criterion,
  run: Run,
): Remainder | undefined {
  const merits = problem.merit(history.x, history.y);
  const known = [...merits.keys()].filter((i) => merits[i] < Number.POSITIVE_INFINITY);
  const isInside = basinOf(known.indexOf(optimum), problem.space, history.x.select(known), mean, run);
  const taken = known.filter((_, k) => isInside[k]);
  const outside = history.x.select(known.filter((_, k) => !isInside[k]));
  const feasible = known.filter((i, k) => !isInside[k] && merits[i] < INFEASIBLE);
  if (feasible.length < 2) return undefined;
  const { space, outputs, objectives, constraints } = problem;
  const keeps = nearer(space, outside, history.x.select(taken));
  const rows = [...merits.keys()].filter((i) => !taken.includes(i));
  return {
    problem: new Problem(space, outputs, objectives, [...constraints, keeps]),
    keeps,
    history: history.select(rows),
    rows,
  };
}

/** Holds at points that are as near to a row of `wanted` as to any of `others`, or nearer. */
function nearer(space: Space, wanted: Matrix, others: Matrix): Constraint & SlopedForm {
  const atCanonical = (u: Float64Array, gradient?: Float64Array) => {
    const near = nearestRow(wanted, u, -1, space);
    const far = nearestRow(others, u, -1, space);
    if (gradient) {
      const [a, b] = [wanted.row(near.row), others.row(far.row)];
      space.columns.forEach(({ levels, periodic }, j) => {
        const step = periodic ? shortWay(u[j] - a[j]) - shortWay(u[j] - b[j]) : b[j] - a[j];
        gradient[j] = levels < Number.POSITIVE_INFINITY ? 0 : 2 * step;
      });
    }
    return near.square - far.square;
  };
  return {
    text: 'elsewhere than at the optimum that is known',
    reads: [],
    kind: 'inequality',
    evaluate: (point) => atCanonical(space.encode(point)),
    atCanonical,
  };
}

/**
 * For each row whether it lies in the basin of the row `optimum` by the posterior mean. Every row belongs to its nearest better one [Preuss2010]; from the
 * few that are farthest from theirs, and from the best of all, the mean is descended.
 */
function basinOf(optimum: number, space: Space, x: Matrix, mean: Criterion, run: Run): boolean[] {
  const values = mean.value(x);
  const order = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
  const { columns, data } = x.select(order);
  const better = order.map((i, k) =>
    nearestRow(new Matrix(k, columns, data.subarray(0, k * columns)), x.row(i), -1, space),
  );
  const end = (k: number) => {
    const start = { u: x.row(order[k]).slice(), value: values[order[k]], evaluations: 0 };
    return descend(mean, space, start, run.rng.child(`descend/${order[k]}`)).u;
  };
  const root = order.indexOf(optimum);
  const bottom = end(root);
  const { sameBottomDistance, descents } = BASINS_POLICY.outside;
  const near = sameBottomDistance * sameBottomDistance * x.columns;
  const asked = new Map(
    [...order.keys()]
      .filter((k) => k !== root)
      .sort((a, b) => better[b].square - better[a].square || a - b)
      .slice(0, descents)
      .map((k) => [k, squaredDistanceIn(space, end(k), bottom) < near]),
  );
  const isInside = new Array<boolean>(x.rows);
  order.forEach((i, k) => {
    isInside[i] = k === root || (asked.get(k) ?? isInside[order[better[k].row]]);
  });
  return isInside;
}
