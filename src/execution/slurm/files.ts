import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensure } from '../../core/errors.ts';

/** A name that nobody else gives, on whatever machine. */
export function freshName(): string {
  return randomBytes(6).toString('hex');
}

/** Writes a file so that whoever sees it under its name sees all of it, on a network file system too. */
export function writeWhole(path: string, content: unknown): void {
  const draft = join(dirname(path), `.${basename(path)}.${freshName()}`);
  writeFileSync(draft, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(draft, path);
}

/** What a file holds as JSON, or undefined where there is none. Throws `store` where it was written by somebody else. */
export function readWhole<T>(path: string): T | undefined {
  const text = unlessMissing(() => readFileSync(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    ensure(!(cause instanceof SyntaxError), 'store', `${path} is not what imago wrote there; remove it and run again`);
    throw cause;
  }
}

/** The names of the files of a folder in their order, without those that are being written; undefined where there is no such folder. */
export function namesIn(folder: string): string[] | undefined {
  return unlessMissing(() => readdirSync(folder))
    ?.filter((name) => !name.startsWith('.'))
    .sort();
}

/** Whether a file was there and has another name now: of several who try, one is told yes. */
export function moved(from: string, to: string): boolean {
  return (
    unlessMissing(() => {
      renameSync(from, to);
      return true;
    }) === true
  );
}

/** Has a client of a network file system read a folder anew, in place of telling what it remembers. */
export function refresh(folder: string): void {
  const path = join(folder, `.${freshName()}`);
  unlessMissing(() => writeFileSync(path, ''));
  rmSync(path, { force: true });
}

/** What work on files gives, or undefined where a file or its folder is missing. */
export function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
