import { predictionColumns } from '../../core/columns.ts';
import { ensure, ImagoError, nearest, show } from '../../core/errors.ts';
import { functionOracle } from '../../core/function-oracle.ts';
import type { Oracle } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import {
  loadOnnxRuntime,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxValue,
} from '../../core/platform/onnx-runtime.ts';
import { decodeValue, describe } from '../../core/space/coordinate.ts';
import type { Parameter } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { HeldSession } from './held-session.ts';
import { answerPorts, takeAnswers, trailing } from './onnx-answers.ts';

/** Options of {@link onnxOracle}. */
export interface OnnxOptions {
  /** What errors and reports call it. Default `ONNX graph`. */
  readonly name?: string;
  /** Which input takes the points; not needed where there is one. */
  readonly input?: string;
  /**
   * Whether inputs are in the author's units, a category as its number from 0 and 0 where a parameter plays no part, or from 0 to 1 in the unit cube.
   * Default `author`.
   */
  readonly inputs?: 'author' | 'unit';
  /** The graph's name of what it answers of each output; not needed where the names or the shapes tell. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Whether classes are answered by numbers that become shares by exp(z) / sum of exp(z). Default false. */
  readonly softmax?: boolean;
}

/** Arrays by the type of a tensor that points may be given in. */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** Least and largest numbers of those of them that hold whole ones. */
const WHOLE: { readonly [type in keyof typeof ARRAYS]?: readonly [number, number] } = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
};

/** What of a graph takes the points. */
interface PointPort {
  readonly name: string;
  readonly type: keyof typeof ARRAYS;
  /** All but the number of points. */
  readonly shape: readonly number[];
  /** Points that the graph takes at once; undefined for any number. */
  readonly batch: number | undefined;
}

/**
 * An ONNX graph as a teacher, run by onnxruntime-node or onnxruntime-web, whichever is installed (1.22 or later). One input takes all parameters in their order,
 * as points x d or, of images, points x rows x columns with a channel of 1 anywhere; its first axis is the number of points, dynamic or fixed.
 * Answers are a number for each point, or a share or score of each class, or the number of a class. Throws `invalid-data` where the file is none, or inputs
 * and outputs have other names or shapes, and `plugin` where no runtime is installed or the graph fails at some points.
 */
export async function onnxOracle(
  model: Uint8Array,
  { space, outputs }: { readonly space: Space; readonly outputs: readonly Output[] },
  options: OnnxOptions = {},
): Promise<Oracle> {
  const { name = 'ONNX graph', inputs = 'author', softmax = false } = options;
  ensure(
    inputs === 'author' || inputs === 'unit',
    'invalid-argument',
    () => `onnxOracle: inputs must be 'author' or 'unit', got ${show(inputs)}`,
  );
  const { runtime, session, open } = await sessionOf(name, model);
  const graph = new HeldSession(session, open);
  const points = pointPort(name, session, space, options.input);
  checkWhole(name, points, space, inputs);
  const ports = answerPorts(name, session.outputMetadata ?? [], outputs, options.answers);
  const answered = [...new Set(ports.map((port) => port.name))];
  const columns = predictionColumns(outputs);
  const answer = async (x: Matrix) => {
    const found = new Matrix(
      x.rows,
      columns.reduce((sum, { width }) => sum + width, 0),
    );
    const most = points.batch ?? x.rows;
    for (let from = 0; from < x.rows; from += most) {
      const count = Math.min(most, x.rows - from);
      const asked = { [points.name]: tensorOf(runtime, points, { x, from, count }, space, inputs) };
      const answers = await graph.run(asked, answered).catch((error) => {
        if (error instanceof ImagoError) throw error;
        throw new ImagoError('plugin', `${name} failed at ${count} points: ${firstLine(error)}`, { cause: error });
      });
      for (const port of ports)
        takeAnswers(name, port, answers[port.name], { found, from, count, given: points.batch ?? count, softmax });
    }
    return found;
  };
  return { ...functionOracle(name, { space, outputs }, answer), release: () => graph.release() };
}

async function sessionOf(
  name: string,
  model: Uint8Array,
): Promise<{
  readonly runtime: OnnxRuntime;
  readonly session: OnnxSession;
  readonly open: () => Promise<OnnxSession>;
}> {
  const loaded = await loadOnnxRuntime();
  ensure(
    loaded,
    'plugin',
    `${name} is an ONNX graph, and nothing is installed that runs one: npm install onnxruntime-node, or onnxruntime-web`,
  );
  const { runtime } = loaded;
  const open = () =>
    runtime.InferenceSession.create(model, {}).catch((error) => {
      throw new ImagoError(
        'invalid-data',
        `${name} is no ONNX graph that ${loaded.name} can run: ${firstLine(error)}`,
        { cause: error },
      );
    });
  const session = await open();
  ensure(
    session.inputMetadata && session.outputMetadata,
    'plugin',
    `${loaded.name} does not tell the shapes of ${name}: version 1.22 or later does`,
  );
  return { runtime, session, open };
}

function firstLine(error: unknown): string {
  return String((error as Error)?.message ?? error).split('\n')[0];
}

function pointPort(name: string, { inputMetadata = [] }: OnnxSession, space: Space, wanted?: string): PointPort {
  const names = inputMetadata.map((one) => one.name);
  const input = wanted === undefined ? inputMetadata[0] : inputMetadata.find((one) => one.name === wanted);
  ensure(input && (wanted !== undefined || inputMetadata.length === 1), 'invalid-data', () =>
    wanted === undefined
      ? `${name} has the inputs ${names.join(', ')}: one of them must take all parameters, and input must name it`
      : `${name} has no input '${wanted}'${nearest(wanted, names)}; known: ${names.join(', ')}`,
  );
  ensure(
    inputMetadata.length === 1,
    'invalid-data',
    () =>
      `${name} needs the inputs ${names.join(', ')}, and points fill only one: save it with one input for all parameters`,
  );
  const { type, shape } = input;
  ensure(
    input.isTensor && type && shape && type in ARRAYS,
    'invalid-data',
    () => `${name}: its input '${input.name}' is ${type ?? 'no tensor'}; known: ${Object.keys(ARRAYS).join(', ')}`,
  );
  const [batch] = shape;
  return {
    name: input.name,
    type: type as PointPort['type'],
    shape: pointShape(name, input, space),
    batch: typeof batch === 'number' && batch > 0 ? batch : undefined,
  };
}

/** Throws where whole numbers would not tell points apart: pixels alone are rounded. */
function checkWhole(name: string, { name: input, type }: PointPort, space: Space, inputs: 'author' | 'unit'): void {
  const range = WHOLE[type];
  if (!range) return;
  const told = `${name}: its input '${input}' is ${type}`;
  const hint = 'save the graph with an input of float32';
  ensure(inputs === 'author', 'invalid-data', `${told}, and inputs: unit are from 0 to 1: ${hint}`);
  const [least, largest] = range;
  const pixels = new Set(space.groups.flatMap(({ image, columns }) => (image ? columns : [])));
  for (const [column, own] of space.names.entries()) {
    const spec = space.parameters[own];
    const isWhole =
      spec.kind === 'ordinal' ? spec.values.every(Number.isInteger) : spec.kind !== 'real' || pixels.has(column);
    const [from, to] = boundsOf(spec);
    ensure(
      isWhole && from >= least && to <= largest,
      'invalid-data',
      () => `${told}, whole numbers from ${least} to ${largest}, and parameter '${own}' is ${describe(spec)}: ${hint}`,
    );
  }
}

/** The least and the largest value that a graph is given of a parameter. */
function boundsOf(spec: Parameter): readonly [number, number] {
  if (spec.kind === 'categorical') return [0, spec.values.length - 1];
  return spec.kind === 'ordinal' ? [Math.min(...spec.values), Math.max(...spec.values)] : [spec.lower, spec.upper];
}

/** The shape of one point: that of the graph, whose dynamic axes must be the only ones that fit. */
function pointShape(name: string, { name: input, shape = [] }: OnnxValue, space: Space): number[] {
  const [, ...axes] = shape;
  const told = () => `${name}: its input '${input}' has the shape ${shape.join(' x ') || 'of one number'}`;
  const d = space.dimension;
  const { image } = space;
  const dynamic = axes.filter((axis) => !(typeof axis === 'number' && axis > 0));
  const known = trailing(axes);
  if (axes.length > 0 && dynamic.length <= 1 && d % known === 0 && (dynamic.length === 1 || known === d)) {
    const found = axes.map((axis) => (typeof axis === 'number' && axis > 0 ? axis : d / known));
    const sides = found.filter((axis) => axis !== 1);
    ensure(
      !image || sides.length < 2 || `${sides}` === `${[image.rows, image.columns]}`,
      'invalid-data',
      () => `${told()}, the images have ${image?.rows} x ${image?.columns} pixels`,
    );
    return found;
  }
  ensure(
    image && dynamic.length === 2 && known === 1 && axes.length >= 2,
    'invalid-data',
    () =>
      `${told()}, which ${dynamic.length > 1 ? 'has more than one dynamic axis for' : 'is not that of'} points of ${d} parameters`,
  );
  const sides = [image.rows, image.columns];
  return axes.map((axis) => (typeof axis === 'number' && axis > 0 ? axis : (sides.shift() as number)));
}

/** Rows of points that are asked together. */
interface Asked {
  readonly x: Matrix;
  readonly from: number;
  readonly count: number;
}

/** The points in the type and shape of the graph; a batch that is not full repeats its last point. */
function tensorOf(
  { Tensor }: OnnxRuntime,
  { type, shape, batch }: PointPort,
  { x, from, count }: Asked,
  space: Space,
  inputs: 'author' | 'unit',
) {
  const size = batch ?? count;
  const d = space.dimension;
  const data = new ARRAYS[type](size * d);
  const specs = space.names.map((name) => space.parameters[name]);
  const rounded = type in WHOLE ? Math.round : (value: number) => value;
  for (let i = 0; i < size; i++) {
    const u = x.row(from + Math.min(i, count - 1));
    const active = space.isConditional && inputs === 'author' ? space.active(u) : undefined;
    for (let j = 0; j < d; j++)
      data[i * d + j] = inputs === 'unit' ? u[j] : active?.[j] === false ? 0 : rounded(numberOf(specs[j], u[j]));
  }
  return new Tensor(type, data, [size, ...shape]);
}

/** A value as a graph takes it: a category as its number from 0. */
function numberOf(spec: Parameter, u: number): number {
  const value = decodeValue(spec, u);
  return typeof value === 'number' ? value : (spec as { readonly values: readonly unknown[] }).values.indexOf(value);
}
