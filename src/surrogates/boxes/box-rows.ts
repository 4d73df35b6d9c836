import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { levelAt } from '../../core/space/feature-map.ts';
import type { Column } from '../../core/space/space.ts';
import type { Box, Sought } from '../../core/structure.ts';
import { argsort, sortSpace } from '../trees/order.ts';

/** Points as boxes are found among them. */
export interface BoxRows {
  /** n. */
  readonly size: number;
  readonly space: readonly Column[];
  /** d columns of n numbers. */
  readonly columns: readonly Float64Array[];
  /** order[j] sorts column j. */
  readonly order: readonly Int32Array[];
  /** n numbers, how often each row counts. */
  readonly weights: Float64Array;
  /** n numbers from 0 to 1: how much each row is what is sought. */
  readonly wanted: Float64Array;
  /** What all rows weigh, and what is sought among them. */
  readonly total: number;
  readonly sum: number;
}

/** The sides of a box, and of a category the levels inside. */
export type Sides = Pick<Box, 'lower' | 'upper' | 'levels'>;

/** The rows of a data set whose outputs are all finite, and how much each is what is sought. */
export function boxRows(data: Dataset, sought: Sought): BoxRows {
  const { x, size } = data;
  const columns = Array.from({ length: x.columns }, (_, j) => x.column(j));
  const room = sortSpace(size);
  const order = columns.map((column) => {
    const sorted = new Int32Array(size);
    argsort(column, sorted, room);
    return sorted;
  });
  const weights = data.weights ?? new Float64Array(size).fill(1);
  const wanted = wantedOf(data, sought);
  const total = weights.reduce((all, weight) => all + weight, 0);
  const sum = wanted.reduce((all, share, i) => all + share * weights[i], 0);
  return { size, space: data.space.columns, columns, order, weights, wanted, total, sum };
}

/** n numbers from 0 to 1: the share of the class that is sought, or 1 where the number is on the side that is. */
function wantedOf(data: Dataset, { output, is, below, above }: Sought): Float64Array {
  const names = data.outputs.map(({ name }) => name);
  const k = names.indexOf(output);
  ensure(k >= 0, 'invalid-data', () => `boxes: there is no output ${show(output)}; known: ${names.join(', ')}`);
  const { start } = predictionColumns(data.outputs)[k];
  const { classes } = data.outputs[k];
  const targets = data.targets();
  if (!classes) {
    ensure(
      is === undefined,
      'invalid-data',
      () => `boxes: output '${output}' is a number; say what is sought by below or above, not by is: ${show(is)}`,
    );
    const [most, least] = [below ?? Number.POSITIVE_INFINITY, above ?? Number.NEGATIVE_INFINITY];
    return targets.column(start).map((value) => (value < most && value > least ? 1 : 0));
  }
  const at = is === undefined ? -1 : classes.indexOf(is);
  ensure(
    at >= 0,
    'invalid-data',
    () => `boxes: output '${output}' is a class; is must be one of ${classes.join(', ')}, got ${show(is)}`,
  );
  return targets.column(start + at);
}

/** The sides of the whole cube. */
export function wholeCube({ columns }: BoxRows): Sides {
  return {
    lower: new Float64Array(columns.length),
    upper: new Float64Array(columns.length).fill(1),
    levels: columns.map(() => undefined),
  };
}

/** The sides with others at one column. */
export function withSides(
  sides: Sides,
  column: number,
  lower: number,
  upper: number,
  levels?: readonly number[],
): Sides {
  return {
    lower: sides.lower.map((value, j) => (j === column ? lower : value)),
    upper: sides.upper.map((value, j) => (j === column ? upper : value)),
    levels: sides.levels.map((value, j) => (j === column ? levels : value)),
  };
}

/** n bytes: at how many columns each row is outside, counted up to 2. */
export function outsideOf({ size, space, columns }: BoxRows, sides: Sides): Uint8Array {
  const outside = new Uint8Array(size);
  for (let j = 0; j < columns.length; j++)
    for (let i = 0; i < size; i++) if (outside[i] < 2 && !isWithin(space[j], sides, j, columns[j][i])) outside[i]++;
  return outside;
}

/** Whether a coordinate is between the sides of a box at its column. */
export function isWithin({ levels: count }: Column, { lower, upper, levels }: Sides, j: number, u: number): boolean {
  return u >= lower[j] && u <= upper[j] && levels[j]?.includes(levelAt(u, count)) !== false;
}

/** The box with these sides, and what is inside. */
export function boxOf(rows: BoxRows, sides: Sides): Box {
  const outside = outsideOf(rows, sides);
  let [weight, sum] = [0, 0];
  for (let i = 0; i < rows.size; i++)
    if (outside[i] === 0) {
      weight += rows.weights[i];
      sum += rows.weights[i] * rows.wanted[i];
    }
  return { ...sides, ...sharesOf(rows, weight, sum), volume: volumeOf(rows, sides) };
}

/** Coverage, density and support of what weighs so much, and has so much of what is sought. */
export function sharesOf(rows: BoxRows, weight: number, sum: number): Pick<Box, 'coverage' | 'density' | 'support'> {
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);
  return { coverage: share(sum, rows.sum), density: share(sum, weight), support: share(weight, rows.total) };
}

/** The share of the unit cube: of a real input its length, of others the levels inside. */
export function volumeOf({ space }: BoxRows, sides: Sides): number {
  const { lower, upper, levels } = sides;
  return space.reduce((volume, column, j) => {
    const { levels: count } = column;
    if (count === Number.POSITIVE_INFINITY) return volume * Math.max(0, Math.min(1, upper[j]) - Math.max(0, lower[j]));
    if (levels[j]) return (volume * levels[j].length) / count;
    const inside = Array.from({ length: count }, (_, level) => (level + 0.5) / count).filter((u) =>
      isWithin(column, sides, j, u),
    );
    return (volume * inside.length) / count;
  }, 1);
}
