import type { TestFunction } from '../../simulators/test-functions/test-function.ts';
import type { Parameter } from '../../src/core/space/parameter.ts';
import { lbfgsb } from '../../src/numerics/minimize/lbfgsb.ts';
import { Rng } from '../../src/numerics/random.ts';

/** The interval of a parameter of a test function. */
export function interval(parameter: Parameter): [number, number] {
  if (parameter.kind === 'ordinal') return [parameter.values[0], parameter.values[parameter.values.length - 1]];
  if (parameter.kind === 'categorical') throw new RangeError('test functions have no categories');
  return [parameter.lower, parameter.upper];
}

/** How far a point is outside: the largest constraint, each relative to its size around the box. */
export function violation(problem: TestFunction, x: readonly number[], scales: readonly number[]): number {
  const { g, h } = problem.evaluate(x);
  const excess = [...g.map((value) => Math.max(0, value)), ...h.map(Math.abs)];
  return Math.max(0, ...excess.map((value, i) => value / scales[i]));
}

/** The median size of each constraint (then equality) over 101 points of the box. */
export function constraintScales(problem: TestFunction): number[] {
  const rng = new Rng(`scales/${problem.name}`);
  const bounds = Object.values(problem.parameters).map(interval);
  const answers = Array.from({ length: 101 }, () => {
    const { g, h } = problem.evaluate(bounds.map(([low, high]) => low + (high - low) * rng.uniform()));
    return [...g, ...h].map(Math.abs);
  });
  return (answers[0] ?? []).map((_, i) => answers.map((row) => row[i]).sort((a, b) => a - b)[50]);
}

/**
 * A local minimum near `start` (unit cube) by the augmented Lagrangian of Powell, Hestenes and Rockafellar over L-BFGS-B with central
 * differences; parameters in `fixed` stay where `start` has them. Knows nothing of the declared optimum.
 */
export function solve(
  problem: TestFunction,
  start: ArrayLike<number>,
  scales: readonly number[],
  fixed: readonly number[] = [],
) {
  const bounds = Object.values(problem.parameters).map(interval);
  const dimension = bounds.length;
  const decode = (u: ArrayLike<number>) => bounds.map(([low, high], i) => low + (high - low) * u[i]);
  const equalities = problem.equalities ?? 0;
  const answer = (u: ArrayLike<number>) => {
    const { f, g, h } = problem.evaluate(decode(u));
    return [f, ...[...g, ...h].map((value, i) => value / scales[i])];
  };
  const count = scales.length;
  const size = Math.max(1e-3, Math.abs(answer(start)[0]));
  const multipliers = new Array<number>(count).fill(0);
  let weight = 10;
  const lagrangian = (u: ArrayLike<number>) => {
    const [f, ...c] = answer(u);
    let value = f / size;
    for (let i = 0; i < count; i++) {
      const shifted = c[i] + multipliers[i] / weight;
      if (i >= count - equalities || shifted > 0) value += (weight / 2) * shifted ** 2;
    }
    return value;
  };
  const lower = Float64Array.from({ length: dimension }, (_, i) => (fixed.includes(i) ? start[i] : 0));
  const upper = Float64Array.from({ length: dimension }, (_, i) => (fixed.includes(i) ? start[i] : 1));
  const objective = (u: Float64Array, gradient: Float64Array) => {
    const at = Float64Array.from(u);
    for (let i = 0; i < dimension; i++) {
      const [low, high] = [Math.max(lower[i], u[i] - 1e-6), Math.min(upper[i], u[i] + 1e-6)];
      at[i] = high;
      const above = lagrangian(at);
      at[i] = low;
      gradient[i] = high > low ? (above - lagrangian(at)) / (high - low) : 0;
      at[i] = u[i];
    }
    return lagrangian(u);
  };
  let u = Float64Array.from(start);
  let before = Infinity;
  for (let round = 0; round < (count ? 25 : 1); round++) {
    u = Float64Array.from(
      lbfgsb(objective, u, { lower, upper, gradientTolerance: 1e-9, valueTolerance: 1e-15, maxIterations: 300 }).x,
    );
    const c = answer(u).slice(1);
    for (let i = 0; i < count; i++) {
      multipliers[i] += weight * c[i];
      if (i < count - equalities) multipliers[i] = Math.max(0, multipliers[i]);
    }
    const outside = violation(problem, decode(u), scales);
    if (outside > before / 4) weight = Math.min(1e7, weight * 5);
    before = outside;
  }
  const x = decode(u);
  return { x, value: problem.evaluate(x).f, violation: violation(problem, x, scales) };
}
