import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from '../core/dataset.ts';
import type { ExplorerStory } from '../explorer/story.ts';
import type { BinaryFile, ExportedFile, ExportedModel } from '../export/exported.ts';
import type { Runner } from './runners.ts';

/** A kind of file that models are exported to. */
export interface Target {
  readonly files: (model: ExportedModel, data: Dataset, story: ExplorerStory) => readonly (ExportedFile | BinaryFile)[];
  readonly run: Runner;
  /** What values may be off, a share of the spread of their output; 1e-12 by default. */
  readonly promise?: number;
  /** The one file that those in the folder, and what was made of them when they were run, are kept as. */
  readonly pack?: (folder: string, model: ExportedModel) => Promise<Packed>;
}

/** Files in one, and what it does not hold, a sentence each. */
export interface Packed {
  readonly file: BinaryFile;
  readonly lost: readonly string[];
}

/** Writes files, whose names may have folders, into a folder. */
export async function writeFiles(folder: string, files: readonly (ExportedFile | BinaryFile)[]): Promise<void> {
  for (const one of files) {
    const path = join(folder, one.name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contentOf(one));
  }
}

/** What is written of a file. */
export const contentOf = (file: ExportedFile | BinaryFile): string | Uint8Array =>
  'text' in file ? file.text : file.bytes;
