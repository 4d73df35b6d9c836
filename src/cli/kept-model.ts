import { closeSync, openSync, readSync } from 'node:fs';
import { ensure, keptModels, type LoadedModel } from '../index.ts';
import { readModel, sqliteStore } from '../node.ts';

/** How a file of SQLite begins. */
const SQLITE = 'SQLite format 3';

/** The model of a file, or of a stage of the latest study in a store: the last stage where none is named. */
export async function modelAt(path: string, stage?: string): Promise<LoadedModel> {
  if (!isStore(path)) {
    ensure(stage === undefined, 'invalid-argument', `${path} holds one model and no stages; leave --stage out`);
    return readModel(path);
  }
  await using store = await sqliteStore(path, { readOnly: true });
  const models = keptModels(store);
  const known = models.map((model) => model.stage);
  ensure(models.length > 0, 'invalid-argument', `${path} holds no models; run its scenario to the end first`);
  const found = stage === undefined ? models.at(-1) : models.find((model) => model.stage === stage);
  ensure(found, 'invalid-argument', `${path} has no model of a stage '${stage}'; there are ${known.join(', ')}`);
  return found;
}

function isStore(path: string): boolean {
  const start = Buffer.alloc(SQLITE.length);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, start);
    } finally {
      closeSync(file);
    }
  } catch {
    // Whoever reads it says why it cannot be read.
    return false;
  }
  return start.toString('latin1') === SQLITE;
}
