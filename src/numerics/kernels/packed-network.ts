import { Arena } from './arena.ts';

/** One affine layer: inputs x outputs weights and a bias for each output, at these places of the parameters; widths are multiples of 4. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
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

const KINDS = { tanh: 0, relu: 1, swish: 2 };

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
}

const NONE = new Float32Array(0);

/** One working memory for all networks of a thread; what a network needs later it keeps in arrays. */
const arena = new Arena();

/** Passes through a multi-layer perceptron and steps of Adam in single precision, in WebAssembly. */
export class PackedNetwork {
  readonly #shape: Shape;
  readonly #inputs: Float32Array | WriteRows;
  readonly #capacity: number;
  /** Parameters and both running means as `keep` left them. */
  readonly #kept: readonly Float32Array[];
  #regions: Regions | undefined;

  /**
   * `inputs` are n x (width of the first layer), or what writes some of their rows; `capacity` is the most rows of a pass. Throws a RangeError where the engine cannot
   * run the kernels.
   */
  constructor(shape: Shape, inputs: Float64Array | WriteRows, parameters: Float64Array, capacity: number) {
    this.#shape = shape;
    this.#inputs = typeof inputs === 'function' ? inputs : Float32Array.from(inputs);
    this.#capacity = 4 * Math.ceil(capacity / 4);
    this.#kept = [Float32Array.from(parameters), new Float32Array(shape.size), new Float32Array(shape.size)];
    arena.reset(this);
  }

  /** Loads what was kept, if others have overwritten it; comes before all other calls whenever others may have had their turn. */
  begin(): void {
    if (arena.owner === this && this.#regions) return;
    arena.reset(this);
    const { layers, size } = this.#shape;
    const kept = typeof this.#inputs === 'function' ? NONE : this.#inputs;
    const room = (count: number) => arena.allocate(Math.ceil(count / 2));
    const widths = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
    const passes = () => widths.map((width) => room(this.#capacity * width));
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
    const { kernels } = arena;
    const { layers, activation } = this.#shape;
    const count = 4 * Math.ceil(rows.length / 4);
    if (typeof this.#inputs === 'function') {
      const first = this.#floats(at.values[0], count * layers[0].inputs);
      this.#inputs(rows, first);
      first.fill(0, rows.length * layers[0].inputs);
    } else {
      new Int32Array(kernels.memory.buffer, at.order, rows.length).set(rows);
      kernels.gatherRows32(at.inputs, layers[0].inputs, at.order, rows.length, at.values[0]);
    }
    this.#scale(factors, 0, rows.length * layers[0].inputs);
    layers.forEach(({ inputs, outputs, weights, biases }, l) => {
      const [b, bias] = [at.parameters + 4 * weights, at.parameters + 4 * biases];
      kernels.multiply32(count, outputs, inputs, at.values[l], inputs, 1, b, at.values[l + 1], bias);
      if (l === layers.length - 1) return;
      kernels.activate32(KINDS[activation], count * outputs, at.values[l + 1], at.slopes[l + 1]);
      this.#scale(factors, l + 1, rows.length * outputs);
    });
    return this.#floats(at.values[layers.length], rows.length * layers[layers.length - 1].outputs);
  }

  /** Room for the derivatives by the outputs, capacity x width of the last layer; zero where nobody has written. */
  get delta(): Float32Array {
    const { layers } = this.#shape;
    return this.#floats(this.#held().deltas[layers.length], this.#capacity * layers[layers.length - 1].outputs);
  }

  /** After `forward` of `count` rows, the gradient by all parameters, from the derivatives by the outputs. */
  backward(count: number): Float32Array {
    const at = this.#held();
    const { kernels } = arena;
    const { layers, size } = this.#shape;
    const rows = 4 * Math.ceil(count / 4);
    // The rows that fill up the last four are no part of the batch.
    const width = layers[layers.length - 1].outputs;
    this.#floats(at.deltas[layers.length], rows * width).fill(0, count * width);
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, weights, biases } = layers[l];
      const delta = at.deltas[l + 1];
      kernels.multiply32(inputs, outputs, rows, at.values[l], 1, inputs, delta, at.gradient + 4 * weights, 0);
      kernels.sumColumns32(rows, outputs, delta, at.gradient + 4 * biases);
      if (l === 0) break;
      kernels.transpose32(inputs, outputs, at.parameters + 4 * weights, at.transposed);
      kernels.multiply32(rows, inputs, outputs, delta, outputs, 1, at.transposed, at.deltas[l], 0);
      kernels.timesSlope32(rows * inputs, at.deltas[l], at.slopes[l]);
    }
    return this.#floats(at.gradient, size);
  }

  /** A step of Adam against the last gradient; `penalty` times each weight joins its gradient, biases have none. */
  descend(rate: number, correction: number, penalty: number, beta1: number, beta2: number, epsilon: number): void {
    const at = this.#held();
    const { adam32 } = arena.kernels;
    const step = (from: number, to: number, own: number) => {
      const [w, g, m, v] = [at.parameters, at.gradient, at.first, at.second].map((address) => address + 4 * from);
      adam32(to - from, w, g, m, v, beta1, beta2, own, rate, correction, epsilon);
    };
    for (const { weights, biases, outputs } of this.#shape.layers) {
      step(weights, biases, penalty);
      step(biases, biases + outputs, 0);
    }
  }

  /** The parameters as they are in the working memory, until the next call of `begin`. */
  get parameters(): Float32Array {
    return this.#floats(this.#held().parameters, this.#shape.size);
  }

  #scale(factors: UnitFactors | undefined, layer: number, count: number): void {
    const drawn = factors?.draw(layer, count);
    if (!drawn) return;
    const at = this.#held();
    for (const address of [at.values[layer], at.slopes[layer]]) {
      const values = this.#floats(address, count);
      for (let i = 0; i < count; i++) values[i] *= drawn[i];
    }
  }

  #floats(address: number, count: number): Float32Array {
    return new Float32Array(arena.kernels.memory.buffer, address, count);
  }

  #held(): Regions {
    if (arena.owner !== this || !this.#regions)
      throw new RangeError('the network has been overwritten by another one: call begin again');
    return this.#regions;
  }
}
