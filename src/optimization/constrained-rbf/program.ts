import type { Constraint } from '../../core/problem.ts';
import { violationOf } from '../../core/problem.ts';
import { squaredDistance } from '../../core/space/point-set.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { type NonlinearProgram, sqp } from '../../numerics/minimize/sqp.ts';
import type { ConstrainedModel } from './model.ts';

/** A problem on models: what is to be minimized where. */
export interface Program {
  readonly model: ConstrainedModel;
  readonly constraints: readonly Constraint[];
  /** Typical size of the objective and of each constraint. */
  readonly scales: Float64Array;
  /** By how much each constraint is drawn in, in its own units. */
  readonly margins: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Whether there will be an answer, as a constraint with its gradient: at most 0 where that is likely. */
  readonly success?: (u: Float64Array) => { readonly value: number; readonly gradient: Float64Array };
  /** Points to stay away from, and how far. */
  readonly apart?: { readonly from: Matrix; readonly distance: number };
}

/** A solution of a program. */
export interface Solution {
  readonly u: Float64Array;
  /** The objective and the constraints as the model has them. */
  readonly values: Float64Array;
  /** How much the objective would change with each constraint, at least 0. */
  readonly prices: Float64Array;
}

/** Solves the program from `start` over the coordinates in `free`; the others stay. */
export function solve(program: Program, start: Float64Array, free: readonly number[], maxIterations = 40): Solution {
  const { model, constraints, scales, margins, success, apart } = program;
  const u = start.slice();
  const d = u.length;
  const m = constraints.length;
  const values = new Float64Array(1 + m);
  const jacobian = new Float64Array((1 + m) * d);
  const inequalities = constraints.flatMap(({ kind }, k) => (kind === 'inequality' ? [k] : []));
  const equalities = constraints.flatMap(({ kind }, k) => (kind === 'equality' ? [k] : []));
  const order = [...inequalities, ...equalities];
  const near = apart ? nearest(apart.from, start, 8) : [];
  const extra = (success ? 1 : 0) + near.length;
  const n = free.length;
  const nonlinear: NonlinearProgram = {
    lower: Float64Array.from(free, (j) => program.lower[j]),
    upper: Float64Array.from(free, (j) => program.upper[j]),
    inequalities: inequalities.length + extra,
    equalities: equalities.length,
    evaluate(x, out, gradients) {
      free.forEach((j, at) => {
        u[j] = x[at];
      });
      model.evaluate(u, values, jacobian);
      const write = (to: number, column: number, shift: number) => {
        out[to] = (values[column] + shift) / scales[column];
        for (let at = 0; at < n; at++) gradients[to * n + at] = jacobian[column * d + free[at]] / scales[column];
      };
      write(0, 0, 0);
      inequalities.forEach((k, i) => {
        write(1 + i, 1 + k, margins[k]);
      });
      let to = 1 + inequalities.length;
      if (success) {
        const { value, gradient } = success(u);
        out[to] = value;
        for (let at = 0; at < n; at++) gradients[to * n + at] = gradient[free[at]];
        to++;
      }
      for (const i of near) {
        const row = apart!.from.row(i);
        const { distance } = apart!;
        out[to] = 0.5 * (distance - squaredDistance(u, row) / distance);
        for (let at = 0; at < n; at++) gradients[to * n + at] = (row[free[at]] - u[free[at]]) / distance;
        to++;
      }
      equalities.forEach((k, i) => {
        write(to + i, 1 + k, 0);
      });
    },
  };
  const found = sqp(
    nonlinear,
    free.map((j) => start[j]),
    { maxIterations, tolerance: 1e-13 },
  );
  free.forEach((j, at) => {
    u[j] = found.x[at];
  });
  model.evaluate(u, values);
  const prices = new Float64Array(m);
  order.forEach((k, i) => {
    const at = i < inequalities.length ? i : i + extra;
    prices[k] = (Math.abs(found.multipliers[at]) * scales[0]) / scales[1 + k];
  });
  return { u, values, prices };
}

/** The model's objective and violations, each times its price. */
export function believedMerit(
  { constraints, margins, success, apart }: Program,
  prices: Float64Array,
  u: Float64Array,
  values: Float64Array,
): number {
  let sum = values[0];
  for (let k = 0; k < constraints.length; k++)
    sum +=
      prices[k] * violationOf(constraints[k], values[1 + k] + (constraints[k].kind === 'inequality' ? margins[k] : 0));
  if (success && success(u).value > 0) return Number.POSITIVE_INFINITY;
  if (
    apart &&
    nearest(apart.from, u, 1).some((i) => squaredDistance(u, apart.from.row(i)) < (0.99 * apart.distance) ** 2)
  )
    return Number.POSITIVE_INFINITY;
  // A closed form may have no value at a point, which is then no solution.
  return Number.isNaN(sum) ? Number.POSITIVE_INFINITY : sum;
}

/** The rows nearest to u. */
function nearest(x: Matrix, u: Float64Array, count: number): number[] {
  const distance = Float64Array.from({ length: x.rows }, (_, i) => squaredDistance(x.row(i), u));
  return [...distance.keys()].sort((a, b) => distance[a] - distance[b] || a - b).slice(0, count);
}
