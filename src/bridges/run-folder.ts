import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KEPT_ERRORS, KEPT_HASH, KEPT_OUTPUT, keptPrefix, SimulationFailure } from '../core/simulation-failure.ts';
import { reasonOf } from '../core/thrown.ts';
import { Guard, runPath } from './guard.ts';
import type { Ending } from './program.ts';

/** A file to be written into a run's folder. */
export interface FolderFile {
  /** Relative, within the folder. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly executable: boolean;
}

/** Bytes of an output file that are read at most. */
const LARGEST = 64 * 2 ** 20;
/** Characters of what a program wrote that are kept with its folder. */
const SAID = 2 ** 16;

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
    const folder = new RunFolder(runPath());
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
   * reason in every run of a study; what an earlier run left there is replaced. Of one simulator the latest `most` folders are
   * kept. Says where it is, or why it is not. The end of what the program wrote is in it, where the disk has room.
   */
  async keep(
    simulator: string,
    inputs: string,
    most: number,
    said: Pick<Ending, 'output' | 'errors'>,
  ): Promise<string> {
    const hash = createHash('sha256').update(inputs).digest('hex').slice(0, KEPT_HASH);
    const home = dirname(this.path);
    const prefix = keptPrefix(simulator);
    const path = join(home, prefix + hash);
    try {
      await this.#writeDown(KEPT_OUTPUT, said.output);
      await this.#writeDown(KEPT_ERRORS, said.errors);
      await this.#moveTo(path);
      await removeOldest(home, prefix, most);
      return `kept in ${path}`;
    } catch (error) {
      return `its folder could not be kept: ${reasonOf(error)}`;
    }
  }

  /** A file of that name is the program's own and stays; on a full disk the folder is worth more than a text whose end is in the reason. */
  async #writeDown(name: string, text: string): Promise<void> {
    if (text === '') return;
    await writeFile(join(this.path, name), text.slice(-SAID), { flag: 'wx' }).catch(
      unless('EEXIST', 'ENOSPC', 'EDQUOT'),
    );
  }

  /** Two studies may fail alike at once: whoever finds the place taken, moves what is there aside, which only one of them can. */
  async #moveTo(path: string): Promise<void> {
    const aside = `${this.path}-replaced`;
    for (let attempts = 100; ; attempts--) {
      await rename(path, aside).catch(unless('ENOENT'));
      await rm(aside, { recursive: true, force: true });
      try {
        await rename(this.path, path);
        return;
      } catch (error) {
        if (attempts === 0) throw error;
        unless('ENOTEMPTY', 'EEXIST')(error);
      }
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

/** Removes all but the latest `most` of the folders that bear the prefix and a hash. */
async function removeOldest(home: string, prefix: string, most: number): Promise<void> {
  const names = (await readdir(home)).filter(
    (name) =>
      name.startsWith(prefix) &&
      /^[0-9a-f]+$/.test(name.slice(prefix.length)) &&
      name.length === prefix.length + KEPT_HASH,
  );
  if (names.length <= most) return;
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(home, name);
      return { path, changed: (await stat(path).catch(unless('ENOENT')))?.ctimeMs ?? 0 };
    }),
  );
  dated.sort((a, b) => b.changed - a.changed);
  for (const { path } of dated.slice(most)) await rm(path, { recursive: true, force: true });
}

/** Takes errors of these codes for no mistake. */
function unless(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  };
}
