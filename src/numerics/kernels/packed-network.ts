import { Arena } from './arena.ts';
import { type Convolution, mapPixels, mapShape } from './convolution-shape.ts';
import type { NetworkMemory } from './network-kernels.ts';

/** One affine layer: inputs x outputs weights and a bias for each output, at these places of the parameters; widths are multiples of 4. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  /** Where the layer is a convolution, which is followed by the largest of each 2 x 2 pixels: `inputs` are those of a patch. */
  readonly convolution?: Convolution;
}

/** The shape of a network. */
interface Shape {
  readonly layers: readonly Layer[];
  /** Number of parameters. */
  readonly size: number;
  readonly activation: 'tanh' | 'relu' | 'swish';
}

/** Writes the inputs of some rows, one row after the other. */
export type WriteRows = (rows: Int32Array, out: Float32Array) => void;

/** Factors of the first `count` units of layer `layer` (0 are the inputs) in a pass; undefined where all are 1. */
export interface UnitFactors {
  draw(layer: number, count: number): Float32Array | undefined;
}

/** What the kernels call the nonlinearities. */
export const ACTIVATIONS = { tanh: 0, relu: 1, swish: 2 };

/** Addresses in bytes. */
interface Regions {
  readonly inputs: number;
  readonly order: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly first: number;
  readonly second: number;
  /** values[l], slopes[l] and deltas[l] belong to the inputs of layer l, the last to the outputs. */
  readonly values: readonly number[];
  readonly slopes: readonly number[];
  readonly deltas: readonly number[];
  readonly transposed: number;
  /** Factors of the units of a pass, or of the columns of a layer. */
  readonly factors: number;
  /** Of each convolution: patches, what the layer makes of them before the largest are taken, and which were the largest. */
  readonly maps: readonly (Maps | undefined)[];
}

/** Addresses of what a convolution works with. */
interface Maps {
  readonly patches: number;
  readonly patchDeltas: number;
  readonly map: number;
  readonly largest: number;
}

const NONE = new Float32Array(0);
/** A derivative below it moves no parameter, for Adam adds 1e-8 to what it divides by; products of subnormal numbers take some processors many times as long. */
const TINY = 1e-20;

/** One working memory for all networks of a thread; what a network needs later it keeps in arrays. */
const shared = new Arena();

/** Passes through a multi-layer perceptron and steps of Adam in single precision, in WebAssembly. */
export class PackedNetwork {
  readonly #shape: Shape;
  readonly #inputs: Float32Array | WriteRows;
  readonly #capacity: number;
  /** Parameters and both running means as `keep` left them. */
  readonly #kept: readonly Float32Array[];
  readonly #memory: NetworkMemory;
  /** Numbers of a row before each layer, and after the last. */
  readonly #widths: readonly number[];
  #regions: Regions | undefined;

  /**
   * `inputs` are n x (width of the first layer), or what writes some of their rows; `capacity` is the most rows of a pass. Throws a RangeError where the engine cannot
   * run the kernels and no other memory is given.
   */
  constructor(
    shape: Shape,
    inputs: Float64Array | WriteRows,
    parameters: Float32Array | Float64Array,
    capacity: number,
    memory: NetworkMemory = shared,
  ) {
    const { layers } = shape;
    this.#memory = memory;
    this.#widths = [...layers.map(widthBefore), layers[layers.length - 1].outputs];
    this.#shape = shape;
    this.#inputs = typeof inputs === 'function' ? inputs : Float32Array.from(inputs);
    this.#capacity = 4 * Math.ceil(capacity / 4);
    this.#kept = [Float32Array.from(parameters), new Float32Array(shape.size), new Float32Array(shape.size)];
    memory.reset(this);
  }

  /** Loads what was kept, if others have overwritten it; comes before all other calls whenever others may have had their turn. */
  begin(): void {
    const memory = this.#memory;
    if (memory.owner === this && this.#regions) return;
    memory.reset(this);
    const { layers, size } = this.#shape;
    const kept = typeof this.#inputs === 'function' ? NONE : this.#inputs;
    const room = (count: number) => memory.allocate(Math.ceil(count / 2));
    const passes = () => this.#widths.map((width) => room(this.#capacity * width));
    const at: Regions = {
      inputs: room(kept.length),
      order: room(this.#capacity),
      parameters: room(size),
      gradient: room(size),
      first: room(size),
      second: room(size),
      values: passes(),
      slopes: passes(),
      deltas: passes(),
      transposed: room(Math.max(...layers.map(({ inputs, outputs }) => inputs * outputs))),
      factors: room(Math.max(...this.#widths) * this.#capacity),
      maps: layers.map(({ convolution, inputs, outputs }) => {
        if (!convolution) return undefined;
        const pixels = this.#capacity * mapPixels(convolution);
        const [patches, patchDeltas] = [room(pixels * inputs), room(pixels * inputs)];
        return { patches, patchDeltas, map: room(pixels * outputs), largest: room(pixels * outputs) };
      }),
    };
    this.#regions = at;
    this.delta.fill(0);
    this.#floats(at.inputs, kept.length).set(kept);
    [at.parameters, at.first, at.second].forEach((address, k) => {
      this.#floats(address, size).set(this.#kept[k]);
    });
  }

  /** Keeps parameters and running means, and returns the parameters. */
  keep(): Float64Array {
    const at = this.#held();
    [at.parameters, at.first, at.second].forEach((address, k) => {
      this.#kept[k].set(this.#floats(address, this.#shape.size));
    });
    return Float64Array.from(this.#kept[0]);
  }

  /** Takes rows of the inputs through the network: their outputs, rows x width of the last layer. */
  forward(rows: Int32Array, factors?: UnitFactors): Float32Array {
    const at = this.#held();
    const { kernels } = this.#memory;
    const { layers, activation } = this.#shape;
    const count = 4 * Math.ceil(rows.length / 4);
    if (typeof this.#inputs === 'function') {
      const first = this.#floats(at.values[0], count * this.#widths[0]);
      this.#inputs(rows, first);
      first.fill(0, rows.length * this.#widths[0]);
    } else {
      new Int32Array(kernels.memory.buffer, at.order, rows.length).set(rows);
      kernels.gatherRows32(at.inputs, this.#widths[0], at.order, rows.length, at.values[0]);
    }
    this.#scale(factors, 0, rows.length * this.#widths[0]);
    layers.forEach((layer, l) => {
      if (layer.convolution) this.#convolve(layer, layer.convolution, l, count);
      else {
        const { inputs, outputs, weights, biases } = layer;
        const [b, bias] = [at.parameters + 4 * weights, at.parameters + 4 * biases];
        kernels.multiply32(count, outputs, inputs, at.values[l], inputs, 1, b, at.values[l + 1], bias);
      }
      if (l === layers.length - 1) return;
      const width = this.#widths[l + 1];
      kernels.activate32(ACTIVATIONS[activation], count * width, at.values[l + 1], at.slopes[l + 1]);
      this.#scale(factors, l + 1, rows.length * width);
    });
    return this.#floats(at.values[layers.length], rows.length * this.#widths[layers.length]);
  }

  /** Room for the derivatives by the outputs, capacity x width of the last layer; zero where nobody has written. */
  get delta(): Float32Array {
    const { length } = this.#shape.layers;
    return this.#floats(this.#held().deltas[length], this.#capacity * this.#widths[length]);
  }

  /** After `forward` of `count` rows, the gradient by all parameters, from the derivatives by the outputs. */
  backward(count: number): Float32Array {
    const at = this.#held();
    const { kernels } = this.#memory;
    const { layers, size } = this.#shape;
    const rows = 4 * Math.ceil(count / 4);
    // The rows that fill up the last four are no part of the batch.
    const width = this.#widths[layers.length];
    const last = this.#floats(at.deltas[layers.length], rows * width).fill(0, count * width);
    dropTiny(last);
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, weights, biases, convolution } = layers[l];
      const maps = at.maps[l];
      const seen = maps?.patches ?? at.values[l];
      const delta = maps?.map ?? at.deltas[l + 1];
      const places = convolution ? rows * mapPixels(convolution) : rows;
      if (maps && convolution) {
        const { rows: tall, columns: wide } = mapShape(convolution);
        kernels.unpool32(at.deltas[l + 1], maps.largest, rows, tall, wide, outputs, maps.map);
      }
      kernels.multiply32(inputs, outputs, places, seen, 1, inputs, delta, at.gradient + 4 * weights, 0);
      kernels.sumColumns32(places, outputs, delta, at.gradient + 4 * biases);
      if (l === 0) break;
      kernels.transpose32(inputs, outputs, at.parameters + 4 * weights, at.transposed);
      const before = maps?.patchDeltas ?? at.deltas[l];
      kernels.multiply32(places, inputs, outputs, delta, outputs, 1, at.transposed, before, 0);
      if (convolution) {
        const { rows: tall, columns: wide, channels, size: side } = convolution;
        kernels.patchSums32(before, rows, tall, wide, channels, side, inputs, at.deltas[l]);
      }
      kernels.times32(rows * this.#widths[l], at.deltas[l], at.slopes[l]);
      if (!convolution) dropTiny(this.#floats(at.deltas[l], rows * this.#widths[l]));
    }
    return this.#floats(at.gradient, size);
  }

  /** A step of Adam against the last gradient; `penalty` times each weight joins its gradient, biases have none. */
  descend(rate: number, correction: number, penalty: number, beta1: number, beta2: number, epsilon: number): void {
    const at = this.#held();
    const { adam32 } = this.#memory.kernels;
    const step = (from: number, to: number, own: number) => {
      const [w, g, m, v] = [at.parameters, at.gradient, at.first, at.second].map((address) => address + 4 * from);
      adam32(to - from, w, g, m, v, beta1, beta2, own, rate, correction, epsilon);
    };
    for (const { weights, biases, outputs } of this.#shape.layers) {
      step(weights, biases, penalty);
      step(biases, biases + outputs, 0);
    }
  }

  /** Shrinks the weights into each hidden unit whose norm is above `most` to that norm. */
  limitNorms(most: number): void {
    const at = this.#held();
    const { kernels } = this.#memory;
    for (const { inputs, outputs, weights } of this.#shape.layers.slice(0, -1)) {
      const own = at.parameters + 4 * weights;
      kernels.sumSquares32(inputs, outputs, own, at.factors);
      const factors = this.#floats(at.factors, outputs);
      if (shrinking(factors, most)) kernels.scaleColumns32(inputs, outputs, own, at.factors);
    }
  }

  /** Patches, their products with the weights, and the largest of each square of them. */
  #convolve({ inputs, outputs, weights, biases }: Layer, convolution: Convolution, l: number, count: number): void {
    const at = this.#held();
    const { kernels } = this.#memory;
    const { rows, columns, channels, size } = convolution;
    const { patches, map, largest } = at.maps[l] as Maps;
    const [b, bias] = [at.parameters + 4 * weights, at.parameters + 4 * biases];
    kernels.patches32(at.values[l], count, rows, columns, channels, size, inputs, patches);
    kernels.multiply32(count * mapPixels(convolution), outputs, inputs, patches, inputs, 1, b, map, bias);
    const { rows: tall, columns: wide } = mapShape(convolution);
    kernels.pool32(map, count, tall, wide, outputs, at.values[l + 1], largest);
  }

  #scale(factors: UnitFactors | undefined, layer: number, count: number): void {
    const drawn = factors?.draw(layer, count);
    if (!drawn) return;
    const at = this.#held();
    this.#floats(at.factors, count).set(drawn);
    this.#memory.kernels.times32(count, at.values[layer], at.factors);
    // Nothing asks for the slopes of the inputs.
    if (layer > 0) this.#memory.kernels.times32(count, at.slopes[layer], at.factors);
  }

  #floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.kernels.memory.buffer, address, count);
  }

  #held(): Regions {
    if (this.#memory.owner !== this || !this.#regions)
      throw new RangeError('the network has been overwritten by another one: call begin again');
    return this.#regions;
  }
}

/** Replaces squared norms by the factors that bring them to `most` at most, and says whether any is below 1. */
function shrinking(squares: Float32Array, most: number): boolean {
  let isAny = false;
  for (let j = 0; j < squares.length; j++) {
    const isLong = squares[j] > most * most;
    squares[j] = isLong ? most / Math.sqrt(squares[j]) : 1;
    isAny ||= isLong;
  }
  return isAny;
}

function dropTiny(derivatives: Float32Array): void {
  for (let i = 0; i < derivatives.length; i++) if (Math.abs(derivatives[i]) < TINY) derivatives[i] = 0;
}

/** Numbers of a row that a layer is given. */
function widthBefore({ inputs, convolution }: Layer): number {
  return convolution ? convolution.rows * convolution.columns * convolution.channels : inputs;
}
