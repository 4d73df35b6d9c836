import { type GradientEnhancedKernel, type RadialDerivatives, radialDerivatives, type Separation } from './kernel.ts';

/**
 * The correlations between a process and its slopes at two points u and v: with s the sum over the coordinates of w h(u_j - v_j), w one
 * over the squared lengthscale, and a = ds/du_j, c = d2s/du_j2,
 *
 * `cov(f, f') = g`, `cov(f_j, f') = g' a_j = -cov(f, f'_j)`, `cov(f_j, f'_l) = -(g'' a_j a_l + [j = l] g' c_j)`
 *
 * [RasmussenWilliams2006, 9.4]. One object is used for one pair after the other.
 */
export class SlopePair {
  readonly kernel: GradientEnhancedKernel;
  readonly #separations: readonly Separation[];
  /** w h of each coordinate, d numbers. */
  readonly distances: Float64Array;
  /** First and second derivative of s by each coordinate, d numbers each; what else is zero. */
  readonly a: Float64Array;
  readonly c: Float64Array;
  /** The third. */
  readonly t: Float64Array;
  readonly radial: RadialDerivatives = { g: 1, g1: 0, g2: 0, g3: 0 };

  constructor(kernel: GradientEnhancedKernel, separations: readonly Separation[]) {
    this.kernel = kernel;
    this.#separations = separations;
    const d = separations.length;
    this.distances = new Float64Array(d);
    this.a = new Float64Array(d);
    this.c = new Float64Array(d);
    this.t = new Float64Array(d);
  }

  /** For the points at `u[at ...]` and `v[to ...]`, with the weights w. */
  set(u: Float64Array, at: number, v: Float64Array, to: number, weights: Float64Array): void {
    let s = 0;
    for (let j = 0; j < weights.length; j++) {
      const e = u[at + j] - v[to + j];
      const { h, h1, h2, h3 } = this.#separations[j];
      this.distances[j] = weights[j] * h(e);
      this.a[j] = weights[j] * h1(e);
      this.c[j] = weights[j] * h2(e);
      this.t[j] = weights[j] * h3(e);
      s += this.distances[j];
    }
    radialDerivatives(this.kernel, s, this.radial);
  }

  /** cov(f_j, f'_l). */
  slopes(j: number, l: number): number {
    const { g1, g2 } = this.radial;
    return -(g2 * this.a[j] * this.a[l] + (j === l ? g1 * this.c[j] : 0));
  }

  /** The derivative of cov(f_j, f') by u_m. */
  bend(j: number, m: number): number {
    return -this.slopes(j, m);
  }

  /** The derivative of cov(f_j, f'_l) by u_m. */
  slopesBend(j: number, l: number, m: number): number {
    const { a, c, t } = this;
    const { g1, g2, g3 } = this.radial;
    let sum = g3 * a[m] * a[j] * a[l];
    if (j === m) sum += g2 * c[j] * a[l];
    if (l === m) sum += g2 * a[j] * c[l];
    if (j === l) sum += g2 * a[m] * c[j];
    if (j === l && l === m) sum += g1 * t[j];
    return -sum;
  }
}

/** Variance of a slope of a process of variance 1, for a weight of 1: twice minus g'(0). */
export function slopeVariance(kernel: GradientEnhancedKernel): number {
  return kernel === 'squared-exponential' ? 1 : 5 / 3;
}
