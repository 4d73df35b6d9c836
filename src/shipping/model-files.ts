import { readFile, stat, writeFile } from 'node:fs/promises';
import { ensure, ImagoError, show } from '../core/errors.ts';
import type { SavableModel } from '../core/state/model-state.ts';
import { LARGEST_MODEL, type LoadedModel, loadModel, type ModelOrigin, saveModel } from '../export/model-file.ts';

/** Writes a fitted model to a file; see {@link saveModel}. */
export async function writeModel(model: SavableModel, file: string, origin: ModelOrigin): Promise<void> {
  await writeFile(file, saveModel(model, origin));
}

/** Reads the model of a file; see {@link loadModel}. Throws `invalid-data` with the name of the file where there is none. */
export async function readModel(file: string): Promise<LoadedModel> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw new ImagoError('invalid-data', `${show(file)} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  ensure(
    size <= 2 * LARGEST_MODEL,
    'invalid-data',
    `${show(file)} has ${size} bytes, more than any model that imago saves`,
  );
  try {
    return loadModel(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ImagoError('invalid-data', `${show(file)}: ${(error as Error).message}`, { cause: error });
  }
}
