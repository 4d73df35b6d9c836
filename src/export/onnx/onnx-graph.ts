import { Message } from './protobuf.ts';

/** Numbers of the types that tensors have here. */
export type TensorType = 'double' | 'int64' | 'bool';

const TYPES: Readonly<Record<TensorType, number>> = { double: 11, int64: 7, bool: 9 };

/** A value of an attribute: whole numbers, text, or a tensor. */
type Attribute = number | string | readonly number[] | readonly string[] | Message;

/** What a graph takes or gives: `rows` stands for the number of points. */
export interface Port {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly (number | 'rows')[];
}

const ATTRIBUTE = { integer: 2, text: 3, tensor: 4, integers: 7, texts: 8 };

interface NodeExtras {
  /** The name of what it gives, in place of one that is made up. */
  readonly output?: string;
  /** The name of another thing that it gives. */
  readonly second?: string;
  /** The set of operators that it is of, if not the usual one. */
  readonly domain?: string;
}

/** Nodes and constants of an ONNX graph; names of its own begin with an underscore. */
export class OnnxGraph {
  readonly #nodes: Message[] = [];
  readonly #constants: Message[] = [];
  readonly #numbers = new Map<string, string>();
  #count = 0;

  /** The name of what the operator gives. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    { output = this.#fresh(), second, domain }: NodeExtras = {},
  ): string {
    const node = new Message();
    for (const name of inputs) node.bytes(1, name);
    node.bytes(2, output);
    if (second) node.bytes(2, second);
    node.bytes(3, output).bytes(4, op);
    for (const [name, value] of Object.entries(attributes)) node.bytes(5, attribute(name, value));
    if (domain) node.bytes(7, domain);
    this.#nodes.push(node);
    return output;
  }

  /** A constant of doubles. */
  doubles(values: Float64Array, shape: readonly number[]): string {
    const name = this.#fresh();
    this.#constants.push(doublesTensor(values, shape).bytes(8, name));
    return name;
  }

  /** A double of its own, 1 x 1. */
  double(value: number): string {
    const key = Object.is(value, -0) ? '-0' : String(value);
    const known = this.#numbers.get(key) ?? this.doubles(Float64Array.of(value), [1, 1]);
    this.#numbers.set(key, known);
    return known;
  }

  /** A row of whole numbers. */
  integers(values: readonly number[]): string {
    const key = `[${values}]`;
    const known = this.#numbers.get(key) ?? this.#fresh();
    if (!this.#numbers.has(key)) {
      const view = new DataView(new ArrayBuffer(8 * values.length));
      values.forEach((value, i) => {
        view.setBigInt64(8 * i, BigInt(value), true);
      });
      this.#constants.push(tensor('int64', new Uint8Array(view.buffer), [values.length]).bytes(8, known));
    }
    this.#numbers.set(key, known);
    return known;
  }

  /** The graph as a message. */
  written(name: string, inputs: readonly Port[], outputs: readonly Port[], about: string): Message {
    const graph = new Message();
    for (const node of this.#nodes) graph.bytes(1, node);
    graph.bytes(2, name);
    for (const constant of this.#constants) graph.bytes(5, constant);
    graph.bytes(10, about);
    for (const port of inputs) graph.bytes(11, described(port));
    for (const port of outputs) graph.bytes(12, described(port));
    return graph;
  }

  #fresh(): string {
    return `_${++this.#count}`;
  }
}

/** A tensor of doubles without a name. */
export function doublesTensor(values: Float64Array, shape: readonly number[]): Message {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return tensor('double', new Uint8Array(view.buffer), shape);
}

function tensor(type: TensorType, raw: Uint8Array, shape: readonly number[]): Message {
  return new Message().integers(1, shape).integer(2, TYPES[type]).bytes(9, raw);
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().bytes(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, ATTRIBUTE.integer);
  if (typeof value === 'string') return message.bytes(4, value).integer(20, ATTRIBUTE.text);
  if (value instanceof Message) return message.bytes(5, value).integer(20, ATTRIBUTE.tensor);
  if (typeof value[0] === 'string') {
    for (const one of value) message.bytes(9, one as string);
    return message.integer(20, ATTRIBUTE.texts);
  }
  return message.integers(8, value as readonly number[]).integer(20, ATTRIBUTE.integers);
}

function described({ name, type, shape }: Port): Message {
  const dims = new Message();
  for (const size of shape)
    dims.bytes(1, size === 'rows' ? new Message().bytes(2, size) : new Message().integer(1, size));
  const tensorType = new Message().integer(1, TYPES[type]).bytes(2, dims);
  return new Message().bytes(1, name).bytes(2, new Message().bytes(1, tensorType));
}
