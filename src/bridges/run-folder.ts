import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SimulationFailure } from '../core/simulation-failure.ts';
import { reasonOf } from '../core/thrown.ts';
import { Guard } from './guard.ts';

/** A file to be written into a run's folder. */
export interface FolderFile {
  /** Relative, within the folder. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly executable: boolean;
}

/** Bytes of an output file that are read at most. */
const LARGEST = 64 * 2 ** 20;

/** A run's own temporary folder; it is removed when it is disposed of, or when this process dies. */
export class RunFolder implements AsyncDisposable {
  readonly path: string;
  readonly guard = Guard.take();

  private constructor(path: string) {
    this.path = path;
    this.guard.watch('folder', path);
  }

  /** Makes an empty folder; fails with cause `infrastructure` where the disk does not let it. */
  static async make(): Promise<RunFolder> {
    // The guard knows the name before there is a folder: between the two this process may die.
    const folder = new RunFolder(join(tmpdir(), `imago-run-${randomBytes(8).toString('hex')}`));
    try {
      await onDisk(() => mkdir(folder.path, { mode: 0o700 }));
    } catch (error) {
      folder.guard.release();
      throw error;
    }
    return folder;
  }

  /** Writes the input files. */
  async write(files: readonly FolderFile[]): Promise<void> {
    for (const { path, content, executable } of files) {
      const full = join(this.path, path);
      await onDisk(() => mkdir(dirname(full), { recursive: true }));
      await onDisk(() => writeFile(full, content, { mode: executable ? 0o755 : 0o644 }));
    }
  }

  /** Reads an output file; fails with cause `missing-output` where the program has written none. */
  async read(file: string): Promise<string> {
    const full = join(this.path, file);
    const found = await stat(full).catch(() => undefined);
    if (!found?.isFile()) throw new SimulationFailure('missing-output', `the program wrote no file ${file}`);
    if (found.size > LARGEST)
      throw new SimulationFailure('missing-output', `${file} has ${found.size} bytes; at most ${LARGEST} are read`);
    return (await onDisk(() => readFile(full, 'utf8'))).replaceAll('\r\n', '\n');
  }

  /**
   * Keeps it under a name that depends only on the simulator and on what was to be run, so that the same failure has the same
   * reason in every run of a study; what an earlier run left there is replaced. Says where it is, or why it is not.
   */
  async keep(simulator: string, inputs: string): Promise<string> {
    const hash = createHash('sha256').update(inputs).digest('hex').slice(0, 12);
    const path = join(tmpdir(), `imago-failed-${simulator.replace(/[^\w-]+/g, '-')}-${hash}`);
    try {
      await rm(path, { recursive: true, force: true });
      await rename(this.path, path);
      return `kept in ${path}`;
    } catch (error) {
      return `its folder could not be kept: ${reasonOf(error)}`;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await onDisk(() => rm(this.path, { recursive: true, force: true, maxRetries: 3 }));
    } finally {
      this.guard.release();
    }
  }
}

async function onDisk<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new SimulationFailure('infrastructure', reasonOf(error));
  }
}
