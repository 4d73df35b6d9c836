import type { Axis, Binary, Comparison, Term, Unary, Vector } from '../../core/graph/term.ts';
import type { OnnxGraph } from './onnx-graph.ts';
import { treesNode } from './onnx-trees.ts';

/** A tensor of a row for each point, or of one row for all, and of a column for each place of an axis, or of one for all. */
interface Tensor {
  readonly name: string;
  readonly perRow: boolean;
  readonly perPlace: boolean;
  /** The one number that it is. */
  readonly value?: number;
}

const UNARY: Readonly<Record<Exclude<Unary, 'expm1' | 'cos'>, string>> = {
  ...{ negate: 'Neg', abs: 'Abs', sign: 'Sign', exp: 'Exp', log: 'Log', sqrt: 'Sqrt', sin: 'Sin', tanh: 'Tanh' },
  floor: 'Floor',
};
const BINARY: Readonly<Record<Exclude<Binary, 'min' | 'max'>, string>> = {
  ...{ add: 'Add', subtract: 'Sub', multiply: 'Mul', divide: 'Div', power: 'Pow' },
};
/** What changes nothing. */
const NEUTRAL: Readonly<Partial<Record<Binary, number>>> = { add: 0, subtract: 0, multiply: 1, divide: 1 };
const COMPARISON: Readonly<Record<Comparison, string>> = { less: 'Less', 'at-most': 'LessOrEqual', equal: 'Equal' };
const REDUCE = { add: 'ReduceSum', min: 'ReduceMin', max: 'ReduceMax' };

/** Writes terms into a graph, all points at once: a number is a column, what depends on the place of an axis a matrix. */
export class OnnxTerms {
  readonly #graph: OnnxGraph;
  readonly #points: string;
  readonly #terms = new Map<Term, Tensor>();
  readonly #vectors = new Map<Vector, Tensor>();
  #columnShape: string | undefined;

  constructor(graph: OnnxGraph, points: string) {
    this.#graph = graph;
    this.#points = points;
  }

  /** The name of the column of a term: rows x 1. */
  column(of: Term): string {
    return this.#perRow(this.#term(of)).name;
  }

  #term(of: Term): Tensor {
    const known = this.#terms.get(of) ?? this.#written(of);
    this.#terms.set(of, known);
    return known;
  }

  #written(of: Term): Tensor {
    const graph = this.#graph;
    switch (of.kind) {
      case 'number':
        return { name: graph.double(of.value), perRow: false, perPlace: false, value: of.value };
      case 'input': {
        const name = graph.node('Gather', [this.#points, graph.integers([of.index])], { axis: 1 });
        return { name, perRow: true, perPlace: false };
      }
      case 'unary':
        return this.#unary(of.op, this.#term(of.of));
      case 'binary':
        return this.#binary(of.op, this.#term(of.a), this.#term(of.b));
      case 'choice': {
        const [a, b, yes, no] = [of.a, of.b, of.yes, of.no].map((one) => this.#term(one));
        return this.#node('Where', [this.#node(COMPARISON[of.test], [a, b]), yes, no]);
      }
      case 'along': {
        const name = graph.doubles(of.values, [1, of.values.length]);
        return { name, perRow: false, perPlace: true, ...(of.values.length === 1 && { value: of.values[0] }) };
      }
      case 'entry': {
        const at = this.#term(of.at);
        const index = graph.node('Cast', [at.name], { to: 7 });
        const name = graph.node('Gather', [graph.doubles(of.of, [of.of.length]), index], { axis: 0 });
        return { name, perRow: at.perRow, perPlace: at.perPlace };
      }
      case 'each':
        return this.#vector(of.of);
      case 'pick': {
        const vector = this.#vector(of.of);
        if (!vector.perPlace) return vector;
        const name = graph.node('Gather', [vector.name, graph.integers([of.index])], { axis: 1 });
        return { name, perRow: vector.perRow, perPlace: false };
      }
      case 'fold': {
        const places = this.#perPlace(this.#term(of.of), of.over);
        const axes = graph.integers([1]);
        // Of these three only sums take their axes as an input in opset 17.
        const name =
          of.op === 'add'
            ? graph.node('ReduceSum', [places.name, axes])
            : graph.node(REDUCE[of.op], [places.name], { axes: [1] });
        const folded: Tensor = { name, perRow: places.perRow, perPlace: false };
        const start: Tensor = { name: graph.double(of.start), perRow: false, perPlace: false, value: of.start };
        return of.start === (of.op === 'add' ? 0 : of.op === 'min' ? Infinity : -Infinity)
          ? folded
          : this.#binary(of.op, start, folded);
      }
    }
  }

  #unary(op: Unary, of: Tensor): Tensor {
    const constant = (value: number): Tensor => ({ name: this.#graph.double(value), perRow: false, perPlace: false });
    // No operator keeps the digits of exp(a) - 1 near 0; tanh(a / 2) (exp(a) + 1) is the same and does.
    if (op === 'expm1') {
      const half = this.#node('Tanh', [this.#node('Mul', [of, constant(0.5)])]);
      return this.#node('Mul', [half, this.#node('Add', [this.#node('Exp', [of]), constant(1)])]);
    }
    // The runtime has a cosine of floats alone.
    if (op === 'cos') return this.#node('Sin', [this.#node('Add', [of, constant(Math.PI / 2)])]);
    return this.#node(UNARY[op], [of]);
  }

  #binary(op: Binary, a: Tensor, b: Tensor): Tensor {
    // As elsewhere the second where one is no number.
    if (op === 'min') return this.#node('Where', [this.#node('Less', [a, b]), a, b]);
    if (op === 'max') return this.#node('Where', [this.#node('Greater', [a, b]), a, b]);
    const neutral = NEUTRAL[op];
    return this.#node(BINARY[op], neutral === undefined ? [a, b] : [this.#kept(a, neutral), this.#kept(b, neutral)]);
  }

  /**
   * Runtimes leave an operator out where a constant is neutral as a float; one that is not as a double must not look like a constant, nor one
   * that they will have computed themselves by then.
   */
  #kept(of: Tensor, neutral: number): Tensor {
    const { value, perPlace } = of;
    const mayBeMistaken = value === undefined ? !perPlace : value !== neutral && Math.fround(value) === neutral;
    return mayBeMistaken ? this.#perRow(of) : of;
  }

  #node(op: string, of: readonly Tensor[]): Tensor {
    const name = this.#graph.node(
      op,
      of.map((one) => one.name),
    );
    return { name, perRow: of.some((one) => one.perRow), perPlace: of.some((one) => one.perPlace) };
  }

  #vector(of: Vector): Tensor {
    const known = this.#vectors.get(of) ?? this.#numbers(of);
    this.#vectors.set(of, known);
    return known;
  }

  #numbers(of: Vector): Tensor {
    const graph = this.#graph;
    switch (of.kind) {
      case 'map':
        return this.#term(of.of);
      case 'list':
        return this.#side(of.of.map((one) => this.#term(one)));
      case 'sorted': {
        const all = this.#side(of.of.map((one) => this.#perPlace(this.#vector(one), one.axis)));
        const count = graph.integers([of.axis.length]);
        const name = graph.node(
          'TopK',
          [all.name, count],
          { axis: 1, largest: 0, sorted: 1 },
          { second: `${all.name}_order` },
        );
        return { ...all, name };
      }
      case 'nearest': {
        const from = this.#perPlace(this.#vector(of.of), of.of.axis);
        const count = graph.integers([of.axis.length]);
        const places = `${from.name}_${of.axis.length}_places`;
        graph.node('TopK', [from.name, count], { axis: 1, largest: 0, sorted: 1 }, { second: places });
        return { name: graph.node('Cast', [places], { to: 11 }), perRow: from.perRow, perPlace: true };
      }
      case 'product': {
        const from = this.#perPlace(this.#vector(of.of), of.of.axis);
        const [rows, columns] = [of.axis.length, of.of.axis.length];
        const matrix = graph.doubles(transposed(of.matrix, rows, columns, of.lower), [columns, rows]);
        return { name: graph.node('MatMul', [from.name, matrix]), perRow: from.perRow, perPlace: true };
      }
      case 'trees': {
        const asked = this.#perRow(this.#side(of.inputs.map((one) => this.#term(one))));
        return { name: treesNode(graph, of.nodes, asked.name, of.inputs.length), perRow: true, perPlace: true };
      }
    }
  }

  /** Side by side, all with a row for each point or all with one. */
  #side(of: readonly Tensor[]): Tensor {
    const perRow = of.some((one) => one.perRow);
    const parts = perRow ? of.map((one) => this.#perRow(one)) : of;
    const name = this.#graph.node(
      'Concat',
      parts.map((one) => one.name),
      { axis: 1 },
    );
    return { name, perRow, perPlace: true };
  }

  #perRow(of: Tensor): Tensor {
    if (of.perRow) return of;
    this.#columnShape ??= this.#graph.node('Concat', [this.#rows(), this.#graph.integers([1])], { axis: 0 });
    const name = this.#graph.node('Expand', [of.name, this.#columnShape]);
    return { name, perRow: true, perPlace: of.perPlace };
  }

  #rows(): string {
    const shape = this.#graph.node('Shape', [this.#points]);
    return this.#graph.node('Gather', [shape, this.#graph.integers([0])], { axis: 0 });
  }

  #perPlace(of: Tensor, axis: Axis): Tensor {
    if (of.perPlace) return of;
    const name = this.#graph.node('Expand', [of.name, this.#graph.integers([1, axis.length])]);
    const { perRow, value } = of;
    return { name, perRow, perPlace: true, ...(axis.length === 1 && value !== undefined && { value }) };
  }
}

/** A matrix of rows as one of columns, zeros where only what is below the diagonal counts. */
function transposed(matrix: Float64Array, rows: number, columns: number, lower: boolean): Float64Array {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < (lower ? i + 1 : columns); j++) turned[j * rows + i] = matrix[i * columns + j];
  return turned;
}
