import { ImagoError } from '../../core/errors.ts';
import { isMissing, type Load, loadPackage } from '../../core/platform/optional-package.ts';

/** What is used of a tensor. */
export interface Tensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

/** What is used of TensorFlow.js, whichever of its packages it comes from. */
export interface TensorFlow {
  tensor1d(values: ArrayLike<number>, type?: 'int32'): Tensor;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  variable(initial: Tensor): Tensor;
  tidy<T>(compute: () => T): T;
  gather(x: Tensor, indices: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  square(x: Tensor): Tensor;
  sum(x: Tensor): Tensor;
  slice(x: Tensor, begin: [number, number], size: [number, number]): Tensor;
  sigmoid(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  logSoftmax(x: Tensor): Tensor;
  readonly train: { adam(rate: number, beta1: number, beta2: number, epsilon: number): TensorOptimizer };
  memory(): { readonly numTensors: number };
  env(): { get(name: string): unknown; set(name: string, value: unknown): void };
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  readonly version_core?: string;
  readonly version?: { readonly 'tfjs-core': string };
}

/** Adam; its rate may be set before each step. */
export interface TensorOptimizer {
  learningRate: number;
  minimize(loss: () => Tensor, returnCost: boolean, variables: readonly Tensor[]): Tensor | null;
  dispose(): void;
}

/** A TensorFlow.js that can be used. */
export interface TfjsBackend {
  readonly tf: TensorFlow;
  /** As TensorFlow.js calls it: `tensorflow`, `wasm` or `cpu`. */
  readonly name: string;
  /** What the reader should know: what is used, and what is installed and cannot be. */
  readonly notes: readonly string[];
}

const HELP =
  "neuralNetwork: backend 'tfjs' needs TensorFlow.js, which is not installed beside imago: npm install @tensorflow/tfjs-node, or " +
  '@tensorflow/tfjs and, several times faster, @tensorflow/tfjs-backend-wasm';

/**
 * The fastest TensorFlow.js that is installed: tfjs-node, else tfjs on its WebAssembly backend, else on plain JavaScript; throws
 * `plugin` where there is none. The packages tfjs-core, tfjs-layers and tfjs-backend-cpu do in place of tfjs.
 */
export async function loadTfjs(load: Load = loadPackage): Promise<TfjsBackend> {
  const notes: string[] = [];
  const optional = async (name: string) => {
    try {
      return await load(name);
    } catch (error) {
      if (!isMissing(error)) notes.push(`${name} is installed and cannot be loaded: ${firstLine(error)}`);
      return undefined;
    }
  };
  const native = (await optional('@tensorflow/tfjs-node')) as TensorFlow | undefined;
  if (native) {
    restoreHelpers();
    if (await starts(native, 'tensorflow', notes)) return chosen(native, 'tensorflow', notes);
  }
  const union = await optional('@tensorflow/tfjs');
  // Without the layers no gradients are registered.
  const lean = union
    ? undefined
    : (await optional('@tensorflow/tfjs-layers')) && (await optional('@tensorflow/tfjs-core'));
  const tf = (union ?? lean) as TensorFlow | undefined;
  if (!tf) throw new ImagoError('plugin', [HELP, ...notes].join('; '));
  if (await optional('@tensorflow/tfjs-backend-wasm'))
    if (await starts(tf, 'wasm', notes)) return chosen(tf, 'wasm', notes);
  if (!union) await optional('@tensorflow/tfjs-backend-cpu');
  if (!(await starts(tf, 'cpu', notes))) throw new ImagoError('plugin', [HELP, ...notes].join('; '));
  return chosen(tf, 'cpu', notes);
}

async function starts(tf: TensorFlow, name: string, notes: string[]): Promise<boolean> {
  try {
    if (await tf.setBackend(name)) return true;
    notes.push(`TensorFlow.js has no ${name} backend that starts`);
  } catch (error) {
    notes.push(`the ${name} backend of TensorFlow.js does not start: ${firstLine(error)}`);
  }
  return false;
}

function chosen(tf: TensorFlow, name: string, notes: readonly string[]): TfjsBackend {
  greet(tf);
  const version = tf.version_core ?? tf.version?.['tfjs-core'] ?? '';
  return { tf, name, notes: [`trained by TensorFlow.js ${version} on its ${name} backend`, ...notes] };
}

/** The first operation on plain JavaScript prints an advertisement for tfjs-node, unless it is told that this is production. */
function greet(tf: TensorFlow): void {
  const before = tf.env().get('PROD');
  tf.env().set('PROD', true);
  tf.tidy(() => tf.sum(tf.tensor1d([1])).dataSync());
  tf.env().set('PROD', before);
}

/** tfjs-node 4.22 still calls two helpers that Node 23 took out of `util`. */
function restoreHelpers(): void {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const util = process?.getBuiltinModule?.('node:util') as Record<string, unknown> | undefined;
  if (!util) return;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function firstLine(error: unknown): string {
  return String((error as Error).message ?? error).split('\n')[0];
}
