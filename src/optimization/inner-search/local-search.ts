import type { Criterion, Minimum } from '../../core/optimizer.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { lbfgsb } from '../../numerics/minimize/lbfgsb.ts';
import type { Rng } from '../../numerics/random.ts';
import { discreteCoordinates, discreteExchanges, discreteNeighbors, realCoordinates } from './discrete-moves.ts';
import { INNER_SEARCH_POLICY } from './policy.ts';

/** Goes down from a canonical point, never above it; counts the evaluations. */
export type Descent = (criterion: Criterion, space: Space, start: Minimum, rng: Rng) => Minimum;

/** How, and how far, to descend. */
export interface DescentOptions {
  /** In the real coordinates. Default: L-BFGS-B, or Gaussian steps where there is no gradient. */
  readonly inReals?: Descent;
  /** Whether two discrete coordinates are moved where one is not enough. Default true. */
  readonly pairs?: boolean;
}

/**
 * Descends from a canonical point to a local minimum: L-BFGS-B in the real coordinates (shrinking Gaussian steps when the
 * criterion has no gradient), alternated with moves of one discrete coordinate at a time, and of two where one is not enough. Never ends
 * above its start.
 */
export function descend(
  criterion: Criterion,
  space: Space,
  start: Minimum,
  rng: Rng,
  { inReals = criterion.gradient ? followGradient : wander, pairs = true }: DescentOptions = {},
): Minimum {
  let at = start;
  let best = start.value;
  for (let round = 0; round < INNER_SEARCH_POLICY.descent.rounds; round++) {
    at = inReals(criterion, space, at, rng);
    at = moveDiscrete(criterion, space, at, rng, pairs);
    if (discreteCoordinates(space, at.u).length === 0 || !(at.value < best)) return at;
    best = at.value;
  }
  return at;
}

function followGradient(criterion: Criterion, space: Space, start: Minimum): Minimum {
  const free = realCoordinates(space, start.u);
  if (free.length === 0 || !Number.isFinite(start.value)) return start;
  const u = start.u.slice();
  const place = (x: ArrayLike<number>) => {
    free.forEach((j, k) => {
      // A periodic coordinate may leave the cube on its way; the point asked for is always inside.
      u[j] = space.columns[j].periodic ? x[k] - Math.floor(x[k]) : x[k];
    });
    return u;
  };
  const objective = (x: Float64Array, slope: Float64Array) => {
    const answer = criterion.gradient!(place(x));
    free.forEach((j, k) => {
      slope[k] = answer.gradient[j];
    });
    return answer.value;
  };
  const bound = (side: number) => free.map((j) => (space.columns[j].periodic ? start.u[j] + side - 0.5 : side));
  const { iterations, gradientTolerance } = INNER_SEARCH_POLICY.descent;
  const found = lbfgsb(
    objective,
    free.map((j) => start.u[j]),
    { lower: bound(0), upper: bound(1), maxIterations: iterations, memory: 5, gradientTolerance },
  );
  return better(criterion, start, Matrix.from([space.canonical(place(found.x))]), found.evaluations);
}

/** Gaussian steps in the real coordinates, 16 at a time; the width follows success and failure. */
function wander(criterion: Criterion, space: Space, start: Minimum, rng: Rng): Minimum {
  const free = realCoordinates(space, start.u);
  if (free.length === 0) return start;
  let at = start;
  const { steps, stepWidths, stepFactors } = INNER_SEARCH_POLICY.descent;
  for (let [width, round] = [stepWidths[0], 0]; width > stepWidths[1] && round < steps; round++) {
    const rows = Array.from({ length: 16 }, () => {
      const u = at.u.slice();
      for (const j of free) u[j] += width * rng.normal();
      return space.canonical(u);
    });
    const next = better(criterion, at, Matrix.from(rows));
    width *= next.value < at.value ? stepFactors[0] : stepFactors[1];
    at = next;
  }
  return at;
}

function moveDiscrete(criterion: Criterion, space: Space, start: Minimum, rng: Rng, pairs: boolean): Minimum {
  let at = start;
  for (const j of discreteCoordinates(space, start.u))
    if (space.active(at.u)[j]) at = better(criterion, at, discreteNeighbors(space, at.u, j, rng));
  if (at.value < start.value || !pairs) return at;
  const exchanges = discreteExchanges(space, at.u, rng);
  return exchanges.rows > 0 ? better(criterion, at, exchanges) : at;
}

/** The best of a point and the rows of x; counts the evaluations. */
function better(criterion: Criterion, at: Minimum, x: Matrix, more = 0): Minimum {
  const values = criterion.value(x);
  let [u, value] = [at.u, at.value];
  values.forEach((candidate, i) => {
    if (candidate < value || (Number.isNaN(value) && !Number.isNaN(candidate)))
      [u, value] = [x.row(i).slice(), candidate];
  });
  return { u, value, evaluations: at.evaluations + more + x.rows };
}
