import type { Column, Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';

/** The squared difference of two values of one coordinate. */
export type SquaredGap = (a: number, b: number) => number;

/**
 * How differences are measured in a column: round the circle when it is periodic; two different categories are all
 * equally far apart, at the distance that gives balanced levels the mean squared difference of uniform reals, 1/6.
 */
export function squaredGap(column?: Column): SquaredGap {
  if (column?.kind === 'categorical') {
    const apart = column.levels / (6 * (column.levels - 1));
    return (a, b) => (a === b ? 0 : apart);
  }
  if (column?.periodic)
    return (a, b) => {
      const gap = Math.abs(a - b);
      const short = Math.min(gap, 1 - gap);
      return short * short;
    };
  return (a, b) => (a - b) * (a - b);
}

/** One measure for each of the `dimension` columns; without a space all are plain reals. */
export function squaredGaps(dimension: number, space?: Space): SquaredGap[] {
  return Array.from({ length: dimension }, (_, j) => squaredGap(space?.columns[j]));
}

/** The smallest distance between two rows of x (n x d); Infinity below two rows. Costs n^2 d / 2. */
export function minimumDistance(x: Matrix, space?: Space): number {
  const gaps = squaredGaps(x.columns, space);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < i; k++) {
      let square = 0;
      for (let j = 0; j < x.columns && square < least; j++) square += gaps[j](x.get(i, j), x.get(k, j));
      least = Math.min(least, square);
    }
  return Math.sqrt(least);
}
