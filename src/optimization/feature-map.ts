import type { Column } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';

/**
 * Unit-cube points as points whose Euclidean distance means something: a periodic coordinate goes around a circle of
 * circumference 1, a category to a corner of a regular simplex with edges of length 1, the others stay.
 */
export class FeatureMap {
  /** Number of features, at least d. */
  readonly width: number;
  readonly #columns: readonly Column[];
  readonly #starts: readonly number[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    let width = 0;
    this.#starts = columns.map(({ kind, periodic, levels }) => {
      const start = width;
      width += kind === 'categorical' ? levels : periodic ? 2 : 1;
      return start;
    });
    this.width = width;
  }

  /** The features of one point. */
  at(u: Float64Array): Float64Array {
    const z = new Float64Array(this.width);
    for (let j = 0; j < this.#columns.length; j++) {
      const { kind, periodic, levels } = this.#columns[j];
      const start = this.#starts[j];
      if (kind === 'categorical') z[start + Math.min(levels - 1, Math.floor(u[j] * levels))] = Math.SQRT1_2;
      else if (periodic) {
        z[start] = Math.cos(2 * Math.PI * u[j]) / (2 * Math.PI);
        z[start + 1] = Math.sin(2 * Math.PI * u[j]) / (2 * Math.PI);
      } else z[start] = u[j];
    }
    return z;
  }

  /** The features of n points, n x width. */
  of(x: Matrix): Matrix {
    const z = new Matrix(x.rows, this.width);
    for (let i = 0; i < x.rows; i++) z.data.set(this.at(x.row(i)), i * this.width);
    return z;
  }

  /** From derivatives by the features at u to derivatives by its coordinates, written to `out`. */
  pullBack(u: Float64Array, byFeature: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.#columns.length; j++) {
      const { kind, periodic } = this.#columns[j];
      const start = this.#starts[j];
      if (kind === 'categorical') out[j] = 0;
      else if (periodic) {
        const angle = 2 * Math.PI * u[j];
        out[j] = Math.cos(angle) * byFeature[start + 1] - Math.sin(angle) * byFeature[start];
      } else out[j] = byFeature[start];
    }
  }
}
