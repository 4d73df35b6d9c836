import { closeSync, openSync, readSync } from 'node:fs';
import {
  type ExplorerStory,
  ensure,
  ImagoError,
  keptModel,
  type LoadedModel,
  type Store,
  studyStory,
} from '../index.ts';
import { readModel, sqliteStore } from '../node.ts';
import type { Terminal } from './terminal.ts';

/** How a file of SQLite begins. */
const SQLITE = 'SQLite format 3';

/**
 * The model of a file, or of a stage of the latest study in a store: the last stage where none is named, which is told where there are
 * others.
 */
export async function modelAt(path: string, tell: Terminal['tell'], stage?: string): Promise<LoadedModel> {
  if (!isStore(path)) {
    ensure(stage === undefined, 'invalid-argument', `${path} holds one model and no stages; leave --stage out`);
    return readModel(path);
  }
  const kept = await fromStore(path, async (store) => keptModel(store, stage));
  const named = kept.others.map((other) => `--stage '${other}'`).join(' or ');
  if (stage === undefined && named)
    tell(`note: the model of '${kept.stage}' is taken, the last of ${path}; ${named} takes another`);
  return kept;
}

/** What the study in a store tells of one of its models; nothing of the model of a file. */
export async function storyAt(path: string, model: LoadedModel['model']): Promise<ExplorerStory> {
  return isStore(path) ? fromStore(path, (store) => studyStory(store, model)) : {};
}

async function fromStore<T>(path: string, read: (store: Store) => Promise<T>): Promise<T> {
  await using store = await sqliteStore(path, { readOnly: true });
  try {
    return await read(store);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** Whether a file is a store. */
export function isStore(path: string): boolean {
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
