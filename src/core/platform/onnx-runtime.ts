import { isMissing, type Load, loadPackage } from './optional-package.ts';

/** Numbers of a tensor: doubles, whole numbers or truth values, by its type. */
export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint | boolean | string>;
}

/** What a graph takes or answers, where the runtime tells: its first axes, a name or 0 for any length. */
export interface OnnxValue {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** A graph that can be run. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly OnnxValue[];
  readonly outputMetadata?: readonly OnnxValue[];
  /** Answers all that the graph does, or those of some names alone. */
  run(
    inputs: Readonly<Record<string, OnnxTensor>>,
    names?: readonly string[],
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** What is used of ONNX Runtime, whichever of its packages it comes from. */
export interface OnnxRuntime {
  readonly Tensor: new (type: string, data: ArrayLike<unknown>, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
  readonly env: { logLevel?: string; readonly wasm: { numThreads?: number } };
}

/** ONNX Runtime and the name of its package: onnxruntime-node, else onnxruntime-web; undefined where neither is installed. */
export async function loadOnnxRuntime(
  load: Load = loadPackage,
): Promise<{ readonly runtime: OnnxRuntime; readonly name: string } | undefined> {
  for (const name of ['onnxruntime-node', 'onnxruntime-web']) {
    try {
      const loaded = (await load(name)) as OnnxRuntime & { readonly default?: OnnxRuntime };
      const runtime = loaded.InferenceSession ? loaded : loaded.default!;
      // Threads of its own would outlive a short process.
      runtime.env.wasm.numThreads = 1;
      runtime.env.logLevel = 'error';
      return { runtime, name };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return undefined;
}
