import { existsSync, renameSync } from 'node:fs';
import { isSavable, type Model } from 'imago';
import { readModel, writeModel } from 'imago/node';

/** The model kept beside a JSON file under this name, or the one that `learn` makes, which is kept there: an interrupted benchmark goes on after it. */
export async function keptModel(
  json: string | undefined,
  resume: boolean,
  name: string,
  learn: () => Promise<Model>,
): Promise<Model> {
  if (!json) return learn();
  const file = `${json.replace(/\.json$/, '')}-${name}.model.json`;
  if (resume && existsSync(file)) return (await readModel(file)).model;
  const model = await learn();
  if (!isSavable(model)) return model;
  // What was interrupted while it was written does not count as kept.
  await writeModel(model, `${file}.part`, { name });
  renameSync(`${file}.part`, file);
  return model;
}
