import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOnnxRuntime } from '../core/platform/onnx-runtime.ts';
import { onnxNames } from '../export/onnx/onnx.ts';
import { NotHere, type Runner } from './runners.ts';

/** ONNX Runtime, in this process. */
export const runOnnx: Runner = async (folder, model, points) => {
  const found = await loadOnnxRuntime();
  if (!found) throw new NotHere('onnxruntime-node or onnxruntime-web');
  const { Tensor, InferenceSession } = found.runtime;
  const session = await InferenceSession.create(await readFile(join(folder, `${model.name}.onnx`)), {});
  try {
    const dims = [points.length, model.space.dimension];
    const answers = await session.run({ points: new Tensor('float64', Float64Array.from(points.flat()), dims) });
    const names = onnxNames(model);
    const columns = model.outputs.flatMap(({ probabilities }, k) => {
      const { value, bounds, known, probabilities: shares } = names[k];
      return [
        { name: value, width: 1 },
        ...(probabilities ? [{ name: shares[0], width: probabilities.length }] : []),
        ...[...bounds, ...(known ? [known] : [])].map((name) => ({ name, width: 1 })),
      ];
    });
    return points.map((_, i) =>
      columns.flatMap(({ name, width }) =>
        Array.from({ length: width }, (_, c) => Number(answers[name].data[i * width + c])),
      ),
    );
  } finally {
    await session.release();
  }
};
