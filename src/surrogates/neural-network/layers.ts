import type { Convolution } from '../../numerics/kernels/convolution-shape.ts';
import type { Rng } from '../../numerics/random.ts';
import type { Dropout } from './dropout.ts';
import { type Activation, activate, multiply, sumColumns, transpose } from './kernels.ts';

/** One affine layer: inputs x outputs weights (row-major) and a bias for each output, at these places of the parameters. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  /** Where the layer is a convolution: what it sees. */
  readonly convolution?: Convolution;
}

/** The next multiple of 4, the width of the kernels' tiles. Units past the true width have zero weights and never learn. */
export function padded(width: number): number {
  return Math.ceil(width / 4) * 4;
}

/** The shape of a multi-layer perceptron: affine layers with a nonlinearity between them. Its parameters are one flat array. */
export class Network {
  readonly layers: readonly Layer[];
  readonly activation: Activation;
  /** Length of the array of parameters. */
  readonly size: number;
  /** Of inputs, hidden layers and outputs, without the units that fill a tile. */
  readonly widths: readonly number[];

  /** `widths`: inputs, hidden layers, outputs. */
  constructor(widths: readonly number[], activation: Activation) {
    let at = 0;
    this.activation = activation;
    this.widths = widths;
    this.layers = widths.slice(1).map((width, l) => {
      const [inputs, outputs] = [padded(widths[l]), padded(width)];
      const weights = at;
      at += inputs * outputs + outputs;
      return { inputs, outputs, weights, biases: weights + inputs * outputs };
    });
    this.size = at;
  }

  /**
   * Random weights, uniform in +-sqrt(6 / (inputs + outputs)) [Glorot2010], for relu and swish, which pass half of their
   * input, in +-sqrt(6 / inputs) [He2015]; biases zero.
   */
  initialize(rng: Rng): Float64Array {
    const parameters = new Float64Array(this.size);
    this.layers.forEach((layer, l) => {
      const [inputs, outputs] = [this.widths[l], this.widths[l + 1]];
      const last = l === this.layers.length - 1;
      const bound = Math.sqrt(6 / (this.activation === 'tanh' || last ? inputs + outputs : inputs));
      for (let i = 0; i < inputs; i++)
        for (let j = 0; j < outputs; j++)
          parameters[layer.weights + i * layer.outputs + j] = bound * (2 * rng.uniform() - 1);
    });
    return parameters;
  }
}

/** Room for the passes of a batch of up to `capacity` rows through a network. */
export class Pass {
  readonly network: Network;
  readonly capacity: number;
  /** values[0] takes the inputs, capacity x padded width; values[l] is what layer l answers. */
  readonly values: readonly Float64Array[];
  /** deltas[l] is the derivative of the loss by values[l]; whoever calls `backward` fills the last. */
  readonly deltas: readonly Float64Array[];
  readonly #slopes: readonly Float64Array[];
  readonly #transposed: Float64Array;

  constructor(network: Network, capacity: number) {
    const rows = capacity + (capacity & 1);
    const { layers } = network;
    const widths = [layers[0].inputs, ...layers.map((layer) => layer.outputs)];
    this.network = network;
    this.capacity = capacity;
    this.values = widths.map((width) => new Float64Array(rows * width));
    this.deltas = widths.map((width) => new Float64Array(rows * width));
    this.#slopes = widths.map((width) => new Float64Array(rows * width));
    this.#transposed = new Float64Array(Math.max(...layers.map((layer) => layer.inputs * layer.outputs)));
  }

  /** Takes the first `count` rows of the inputs through the network; returns the outputs, count x padded width. */
  forward(parameters: Float64Array, count: number, dropout?: Dropout): Float64Array {
    const { layers, activation } = this.network;
    const rows = count + (count & 1);
    const drop = (l: number, size: number) => {
      const factors = dropout?.draw(l, size);
      if (factors) for (const array of [this.values[l], this.#slopes[l]]) times(array, factors, size);
    };
    drop(0, count * layers[0].inputs);
    layers.forEach(({ inputs, outputs, weights, biases }, l) => {
      const [from, to] = [this.values[l], this.values[l + 1]];
      multiply(rows, outputs, inputs, from, inputs, 1, parameters, weights, to, 0, parameters, biases);
      if (l === layers.length - 1) return;
      activate(activation, rows * outputs, to, this.#slopes[l + 1]);
      drop(l + 1, count * outputs);
    });
    return this.values[layers.length];
  }

  /**
   * Back-propagation [Rumelhart1986] of the last deltas through the pass made before: writes the derivative of the loss by
   * every parameter to `gradient`, or, without one, goes on to the derivative by the inputs, deltas[0].
   */
  backward(parameters: Float64Array, count: number, gradient?: Float64Array): void {
    const { layers } = this.network;
    const rows = count + (count & 1);
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, weights, biases } = layers[l];
      const [before, delta] = [this.values[l], this.deltas[l + 1]];
      // The row that makes an odd count even is no part of the batch.
      if (rows > count) delta.fill(0, count * outputs, rows * outputs);
      if (gradient) {
        multiply(inputs, outputs, rows, before, 1, inputs, delta, 0, gradient, weights);
        sumColumns(rows, outputs, delta, gradient, biases);
        if (l === 0) return;
      }
      transpose(inputs, outputs, parameters, weights, this.#transposed);
      multiply(rows, inputs, outputs, delta, outputs, 1, this.#transposed, 0, this.deltas[l], 0);
      if (l > 0) times(this.deltas[l], this.#slopes[l], rows * inputs);
    }
  }
}

function times(values: Float64Array, factors: Float64Array | Float32Array, count: number): void {
  for (let i = 0; i < count; i++) values[i] *= factors[i];
}
