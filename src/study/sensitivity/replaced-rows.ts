import { type Space, snap } from '../../core/space/space.ts';
import { canonicalRows } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** n x d points of which one coordinate at a time is given other values. */
export class ReplacedRows {
  /** The points themselves, canonical. */
  readonly points: Matrix;
  readonly #space: Space;
  readonly #raw: Matrix;
  readonly #conditional: boolean;

  /** `raw` holds coordinates in [0, 1], not yet canonical: a coordinate that is inactive there may become active. */
  constructor(space: Space, raw: Matrix) {
    this.#space = space;
    this.#raw = raw;
    this.#conditional = space.isConditional;
    this.points = canonicalRows(space, raw);
  }

  /** The first `count` points with coordinate k of point i at `value(i)`, canonical. */
  with(k: number, value: (i: number) => number, count: number = this.points.rows): Matrix {
    const { columns, data } = this.#conditional ? this.#raw : this.points;
    const x = new Matrix(count, columns, data.slice(0, count * columns));
    for (let i = 0; i < count; i++) x.set(i, k, snap(value(i), this.#space.columns[k]));
    return this.#conditional ? canonicalRows(this.#space, x) : x;
  }
}
