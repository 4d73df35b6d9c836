import type { Matrix } from '../../numerics/matrix.ts';
import type { Embedding } from '../kernels/embedding.ts';
import type { Likelihood } from './likelihood.ts';

/** The penalized likelihood as a function of the hyper-parameters and, behind them, of the numbers of an embedding. */
export class EmbeddedLikelihood {
  readonly #likelihood: Likelihood;
  readonly #features: Float64Array;
  readonly #embedding: Embedding;
  readonly #x: Matrix;
  readonly #byFeature: Float64Array;

  /** The likelihood is of `features`, which are written anew for every evaluation, and can be differentiated by them. */
  constructor(likelihood: Likelihood, features: Float64Array, embedding: Embedding, x: Matrix) {
    this.#likelihood = likelihood;
    this.#features = features;
    this.#embedding = embedding;
    this.#x = x;
    this.#byFeature = new Float64Array(features.length);
  }

  /** The objective, with its derivatives in `gradient`. */
  value(all: Float64Array, gradient: Float64Array): number {
    const priors = this.#embedding.priors;
    const split = all.length - priors.length;
    const theta = all.subarray(0, split);
    const embedding = this.#embedding.with(all.slice(split));
    this.#features.set(embedding.map.of(this.#x));
    let value = this.#likelihood.value(theta, gradient.subarray(0, split), this.#byFeature);
    if (!Number.isFinite(value)) return value;
    const scales = theta.slice(0, embedding.map.dimension).map((l) => Math.exp(-l));
    gradient.set(embedding.slopes(this.#x, this.#byFeature, scales), split);
    priors.forEach(({ mean, deviation }, i) => {
      const off = (all[split + i] - mean) / deviation;
      value += 0.5 * off * off;
      gradient[split + i] += off / deviation;
    });
    return value;
  }
}
