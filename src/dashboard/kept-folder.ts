import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isKeptName, KEPT_ERRORS, KEPT_OUTPUT } from '../core/simulation-failure.ts';
import type { WireKept } from './shared/wire.ts';

/** Files that are listed. */
const MOST_FILES = 50;
/** Bytes of an output that are shown. */
const TAIL = 8192;

/**
 * What may be shown of the folder that the reason of a failure names. Who wrote the store chose the path: only a folder that is called like one
 * of a failed run, lies in this machine's folder for temporary files and belongs to whoever runs the dashboard is looked into,
 * and of its files only those that hold a program's output are read, never by way of a link.
 */
export async function keptFolder(path: string): Promise<WireKept> {
  const nothing = { path, files: [], others: 0, tails: [] };
  const home = resolve(tmpdir());
  if (path !== join(home, basename(path)) || !isKeptName(basename(path)))
    return { ...nothing, trouble: `Only folders of failed runs in ${home} are shown here.` };
  const found = await unlessGone(lstat(path));
  if (!found) return { ...nothing, trouble: 'It is not there any more, or on another machine.' };
  if (!found.isDirectory() || !isOwn(found))
    return { ...nothing, trouble: 'It is no folder of the user who runs the dashboard.' };
  const names = ((await unlessGone(readdir(path))) ?? []).sort();
  const files: { name: string; bytes: number }[] = [];
  for (const name of names.slice(0, MOST_FILES)) {
    const one = await unlessGone(lstat(join(path, name)));
    if (one?.isFile()) files.push({ name, bytes: one.size });
  }
  const tails = [];
  for (const name of [KEPT_ERRORS, KEPT_OUTPUT]) {
    const tail = await tailOf(join(path, name));
    if (tail) tails.push({ name, ...tail });
  }
  return { path, files, others: Math.max(0, names.length - MOST_FILES), tails };
}

const isOwn = ({ uid }: Stats) => process.getuid === undefined || uid === process.getuid();

/** The end of a file as plain text; undefined where there is no such file. */
async function tailOf(path: string): Promise<{ text: string; isCut: boolean } | undefined> {
  // A pipe would be waited for.
  const file = await unlessGone(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  if (!file) return undefined;
  try {
    const found = await file.stat();
    if (!found.isFile()) return undefined;
    const from = Math.max(0, found.size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, from);
    const text = stripVTControlCharacters(buffer.toString('utf8', 0, bytesRead));
    // A letter may have been cut at the beginning.
    return { text: text.replace(/^\ufffd+/, '').replace(/[^\P{Cc}\n\t]/gu, ''), isCut: from > 0 };
  } finally {
    await file.close();
  }
}

/** Undefined where there is nothing, or a link: folders of failed runs are removed as others come. */
async function unlessGone<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
