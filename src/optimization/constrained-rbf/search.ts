import type { Space } from '../../core/space/space.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import type { Rng } from '../../numerics/random.ts';
import { discreteCoordinates, discreteNeighbors, realCoordinates } from '../inner-search/discrete-moves.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';
import { believedMerit, type Program, type Solution, solve } from './program.ts';

/** The box within `radius` of a center, or the cube; a discrete coordinate may always move by a level. */
export function boundsAround(
  { columns }: Space,
  radius: number,
  center?: Float64Array,
): { lower: Float64Array; upper: Float64Array } {
  const bound = (side: -1 | 1) =>
    Float64Array.from(columns, ({ levels }, j) => {
      const isReal = levels === Number.POSITIVE_INFINITY;
      const edge = isReal ? 0 : 0.5 / levels;
      const limit = side < 0 ? edge : 1 - edge;
      if (!center) return limit;
      const reach = center[j] + side * Math.max(radius, isReal ? 0 : 1 / levels);
      return side < 0 ? Math.max(limit, reach) : Math.min(limit, reach);
    });
  return { lower: bound(-1), upper: bound(1) };
}

/** The most promising of many points within a program's bounds, best first. */
export function promising(
  space: Space,
  program: Program,
  prices: Float64Array,
  rng: Rng,
  count: number,
): Float64Array[] {
  const { lower, upper, model } = program;
  const x = quasiRandomPoints(space, CONSTRAINED_RBF_POLICY.descent.looksForInput * space.dimension, rng);
  const values = new Float64Array(model.size);
  return Array.from({ length: x.rows }, (_, i) => {
    const u = space.canonical(x.row(i).map((v, j) => lower[j] + v * (upper[j] - lower[j])));
    model.evaluate(u, values);
    return { u, merit: believedMerit(program, prices, u, values) };
  })
    .sort((a, b) => a.merit - b.merit)
    .slice(0, count)
    .map(({ u }) => u);
}

/** The best of the solutions found from several starts. */
export function bestSolution(
  space: Space,
  program: Program,
  starts: readonly Float64Array[],
  prices: Float64Array,
  rng: Rng,
): Solution {
  const merit = ({ u, values }: Solution) => believedMerit(program, prices, u, values);
  return starts
    .map((start, i) => solveMixed(space, program, start, prices, rng.child(`solve/${i}`)))
    .reduce((best, one) => (merit(one) < merit(best) ? one : best));
}

/** Solves over reals; where there are discrete coordinates, also with the numbers among them relaxed and then snapped, and then at other levels. */
export function solveMixed(
  space: Space,
  program: Program,
  start: Float64Array,
  prices: Float64Array,
  rng: Rng,
): Solution {
  const { model } = program;
  const discrete = discreteCoordinates(space, start);
  const overReals = (from: Float64Array): Solution => {
    const solution = solve(program, from, realCoordinates(space, from));
    const u = space.canonical(solution.u);
    const values = new Float64Array(model.size);
    model.evaluate(u, values);
    return { u, values, prices: solution.prices };
  };
  let best = overReals(start);
  if (discrete.length === 0) return best;
  const merit = ({ u, values }: Solution) => believedMerit(program, prices, u, values);
  const consider = (one: Solution) => {
    if (merit(one) < merit(best)) best = one;
  };
  const numeric = discrete.filter((j) => space.columns[j].kind !== 'categorical');
  if (numeric.length > 0) {
    const free = [...realCoordinates(space, start), ...numeric].sort((a, b) => a - b);
    consider(overReals(space.canonical(solve(program, start, free).u)));
  }
  const values = new Float64Array(model.size);
  const neighbors = discrete
    .flatMap((j) => {
      const x = discreteNeighbors(space, best.u, j, rng.child(`neighbor/${j}`));
      return Array.from({ length: x.rows }, (_, i) => x.row(i).slice());
    })
    .map((u) => {
      model.evaluate(u, values);
      return { u, merit: believedMerit(program, prices, u, values) };
    })
    .sort((a, b) => a.merit - b.merit);
  for (const { u } of neighbors.slice(0, CONSTRAINED_RBF_POLICY.descent.neighbors)) consider(overReals(u));
  return best;
}
