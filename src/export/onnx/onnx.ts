import { add, input, subtract, type Term, total } from '../../core/graph/term.ts';
import { type AnswerNames, flatNames } from '../answer-names.ts';
import type { BinaryFile, ExportedModel, OutputTerms } from '../exported.ts';
import { parametersOf } from '../parameters.ts';
import { OnnxGraph, type Port } from './onnx-graph.ts';
import { OnnxTerms } from './onnx-terms.ts';
import { Message } from './protobuf.ts';

/** Doubles of all operators that are used here, a runtime of 2022 or later has them. */
const OPERATORS = 17;
/** The first trees of doubles. */
const TREE_OPERATORS = 3;
const FORMAT = 8;
const POINTS = 'points';

/** What a tensor of an output is called, and where it stands. */
export function onnxNames(model: ExportedModel): readonly AnswerNames[] {
  return flatNames(model, { reserved: new Set([POINTS]), together: true }).answers;
}

/**
 * The model as an ONNX graph of doubles: `points`, rows x d, in the units of its author, a category as the index of its name and 0 where a
 * parameter plays no part. For each output its value, of a class the index of the most probable one and the probabilities, the bounds, and
 * whether it is known. A point that is not finite has values that are no number.
 */
export function onnxOf(model: ExportedModel): readonly BinaryFile[] {
  const graph = new OnnxGraph();
  const terms = new OnnxTerms(graph, POINTS);
  const names = onnxNames(model);
  // 0 of finite points, else no number.
  const spoilt = total(model.space.names.map((_, j) => subtract(input(j), input(j))));
  const outputs = model.outputs.flatMap((one, k) => new Writer(graph, terms, spoilt).ports(one, names[k]));
  const points: Port = { name: POINTS, type: 'double', shape: ['rows', model.space.dimension] };
  const message = new Message()
    .integer(1, FORMAT)
    .bytes(2, 'imago')
    .bytes(7, graph.written(model.name, [points], outputs, model.notes.join('\n')))
    .bytes(8, operators('', OPERATORS))
    .bytes(8, operators('ai.onnx.ml', TREE_OPERATORS))
    .bytes(14, property('parameters', parametersOf(model)))
    .bytes(14, property('outputs', described(model, names)));
  return [{ name: `${model.name}.onnx`, bytes: message.encoded() }];
}

class Writer {
  readonly #graph: OnnxGraph;
  readonly #terms: OnnxTerms;
  readonly #spoilt: Term;

  constructor(graph: OnnxGraph, terms: OnnxTerms, spoilt: Term) {
    this.#graph = graph;
    this.#terms = terms;
    this.#spoilt = spoilt;
  }

  ports({ output, value, probabilities, interval, known }: OutputTerms, names: AnswerNames): Port[] {
    const numbers = [
      ...(output.classes ? [] : [{ name: names.value, of: value }]),
      ...(interval ?? []).map((of, k) => ({ name: names.bounds[k], of })),
    ];
    return [
      ...(output.classes ? [this.#flat(names.value, 'int64', this.#cast(this.#terms.column(value), 7))] : []),
      ...(probabilities ? [this.#shares(names.probabilities[0], probabilities)] : []),
      ...numbers.map(({ name, of }) => this.#flat(name, 'double', this.#terms.column(add(of, this.#spoilt)))),
      ...(known ? [this.#flat(names.known!, 'bool', this.#cast(this.#terms.column(known), 9))] : []),
    ];
  }

  #cast(name: string, to: number): string {
    return this.#graph.node('Cast', [name], { to });
  }

  #flat(name: string, type: Port['type'], column: string): Port {
    this.#graph.node('Reshape', [column, this.#graph.integers([-1])], {}, { output: name });
    return { name, type, shape: ['rows'] };
  }

  #shares(name: string, of: readonly Term[]): Port {
    const columns = of.map((one) => this.#terms.column(add(one, this.#spoilt)));
    this.#graph.node('Concat', columns, { axis: 1 }, { output: name });
    return { name, type: 'double', shape: ['rows', of.length] };
  }
}

const operators = (domain: string, version: number) => new Message().bytes(1, domain).integer(2, version);

const property = (key: string, value: unknown) => new Message().bytes(1, key).bytes(2, JSON.stringify(value));

function described({ outputs }: ExportedModel, names: readonly AnswerNames[]) {
  return outputs.map(({ output: { name, unit, classes }, probabilities }, k) => ({
    ...{ name, unit, classes, value: names[k].value },
    ...(probabilities && { probabilities: names[k].probabilities[0] }),
    ...{ lower: names[k].bounds[0], upper: names[k].bounds[1], inDomain: names[k].known },
  }));
}
