import { predictionColumns } from '../../core/columns.ts';
import { ensure, nearest } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { OnnxTensor, OnnxValue } from '../../core/platform/onnx-runtime.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** What of a graph answers one output. */
export interface AnswerPort {
  /** In the graph. */
  readonly name: string;
  readonly output: Output;
  /** Its first column in a prediction, and how many it has. */
  readonly start: number;
  readonly width: number;
}

/** Where the answers to some points go. */
interface Taking {
  /** All of them, n x c. */
  readonly found: Matrix;
  /** The first row of these, how many they are, and of how many points the graph was asked. */
  readonly from: number;
  readonly count: number;
  readonly given: number;
  readonly softmax: boolean;
}

/** The product of the axes that are known. */
export function trailing(axes: readonly (number | string)[]): number {
  return axes.reduce<number>((product, axis) => (typeof axis === 'number' && axis > 0 ? product * axis : product), 1);
}

/**
 * What of a graph answers each output: what `named` says, else what has its name or a name that begins with it, else the only one whose shape fits. Throws `invalid-data` where
 * none does, or several do.
 */
export function answerPorts(
  name: string,
  graph: readonly OnnxValue[],
  outputs: readonly Output[],
  named: Readonly<Record<string, string>> = {},
): AnswerPort[] {
  const columns = predictionColumns(outputs);
  for (const own of Object.keys(named))
    ensure(
      outputs.some((output) => output.name === own),
      'invalid-data',
      () =>
        `${name}: there is no output '${own}' to find an answer of; known: ${outputs.map((one) => one.name).join(', ')}`,
    );
  return outputs.map((output, k) => {
    const wanted = named[output.name];
    const found =
      wanted === undefined ? fitting(graph, output, outputs.length === 1) : [namedValue(name, graph, wanted)];
    ensure(
      found.length === 1,
      'invalid-data',
      () =>
        `${name} has ${found.length === 0 ? 'nothing that answers' : `several that may answer`} '${output.name}', ${wordsFor(output)}; it answers ${graph.map(described).join(', ')}: say by answers which one, and save shares of classes as a tensor`,
    );
    ensure(
      fits(found[0], output),
      'invalid-data',
      () => `${name} answers ${described(found[0])}, which does not fit '${output.name}', ${wordsFor(output)}`,
    );
    return { name: found[0].name, output, ...columns[k] };
  });
}

function namedValue(name: string, graph: readonly OnnxValue[], wanted: string): OnnxValue {
  const value = graph.find((one) => one.name === wanted);
  const names = graph.map((one) => one.name);
  ensure(
    value,
    'invalid-data',
    () => `${name} does not answer '${wanted}'${nearest(wanted, names)}; known: ${names.join(', ')}`,
  );
  return value;
}

/** What may answer an output: by its name where it is there, and shares rather than the number of a class. */
function fitting(graph: readonly OnnxValue[], output: Output, isOnly: boolean): readonly OnnxValue[] {
  const all = graph.filter((value) => fits(value, output));
  const same = all.filter(({ name }) => name === output.name || name.startsWith(`${output.name}_`));
  const own = same.length > 0 ? same : isOnly ? all : [];
  const shares = own.filter(({ type }) => output.classes && isFloat(type));
  const exact = own.filter(({ name }) => name === output.name);
  if (shares.length > 0) return shares;
  return exact.length > 0 ? exact : own;
}

function fits({ isTensor, type, shape = [] }: OnnxValue, { classes }: Output): boolean {
  if (!isTensor) return false;
  const axes = shape.slice(1);
  const isOpen = axes.some((axis) => !(typeof axis === 'number' && axis > 0));
  const width = trailing(axes);
  if (!classes) return isFloat(type) && (isOpen || width === 1);
  if (!isFloat(type)) return (type === 'int64' || type === 'int32') && (isOpen || width === 1);
  return (
    (isOpen && axes.length > 0) || width === classes.length || (classes.length === 2 && width === 1 && axes.length > 0)
  );
}

const isFloat = (type: string | undefined) => type === 'float32' || type === 'float64';

function wordsFor({ classes }: Output): string {
  return classes ? `one of ${classes.length} classes` : 'a number for each point';
}

function described({ name, isTensor, type, shape = [] }: OnnxValue): string {
  return isTensor ? `${name} (${type}, ${shape.join(' x ') || 'no axis'})` : `${name} (no tensor)`;
}

/** Takes the answers to some points. */
export function takeAnswers(
  name: string,
  { name: own, output, start, width }: AnswerPort,
  answers: OnnxTensor,
  { found, from, count, given, softmax }: Taking,
): void {
  const { data, dims } = answers;
  const each = data.length / given;
  const isLabel = width > 1 && !isFloat(answers.type);
  const isOneShare = width === 2 && each === 1 && !isLabel;
  ensure(
    each === (isLabel || isOneShare ? 1 : width),
    'invalid-data',
    () =>
      `${name} answered ${given} points by '${own}' of ${dims.join(' x ')} numbers, where '${output.name}' is ${wordsFor(output)}`,
  );
  for (let i = 0; i < count; i++) {
    const row = found.row(from + i).subarray(start, start + width);
    if (isLabel) {
      const label = Number(data[i]);
      ensure(
        label >= 0 && label < width,
        'invalid-data',
        () => `${name} answered class ${label}, and '${output.name}' has ${width} classes, from 0`,
      );
      row[label] = 1;
    } else if (isOneShare) {
      const score = Number(data[i]);
      row[1] = softmax ? 1 / (1 + Math.exp(-score)) : score;
      row[0] = 1 - row[1];
    } else {
      for (let k = 0; k < width; k++) row[k] = Number(data[i * width + k]);
      if (softmax && output.classes) toSoftmax(row);
    }
  }
}

function toSoftmax(row: Float64Array): void {
  const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k] = Math.exp(row[k] - most);
  for (let k = 0; k < row.length; k++) row[k] /= sum;
}
