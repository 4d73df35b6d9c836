import { Matrix } from '../matrix.ts';

/** The terms of a polynomial: none, 1, the coordinates as well, their squares as well, all products of two as well. */
export type PolynomialTail = 'none' | 'constant' | 'linear' | 'separable' | 'quadratic';

/** Polynomials of degree at most two in coordinates that are centered and scaled to the points that they will fit. */
export class PolynomialBasis {
  /** The coordinates multiplied in each term, -1 for a factor of one. */
  readonly terms: readonly (readonly [number, number])[];
  /** A factor of a term is `(z_j - center_j) scale_j`. */
  readonly center: Float64Array;
  readonly scale: Float64Array;

  /** `x` is n x w. Coordinates that are the same in every row are left out. */
  constructor(x: Matrix, tail: PolynomialTail) {
    const w = x.columns;
    this.center = new Float64Array(w);
    this.scale = new Float64Array(w);
    for (let j = 0; j < w; j++) {
      const column = x.column(j);
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const v of column) [least, most] = [Math.min(least, v), Math.max(most, v)];
      this.center[j] = (least + most) / 2;
      this.scale[j] = most > least ? 2 / (most - least) : 0;
    }
    const varying = [...this.scale.keys()].filter((j) => this.scale[j] > 0);
    const terms: [number, number][] = tail === 'none' || x.rows === 0 ? [] : [[-1, -1]];
    if (terms.length > 0 && tail !== 'constant') {
      for (const j of varying) terms.push([j, -1]);
      if (tail !== 'linear') for (const j of varying) terms.push([j, j]);
      if (tail === 'quadratic') for (const j of varying) for (const k of varying) if (k < j) terms.push([j, k]);
    }
    this.terms = terms;
  }

  /** n x terms, the terms at the rows of x. */
  matrix(x: Matrix): Matrix {
    const p = new Matrix(x.rows, this.terms.length);
    const z = new Float64Array(x.columns);
    for (let i = 0; i < x.rows; i++) {
      z.set(x.row(i));
      for (let t = 0; t < p.columns; t++) {
        const [j, k] = this.terms[t];
        p.set(i, t, this.#factor(z, j) * this.#factor(z, k));
      }
    }
    return p;
  }

  /** The terms at one point. */
  at(z: Float64Array): Float64Array {
    return Float64Array.from(this.terms, ([j, k]) => this.#factor(z, j) * this.#factor(z, k));
  }

  #factor(z: Float64Array, j: number): number {
    return j < 0 ? 1 : (z[j] - this.center[j]) * this.scale[j];
  }

  /** Adds the polynomials with the given coefficients at z to `values`, and their gradients to the rows of `gradients`. */
  add(
    columns: readonly { readonly tail: Float64Array }[],
    z: Float64Array,
    values: Float64Array,
    gradients: Float64Array | undefined,
  ): void {
    const w = z.length;
    for (let t = 0; t < this.terms.length; t++) {
      const [j, k] = this.terms[t];
      const a = this.#factor(z, j);
      const b = this.#factor(z, k);
      for (let c = 0; c < columns.length; c++) {
        const coefficient = columns[c].tail[t];
        values[c] += coefficient * a * b;
        if (!gradients) continue;
        if (j >= 0) gradients[c * w + j] += coefficient * b * this.scale[j];
        if (k >= 0) gradients[c * w + k] += coefficient * a * this.scale[k];
      }
    }
  }
}
