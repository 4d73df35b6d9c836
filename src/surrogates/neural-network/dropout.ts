import type { Rng } from '../../numerics/random.ts';

/**
 * Dropout [Srivastava2014]: in each step units are left out, those of layer l (0 are the inputs) with the probability rates[l], and the
 * others count 1 / (1 - rates[l]) times, so that nothing changes in the mean.
 */
export class Dropout {
  readonly #rates: readonly number[];
  readonly #rng: Rng;
  readonly #factors: Float32Array[] = [];
  #words = new Uint32Array(0);

  constructor(rates: readonly number[], rng: Rng) {
    this.#rates = rates;
    this.#rng = rng;
  }

  /** Factors of `count` units of layer `layer`, drawn anew; undefined where none of its units is left out. */
  draw(layer: number, count: number): Float32Array | undefined {
    const rate = this.#rates[layer] ?? 0;
    if (rate === 0) return undefined;
    if (!this.#factors[layer] || this.#factors[layer].length < count) this.#factors[layer] = new Float32Array(count);
    const factors = this.#factors[layer].subarray(0, count);
    const [bar, kept] = [rate * 2 ** 32, 1 / (1 - rate)];
    if (this.#words.length < count) this.#words = new Uint32Array(count);
    const words = this.#words.subarray(0, count);
    this.#rng.fill(words);
    // No branch: nobody could guess where it goes.
    for (let i = 0; i < count; i++) factors[i] = kept * Number(words[i] >= bar);
    return factors;
  }
}

/** One affine layer: where its weights, inputs x outputs row-major, stand among the parameters. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
}

/** Shrinks the weights into each hidden unit whose norm is above `most` to that norm [Srivastava2014]. */
export function limitNorms(layers: readonly Layer[], parameters: Float64Array, most: number): void {
  for (const { inputs, outputs, weights } of layers.slice(0, -1)) {
    const squares = new Float64Array(outputs);
    for (let i = 0, at = weights; i < inputs; i++)
      for (let j = 0; j < outputs; j++, at++) squares[j] += parameters[at] * parameters[at];
    const factors = squares.map((square) => (square > most * most ? most / Math.sqrt(square) : 1));
    if (factors.every((factor) => factor === 1)) continue;
    for (let i = 0, at = weights; i < inputs; i++) for (let j = 0; j < outputs; j++, at++) parameters[at] *= factors[j];
  }
}
