import type { Term } from '../../core/graph/term.ts';
import { levelAt, levelTerms } from '../../core/space/feature-map.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { FittedFeatures } from './embedding.ts';

/** Angles keep this distance from where two levels are the same whatever the others are. */
const MARGIN = 0.02;

/**
 * Levels as points of a hypersphere [Rebonato1999, Zhou2011]: with `v_a` the rows of the lower triangular matrix of angles,
 * `v_a = (cos t_1, sin t_1 cos t_2, ..., sin t_1 ... sin t_a)`, two levels are `sqrt(1 - v_a . v_b)` apart. At right angles they are the
 * corners of a simplex. A squared exponential kernel of them is the exponential homoscedastic hypersphere kernel of [Saves2023].
 */
export class Hypersphere implements FittedFeatures {
  readonly kind = 'hypersphere';
  readonly width: number;
  readonly parameters: Float64Array;
  readonly prior = { mean: Math.PI / 2, deviation: 0.5, lower: MARGIN, upper: Math.PI - MARGIN };
  /** `levels x levels`, lower triangular with rows of length 1. */
  readonly #v: Float64Array;

  /** `levels (levels - 1) / 2` angles, those of a level after those of the one before; default right ones. */
  constructor(levels: number, angles: Float64Array = new Float64Array((levels * (levels - 1)) / 2).fill(Math.PI / 2)) {
    this.width = levels;
    this.parameters = angles;
    this.#v = new Float64Array(levels * levels);
    for (let a = 0; a < levels; a++) {
      let rest = 1;
      for (let b = 0; b < a; b++) {
        const angle = angles[first(a) + b];
        this.#v[a * levels + b] = rest * Math.cos(angle);
        rest *= Math.sin(angle);
      }
      this.#v[a * levels + a] = rest;
    }
  }

  /** `v_a . v_b` of all pairs of levels: 1 where they are the same, 0 where they are as far apart as by default. */
  get similarity(): Matrix {
    const c = this.width;
    const similarity = new Matrix(c, c);
    for (let a = 0; a < c; a++)
      for (let b = 0; b < c; b++)
        for (let k = 0; k < c; k++) similarity.data[a * c + b] += this.#v[a * c + k] * this.#v[b * c + k];
    return similarity;
  }

  with(angles: Float64Array): Hypersphere {
    return new Hypersphere(this.width, angles);
  }

  write(u: number, out: Float64Array, at: number, scale: number): void {
    const row = levelAt(u, this.width) * this.width;
    for (let k = 0; k < this.width; k++) out[at + k] = scale * Math.SQRT1_2 * this.#v[row + k];
  }

  slope(): number {
    return 0;
  }

  terms(u: Term, scale: number): Term[] {
    return levelTerms(u, this.width, (level, k) => scale * Math.SQRT1_2 * this.#v[level * this.width + k]);
  }

  addParameterSlopes(
    u: number,
    byFeature: Float64Array,
    at: number,
    scale: number,
    out: Float64Array,
    outAt: number,
  ): void {
    const a = levelAt(u, this.width);
    const row = a * this.width;
    const factor = scale * Math.SQRT1_2;
    // From the last angle to the first: `behind` is what the features behind an angle share its sine for.
    let behind = byFeature[at + a] * this.#v[row + a];
    for (let b = a - 1; b >= 0; b--) {
      const angle = this.parameters[first(a) + b];
      const [sine, cosine, feature] = [Math.sin(angle), Math.cos(angle), this.#v[row + b]];
      const rest = Math.abs(cosine) > 0.1 ? feature / cosine : this.#rest(a, b);
      out[outAt + first(a) + b] += factor * ((behind * cosine) / sine - byFeature[at + b] * rest * sine);
      behind += byFeature[at + b] * feature;
    }
  }

  /** The product of the sines before an angle. */
  #rest(a: number, b: number): number {
    let product = 1;
    for (let k = 0; k < b; k++) product *= Math.sin(this.parameters[first(a) + k]);
    return product;
  }
}

/** Where the angles of a level begin. */
function first(a: number): number {
  return (a * (a - 1)) / 2;
}
