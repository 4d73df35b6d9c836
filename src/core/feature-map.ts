import type { Matrix } from '../numerics/matrix.ts';
import type { Column } from './space.ts';

const REAL = 0;
const PERIODIC = 1;

/**
 * Maps unit-cube points to features whose Euclidean distance is the distance that a kernel needs.
 *
 * A real, integer or ordinal coordinate is its own feature. A periodic one is a point on a circle of circumference 1,
 * so that distances are chords, `sin(pi |u - v|) / pi`. A categorical one is a corner of a regular simplex with edges of
 * length 1, so that any two levels are equally far apart (exchangeable correlation).
 */
export class FeatureMap {
  /** Number of features, at least d. */
  readonly width: number;
  /** Coordinate of each feature. */
  readonly coordinates: Int32Array;
  readonly #starts: Int32Array;
  /** Number of categories of each coordinate, or REAL, or PERIODIC. */
  readonly #levels: Int32Array;

  constructor(columns: readonly Column[]) {
    this.#levels = Int32Array.from(columns, (column) =>
      column.kind === 'categorical' ? column.levels : column.periodic ? PERIODIC : REAL,
    );
    const owners: number[] = [];
    this.#starts = Int32Array.from(this.#levels, (levels, j) => {
      const start = owners.length;
      const count = levels > 2 ? levels : levels === PERIODIC ? 2 : 1;
      for (let k = 0; k < count; k++) owners.push(j);
      return start;
    });
    this.width = owners.length;
    this.coordinates = Int32Array.from(owners);
  }

  /** Writes the features of the point `u[at ...]`, each times the scale of its coordinate, to `out[outAt ...]`. */
  write(u: Float64Array, at: number, out: Float64Array, outAt: number, scales: Float64Array): void {
    const starts = this.#starts;
    const levels = this.#levels;
    for (let j = 0; j < starts.length; j++) {
      const to = outAt + starts[j];
      const value = u[at + j];
      const scale = scales[j];
      if (levels[j] === REAL) out[to] = value * scale;
      else if (levels[j] === PERIODIC) {
        const angle = 2 * Math.PI * value;
        out[to] = (scale * Math.cos(angle)) / (2 * Math.PI);
        out[to + 1] = (scale * Math.sin(angle)) / (2 * Math.PI);
      } else if (levels[j] === 2) out[to] = levelAt(value, 2) * scale;
      else {
        for (let k = 0; k < levels[j]; k++) out[to + k] = 0;
        out[to + levelAt(value, levels[j])] = scale * Math.SQRT1_2;
      }
    }
  }

  /** d, the number of coordinates. */
  get dimension(): number {
    return this.#levels.length;
  }

  /** The unscaled features of one point, `width` numbers. */
  at(u: Float64Array): Float64Array {
    const out = new Float64Array(this.width);
    this.write(u, 0, out, 0, new Float64Array(u.length).fill(1));
    return out;
  }

  /** The unscaled features of n points, `n x width`. */
  of(x: Matrix): Float64Array {
    const out = new Float64Array(x.rows * this.width);
    const ones = new Float64Array(x.columns).fill(1);
    for (let i = 0; i < x.rows; i++) this.write(x.data, i * x.columns, out, i * this.width, ones);
    return out;
  }

  /** From derivatives by scaled features to derivatives by the coordinates of `u`, written to `out` (d numbers). */
  pullBack(u: Float64Array, byFeature: Float64Array, scales: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.#starts.length; j++) {
      const from = this.#starts[j];
      if (this.#levels[j] === REAL) out[j] = byFeature[from] * scales[j];
      else if (this.#levels[j] === PERIODIC) {
        const angle = 2 * Math.PI * u[j];
        out[j] = (Math.cos(angle) * byFeature[from + 1] - Math.sin(angle) * byFeature[from]) * scales[j];
      } else out[j] = 0;
    }
  }
}

function levelAt(u: number, levels: number): number {
  return Math.min(levels - 1, Math.max(0, Math.floor(u * levels)));
}
