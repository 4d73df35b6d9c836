import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ensure, htmlReport, ImagoError, markdownFiles, type Study, studyToJson } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** Files that a command writes at its end. */
export interface OutputFiles {
  readonly json?: string;
  readonly report?: string;
}

/** Throws unless the files can be written: asked before a study runs, so that no work is lost at its end. */
export function checkOutputs({ json, report }: OutputFiles, store?: string): void {
  if (report !== undefined) {
    const format = extname(report);
    ensure(
      format === '.html' || format === '.md',
      'invalid-argument',
      `--report writes .html or .md, got '${report}'; name it something like report.html`,
    );
  }
  const files = [json, report].filter((path) => path !== undefined);
  for (const path of files) checkWritable(path);
  const all = [...files, ...(store === undefined ? [] : [store])].map((path) => resolve(path));
  const twice = all.find((path, i) => all.indexOf(path) !== i);
  ensure(twice === undefined, 'invalid-argument', `${twice} is named for two different outputs; choose two names`);
}

/** Throws unless the file can be written; makes its folder, and leaves the file as it is. */
export function checkWritable(path: string): void {
  attempt(path, () => {
    const isNew = !existsSync(path);
    makeFolder(dirname(resolve(path)));
    closeSync(openSync(path, 'a'));
    if (isNew) rmSync(path);
  });
}

/** Writes the study as JSON and as a report, in the format that the file's extension names. */
export function writeOutputs(study: Study, { json, report }: OutputFiles, terminal: Terminal): void {
  if (json !== undefined) {
    writeOutput(json, `${studyToJson(study)}\n`);
    terminal.tell(`JSON: ${resolve(json)}`);
  }
  if (report === undefined) return;
  if (extname(report) === '.html') writeOutput(report, htmlReport(study));
  else writeMarkdown(study, report);
  terminal.tell(`Report: ${resolve(report)}`);
}

/** Writes Markdown with its pictures in a folder beside it: `beam.md` and `beam-pictures`. */
function writeMarkdown(study: Study, path: string): void {
  const { text, pictures } = markdownFiles(study, `${basename(path, '.md')}-pictures`);
  for (const [name, svg] of pictures) writeOutput(join(dirname(path), name), svg);
  writeOutput(path, text);
}

/** Writes a file, and makes its folder. */
export function writeOutput(path: string, text: string): void {
  attempt(path, () => {
    makeFolder(dirname(resolve(path)));
    writeFileSync(path, text);
  });
}

/** A file that is written piece by piece, from its beginning. */
export class OutputStream implements Disposable {
  readonly #path: string;
  readonly #file: number;

  constructor(path: string) {
    this.#path = path;
    this.#file = attempt(path, () => openSync(path, 'w'));
  }

  write(text: string): void {
    attempt(this.#path, () => writeFileSync(this.#file, text));
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/** Makes a folder and those above it, one at a time: a recursive mkdir never returns in some file systems, such as /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new ImagoError('invalid-argument', `cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
