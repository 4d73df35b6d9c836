import type { Dataset } from '../core/dataset.ts';
import { ensure, ImagoError, show } from '../core/errors.ts';
import type { Scalar } from '../core/parameter.ts';
import type { Column, Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';

/** Differences along a coordinate below which two values are the same. */
const SAME = 1e-9;

/** More different values of a real parameter than this are no levels any more. */
const MOST_LEVELS = 20;

/** The levels of resolution that data have, and the way from points of the space to points without the resolution. */
export class ResolutionLevels {
  /** The coordinate of the resolution. */
  readonly coordinate: number;
  /** Its values, coarsest first. */
  readonly values: readonly number[];
  readonly #column: Column;

  private constructor(coordinate: number, column: Column, values: readonly number[]) {
    this.coordinate = coordinate;
    this.#column = column;
    this.values = values;
  }

  /** The levels of completed rows; `order` names them, coarsest first, and may name some without rows. */
  static of({ space, x }: Dataset, resolution: string, order: readonly Scalar[] | undefined): ResolutionLevels {
    const j = space.names.indexOf(resolution);
    ensure(
      j >= 0,
      'invalid-argument',
      `coKriging: there is no parameter '${resolution}' to be the resolution; known: ${space.names.join(', ')}`,
    );
    ensure(space.dimension > 1, 'invalid-data', `coKriging: '${resolution}' is the only parameter: nothing to model`);
    const column = space.columns[j];
    ensure(
      !column.conditional && !column.periodic,
      'invalid-argument',
      `coKriging: '${resolution}' is ${column.conditional ? 'conditional' : 'periodic'} and cannot be a resolution`,
    );
    const found = [...new Set(x.column(j).map((u) => snapped(u, column)))].sort((a, b) => a - b);
    ensure(
      found.length <= MOST_LEVELS || column.levels < Number.POSITIVE_INFINITY,
      'invalid-data',
      `coKriging: '${resolution}' has ${found.length} different values; a resolution takes few, at most ${MOST_LEVELS}: sample it at those`,
    );
    const values = order ? ordered(found, order, space, resolution) : found;
    return new ResolutionLevels(j, column, values);
  }

  /** The levels in words: `cells = 8`. */
  names(space: Space): string[] {
    return this.values.map((value) => `${this.#column.name} = ${valueAt(space, this.coordinate, value)}`);
  }

  /** The level of the point `u[at ...]`, from 0: of values without rows, the nearest one that has some; of such categories, the finest. */
  at(u: Float64Array, at: number): number {
    const own = snapped(u[at + this.coordinate], this.#column);
    const gaps = this.values.map((value) => Math.abs(value - own));
    const least = Math.min(...gaps);
    if (this.#column.kind === 'categorical' && least > SAME) return this.values.length - 1;
    return gaps.indexOf(least);
  }

  /** The level of each row of x. */
  ofRows(x: Matrix): Int32Array {
    return Int32Array.from({ length: x.rows }, (_, i) => this.at(x.data, i * x.columns));
  }

  /** The points without their resolution, n x (d - 1). */
  without(x: Matrix): Matrix {
    const rest = new Matrix(x.rows, x.columns - 1);
    for (let i = 0; i < x.rows; i++) {
      const row = x.row(i);
      rest.data.set(row.subarray(0, this.coordinate), i * rest.columns);
      rest.data.set(row.subarray(this.coordinate + 1), i * rest.columns + this.coordinate);
    }
    return rest;
  }
}

function snapped(u: number, { levels }: Column): number {
  return levels === Number.POSITIVE_INFINITY ? u : (Math.min(levels - 1, Math.floor(u * levels)) + 0.5) / levels;
}

/** The values found, in the order of the names. */
function ordered(found: readonly number[], order: readonly Scalar[], space: Space, resolution: string): number[] {
  const named = order.map((value) => space.coordinate(resolution, value));
  const used = named.map((u) => found.find((value) => Math.abs(value - u) < SAME)).filter((u) => u !== undefined);
  const unnamed = found.find((value) => !used.includes(value));
  if (unnamed !== undefined)
    throw new ImagoError(
      'invalid-data',
      `coKriging: the data have rows with '${resolution}' ${valueAt(space, space.names.indexOf(resolution), unnamed)}, which is not one of the levels ${show(order)}: name it or leave the rows out`,
    );
  ensure(
    new Set(used).size === used.length,
    'invalid-argument',
    `coKriging: levels must be different, got ${show(order)}`,
  );
  return used;
}

/** The value of a parameter that is not conditional. */
function valueAt(space: Space, j: number, value: number): string {
  const u = new Float64Array(space.dimension).fill(0.5);
  u[j] = value;
  return String(space.decode(u)[space.names[j]]);
}
