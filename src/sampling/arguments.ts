import type { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Space } from '../core/space/space.ts';

/** Throws unless `count` is a whole number >= 0 and `seen` has the coordinates of the space. */
export function checkArguments(sampler: string, space: Space, count: number, seen: Dataset): void {
  ensure(
    Number.isSafeInteger(count) && count >= 0,
    'invalid-argument',
    `${sampler}: the number of points must be a whole number >= 0, got ${show(count)}`,
  );
  ensure(
    seen.points.columns === space.dimension,
    'invalid-argument',
    `${sampler}: the points seen have ${seen.points.columns} coordinates, the space has ${space.dimension}`,
  );
}

/** The distinct canonical points of the grid that `values` spans, one array for each coordinate, the last one fastest. */
export function distinctGrid(space: Space, values: readonly ArrayLike<number>[]): Float64Array[] {
  const distinct = new Map<string, Float64Array>();
  const index = new Int32Array(values.length);
  const total = values.reduce((product, { length }) => product * length, 1);
  for (let i = 0; i < total; i++) {
    const u = space.canonical(values.map((column, j) => column[index[j]]));
    distinct.set(u.join(), u);
    for (let j = values.length - 1; j >= 0; j--) {
      index[j] = (index[j] + 1) % values[j].length;
      if (index[j] > 0) break;
    }
  }
  return [...distinct.values()];
}

/** The canonical values of a discrete coordinate in order, (i + 1/2) / levels. */
export function levelCenters(levels: number): Float64Array {
  return Float64Array.from({ length: levels }, (_, i) => (i + 0.5) / levels);
}
