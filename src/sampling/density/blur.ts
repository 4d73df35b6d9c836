import type { Space } from '../../core/space/space.ts';
import type { Rng } from '../../numerics/random.ts';
import type { KnownRows } from './known-rows.ts';

/** A number that left [0, 1] mirrored at the bound, or carried round where the coordinate is periodic. */
export function mirrored(value: number, j: number, { columns }: Space): number {
  if (columns[j].periodic) return value - Math.floor(value);
  const within = Math.abs(value) % 2;
  return within > 1 ? 2 - within : within;
}

/**
 * A random row with normal noise of `width` standard deviations of each coordinate, those of the values that are not shared. A category, and a value that many rows share, is drawn
 * anew from its coordinate with a chance of `again`, and else stays.
 */
export function blurredRow(known: KnownRows, width: number, again: number, rng: Rng): Float64Array {
  const { space, points, size } = known;
  const was = points.row(rng.integer(size));
  const u = was.slice();
  for (let j = 0; j < u.length; j++) {
    const { blurred, shared } = known.column(j);
    if (space.columns[j].kind === 'categorical' || shared.has(u[j])) {
      if (again > 0 && rng.uniform() < again) u[j] = known.draw(j, rng);
    } else u[j] = mirrored(u[j] + width * blurred * rng.normal(), j, space);
  }
  return known.settled(u, was, rng);
}
