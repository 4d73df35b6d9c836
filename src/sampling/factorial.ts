import { ensure, show } from '../core/errors.ts';
import { type Factory, factory } from '../core/factory.ts';
import { count as counted, either, type OptionsOf, option, record } from '../core/options.ts';
import type { Sampler } from '../core/sampler.ts';
import type { Column, Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { checkArguments, distinctGrid, levelCenters } from './arguments.ts';

const OPTIONS = {
  levels: option(
    either(counted, record(counted)),
    'How many values each real coordinate takes, or how many each by name. Default: as many as the number of points asks for.',
  ),
};

/** Options of {@link factorial}. */
export type FactorialOptions = OptionsOf<typeof OPTIONS>;

const MOST_POINTS = 1e6;

/**
 * The full factorial design: every combination of all levels of the discrete coordinates and of equally spaced values of
 * the real ones, both bounds among them. The number of points must be that of a full grid; otherwise the error names the
 * nearest ones. Combinations that differ only in inactive coordinates are one point. The points seen play no part.
 */
export const factorial: Factory<FactorialOptions, Sampler> = factory('factorial', OPTIONS, ({ levels }) => ({
  name: 'factorial',
  sample(space, count, seen) {
    checkArguments('factorial', space, count, seen);
    if (count === 0) return new Matrix(0, space.dimension);
    return Matrix.from(levels === undefined ? gridOfSize(space, count) : gridOfLevels(space, levels, count));
  },
}));

function gridOfLevels(space: Space, levels: number | Readonly<Record<string, number>>, count: number): Float64Array[] {
  const levelsOf = ({ name }: Column) => {
    const number = typeof levels === 'object' ? levels[name] : levels;
    ensure(
      number !== undefined,
      'invalid-argument',
      `factorial: levels says nothing about the real parameter '${name}'`,
    );
    return number;
  };
  if (typeof levels === 'object')
    for (const name of Object.keys(levels))
      ensure(
        space.columns.some((column) => column.name === name && column.kind === 'real'),
        'invalid-argument',
        `factorial: levels names '${name}', which is no real parameter of the space`,
      );
  const points = grid(space, levelsOf);
  ensure(
    points.length === count,
    'invalid-argument',
    `factorial: with levels ${show(levels)} the full grid of this space has ${points.length} points, not ${count}`,
  );
  return points;
}

function gridOfSize(space: Space, count: number): Float64Array[] {
  let smaller = 0;
  for (let each = 1; ; each++) {
    const points = grid(space, () => each);
    if (points.length === count) return points;
    const finite = space.columns.every(({ kind }) => kind !== 'real');
    ensure(
      points.length < count && !finite,
      'invalid-argument',
      `factorial: no full grid of this space has ${count} points; ${[smaller, points.length].filter(Boolean).join(' and ')} are possible`,
    );
    smaller = points.length;
  }
}

function grid(space: Space, levelsOf: (column: Column) => number): Float64Array[] {
  const values = space.columns.map((column) =>
    column.kind === 'real' ? spread(levelsOf(column), column.periodic) : column.levels,
  );
  const total = values.reduce<number>((product, v) => product * (typeof v === 'number' ? v : v.length), 1);
  ensure(
    total <= MOST_POINTS,
    'invalid-argument',
    `factorial: the full grid of this space has ${total} points, more than ${MOST_POINTS}`,
  );
  return distinctGrid(
    space,
    values.map((v) => (typeof v === 'number' ? levelCenters(v) : v)),
  );
}

/** Equally spaced values from bound to bound; round a circle the second bound is the first. */
function spread(count: number, periodic: boolean): Float64Array {
  const intervals = periodic ? count : count - 1;
  return Float64Array.from({ length: count }, (_, i) => (intervals === 0 ? 0.5 : i / intervals));
}
