import type { Matrix } from '../../numerics/matrix.ts';
import type { Space } from './space.ts';

/** Whatever can tell whether a canonical point is known. */
export interface Known {
  has(u: Float64Array): boolean;
}

/** Squared Euclidean distance in the unit cube. */
export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/** A step along a periodic coordinate, the short way around. */
export function shortWay(step: number): number {
  return step - Math.round(step);
}

/** As {@link squaredDistance}, the short way around where a coordinate is periodic. */
export function squaredDistanceIn({ columns }: Space, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) {
    const step = a[j] - b[j];
    sum += (columns[j].periodic ? shortWay(step) : step) ** 2;
  }
  return sum;
}

/**
 * The row of x nearest to u, the first of equals, `except` left out, and its squared distance; Infinity where there is none. With a `space` as by
 * {@link squaredDistanceIn}.
 */
export function nearestRow(
  { data, rows, columns }: Matrix,
  u: Float64Array,
  except = -1,
  space?: Space,
): { row: number; square: number } {
  const periodic = space?.columns.map((column) => column.periodic);
  const isPeriodic = periodic?.includes(true) ? periodic : undefined;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    if (row === except) continue;
    let square = 0;
    for (let j = 0, at = row * columns; j < columns && square < least; j++, at++) {
      const step = u[j] - data[at];
      square += (isPeriodic?.[j] ? shortWay(step) : step) ** 2;
    }
    if (square < least) {
      best = row;
      least = square;
    }
  }
  return { row: best, square: least };
}

/** Whether u is a row of x: faster than a set when it is asked once. */
export function isRow(u: Float64Array, { data, rows, columns }: Matrix): boolean {
  for (let i = 0; i < rows; i++) {
    let j = 0;
    while (j < columns && data[i * columns + j] === u[j]) j++;
    if (j === columns) return true;
  }
  return false;
}

/** Canonical points that are known already, each with a number (such as its merit). */
export class PointSet {
  readonly #values = new Map<string, number>();

  /** The rows of each n x d matrix, with value NaN. */
  static of(...points: readonly Matrix[]): PointSet {
    const set = new PointSet();
    for (const x of points) for (let i = 0; i < x.rows; i++) set.add(x.row(i));
    return set;
  }

  /** Remembers a point; of equal points the first keeps its value. */
  add(u: Float64Array, value: number = Number.NaN): void {
    const key = keyOf(u);
    if (!this.#values.has(key)) this.#values.set(key, value);
  }

  has(u: Float64Array): boolean {
    return this.#values.has(keyOf(u));
  }

  /** The value of a point, or undefined when it is not known. */
  get(u: Float64Array): number | undefined {
    return this.#values.get(keyOf(u));
  }

  get size(): number {
    return this.#values.size;
  }
}

let numbers = new Float64Array(0);
let letters = new Uint16Array(0);

/** The bits of the coordinates as a text; there is one zero. */
function keyOf(u: Float64Array): string {
  if (numbers.length !== u.length) {
    numbers = new Float64Array(u.length);
    letters = new Uint16Array(numbers.buffer);
  }
  for (let j = 0; j < u.length; j++) numbers[j] = u[j] + 0;
  return String.fromCharCode.apply(null, letters as unknown as number[]);
}
