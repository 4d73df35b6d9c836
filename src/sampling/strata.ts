import type { Column, Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';

/** Where in its stratum a new point lies. */
export type Placement = 'random' | 'centered';

// A point on the edge of two strata, give or take its rounding, counts to the upper one at every fineness. Without it the
// center of a coarse stratum could be found in the left of two strata once and in the right one later.
const EDGE = 2 ** -50;

/** Which of `count` equal strata of [0, 1] holds u: 0 .. count - 1. */
export function stratumOf(u: number, count: number): number {
  return Math.min(count - 1, Math.floor((u + EDGE) * count));
}

/**
 * `count` new values of one coordinate beside the values `seen` there, in no useful order. Of the N = seen + count strata
 * each holds at most one new value, and none that holds a seen one; so as few as possible stay empty, and none when the
 * seen values are a Latin hypercube whose size divides N [McKay1979]. A discrete coordinate with fewer levels than N gets
 * its levels as equally often as the seen values allow.
 */
export function fillStrata(
  column: Column,
  seen: readonly number[],
  count: number,
  placement: Placement,
  rng: Rng,
): Float64Array {
  const total = seen.length + count;
  return column.levels < total
    ? fillLevels(column.levels, seen, count, rng)
    : fillFree(column.levels, freeStrata(seen, total), count, total, placement, rng);
}

function freeStrata(seen: readonly number[], total: number): number[] {
  const occupied = new Uint8Array(total);
  for (const u of seen) occupied[stratumOf(u, total)] = 1;
  const free: number[] = [];
  for (let s = 0; s < total; s++) if (!occupied[s]) free.push(s);
  return free;
}

function fillFree(
  levels: number,
  free: readonly number[],
  count: number,
  total: number,
  placement: Placement,
  rng: Rng,
): Float64Array {
  // Every (free / count)-th free stratum, from a random start, spreads the new values over the gaps.
  const start = rng.uniform();
  return Float64Array.from({ length: count }, (_, i) => {
    const stratum = free[Math.min(free.length - 1, Math.floor(((i + start) * free.length) / count))];
    return levels === Number.POSITIVE_INFINITY
      ? realIn(stratum, total, placement, rng)
      : levelIn(stratum, total, levels, placement, rng);
  });
}

function realIn(stratum: number, total: number, placement: Placement, rng: Rng): number {
  if (placement === 'centered') return (stratum + 0.5) / total;
  // Rounding may carry a number beside the edge into the next stratum.
  let u = (stratum + rng.uniform()) / total;
  while (stratumOf(u, total) !== stratum) u = (stratum + rng.uniform()) / total;
  return u;
}

/** One of the levels whose center lies in the stratum; there is one, as there are at least as many levels as strata. */
function levelIn(stratum: number, total: number, levels: number, placement: Placement, rng: Rng): number {
  const center = (level: number) => (level + 0.5) / levels;
  const firstFrom = (s: number) => {
    let level = Math.max(0, Math.ceil((s * levels) / total - 0.5) - 1);
    while (level < levels && stratumOf(center(level), total) < s) level++;
    return level;
  };
  const first = firstFrom(stratum);
  const width = (stratum + 1 < total ? firstFrom(stratum + 1) : levels) - first;
  return center(first + (placement === 'centered' ? width >> 1 : rng.integer(width)));
}

function fillLevels(levels: number, seen: readonly number[], count: number, rng: Rng): Float64Array {
  const uses = new Int32Array(levels);
  for (const u of seen) uses[stratumOf(u, levels)]++;
  const values = new Float64Array(count);
  let made = 0;
  // Raise the least used levels together; the last, incomplete layer is a random choice among them.
  for (let least = Math.min(...uses); made < count; least++) {
    const lowest: number[] = [];
    for (let level = 0; level < levels; level++) if (uses[level] === least) lowest.push(level);
    for (const level of rng.shuffle(lowest).slice(0, count - made)) {
      uses[level]++;
      values[made++] = (level + 0.5) / levels;
    }
  }
  return values;
}

/**
 * For each coordinate, how many strata hold no point: of n equal strata for n points (0 for a Latin hypercube), or of
 * the levels when a discrete coordinate has fewer. A conditional coordinate counts only the rows where it is active.
 * Without a space every coordinate is a real one.
 */
export function emptyStrata(x: Matrix, space?: Space): number[] {
  return Array.from({ length: x.columns }, (_, j) => {
    const values = activeValues(x, j, space);
    const strata = Math.min(values.length, space?.columns[j].levels ?? Number.POSITIVE_INFINITY);
    const occupied = new Uint8Array(strata);
    for (const u of values) occupied[stratumOf(u, strata)] = 1;
    return occupied.reduce((empty, used) => empty - used, strata);
  });
}

/** The values of coordinate j in the rows where it is active. */
export function activeValues(x: Matrix, j: number, space?: Space): number[] {
  const values: number[] = [];
  const conditional = space?.columns[j].conditional;
  for (let i = 0; i < x.rows; i++) if (!conditional || space?.active(x.row(i))[j]) values.push(x.get(i, j));
  return values;
}
