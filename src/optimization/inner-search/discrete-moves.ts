import { squaredDistance } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { INNER_SEARCH_POLICY } from './policy.ts';

/** The discrete coordinates that play a part at u. */
export function discreteCoordinates(space: Space, u: Float64Array): number[] {
  const active = space.active(u);
  return space.columns.flatMap(({ levels }, j) => (active[j] && levels < Number.POSITIVE_INFINITY ? [j] : []));
}

/** The real coordinates that play a part at u. */
export function realCoordinates(space: Space, u: Float64Array): number[] {
  const active = space.active(u);
  return space.columns.flatMap(({ levels }, j) => (active[j] && levels === Number.POSITIVE_INFINITY ? [j] : []));
}

/** Whether there is a real coordinate to descend in, active or not. */
export function isPartlyReal({ columns }: Space): boolean {
  return columns.some(({ levels }) => levels === Number.POSITIVE_INFINITY);
}

/**
 * The canonical points that differ from u in one discrete coordinate j: every other value of a category or of a short list,
 * else steps of 1, 2, 4, ... up and down. Coordinates that become active are drawn at random. k x d.
 */
export function discreteNeighbors(space: Space, u: Float64Array, j: number, rng: Rng): Matrix {
  const { kind, levels } = space.columns[j];
  const level = Math.floor(u[j] * levels);
  const targets: number[] = [];
  if (kind === 'categorical' || levels <= INNER_SEARCH_POLICY.descent.everyLevelUpTo) {
    for (let other = 0; other < levels; other++) if (other !== level) targets.push(other);
  } else
    for (let step = 1; step < levels; step *= 2)
      for (const other of [level - step, level + step]) if (other >= 0 && other < levels) targets.push(other);
  const active = space.isConditional ? space.active(u) : undefined;
  const rows = targets.map((target) => {
    const neighbor = active ? u.map((value, k) => (active[k] ? value : rng.uniform())) : u.slice();
    neighbor[j] = (target + 0.5) / levels;
    return active ? space.canonical(neighbor) : neighbor;
  });
  return Matrix.from(rows, space.dimension);
}

/**
 * The canonical points that differ from u by one level, up or down, in each of two ordered coordinates that play a part before and after:
 * where a constraint binds, one must give way to the other. Of many pairs a random few. k x d.
 */
export function discreteExchanges(space: Space, u: Float64Array, rng: Rng): Matrix {
  const ordered = discreteCoordinates(space, u).filter((j) => space.columns[j].kind !== 'categorical');
  const pairs = ordered.flatMap((i, k) => ordered.slice(k + 1).map((j) => [i, j] as const));
  const tried =
    pairs.length > INNER_SEARCH_POLICY.descent.pairs
      ? rng.shuffle(pairs).slice(0, INNER_SEARCH_POLICY.descent.pairs)
      : pairs;
  const isPlain = !space.isConditional;
  const rows = tried.flatMap(([i, j]) =>
    neighboringLevels(space, u, i).flatMap((a) => {
      const v = u.with(i, a);
      if (isPlain) return neighboringLevels(space, u, j).map((b) => v.with(j, b));
      return space.active(v)[j] ? neighboringLevels(space, u, j).map((b) => space.canonical(v.with(j, b))) : [];
    }),
  );
  return Matrix.from(rows, space.dimension);
}

/** Coordinate j one level up and down. */
function neighboringLevels({ columns }: Space, u: Float64Array, j: number): number[] {
  const { levels } = columns[j];
  const level = Math.floor(u[j] * levels);
  return [level - 1, level + 1].filter((one) => one >= 0 && one < levels).map((one) => (one + 0.5) / levels);
}

/** Whether a row of `known` has the same discrete coordinates as u and is nearer than `least`. */
export function isNear(space: Space, u: Float64Array, known: Matrix, least: number): boolean {
  const discrete = discreteCoordinates(space, u);
  for (let i = 0; i < known.rows; i++) {
    const row = known.row(i);
    if (discrete.every((j) => row[j] === u[j]) && squaredDistance(u, row) < least * least) return true;
  }
  return false;
}
