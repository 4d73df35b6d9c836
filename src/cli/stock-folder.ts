import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnySimulator, ensure, ImagoError, type Json } from '../index.ts';
import { askedSimulator, declaredSimulator, isFamily } from '../internal.ts';
import { findSubject, pluginName } from './load.ts';

/** What the folders of a worker hold: simulators, and by their names functions that make one of options. */
export interface StockFolders {
  readonly simulators: readonly AnySimulator[];
  readonly families: Readonly<Record<string, (options: Json) => Promise<AnySimulator>>>;
}

const SUBJECT = /^\.([cm]?[jt]s|ya?ml)$/;

/** Loads all that is a simulator, or a scenario with one, in these folders; `tell` gets a line for each file that is neither. */
export async function stockOf(folders: readonly string[], tell: (line: string) => void): Promise<StockFolders> {
  const simulators: AnySimulator[] = [];
  const families: Record<string, (options: Json) => Promise<AnySimulator>> = {};
  for (const file of folders.flatMap(filesOf)) {
    try {
      simulators.push(askedSimulator(await findSubject(file)));
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      const module = pathToFileURL(file).href;
      if (isFamily(error)) families[pluginName(file)] = (options) => declaredSimulator({ module, options });
      else tell(`note: ${file} is left out: ${error.message}`);
    }
  }
  return { simulators, families };
}

function filesOf(folder: string): string[] {
  ensure(
    statSync(folder, { throwIfNoEntry: false })?.isDirectory(),
    'invalid-argument',
    `--simulators is a folder with simulators, there is none at ${resolve(folder)}`,
  );
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(resolve(folder), entry.name);
    if (entry.isFile()) return SUBJECT.test(extname(path)) && !path.endsWith('.d.ts') ? [path] : [];
    return ['index.ts', 'index.js', 'index.mjs']
      .map((index) => join(path, index))
      .filter(existsSync)
      .slice(0, 1);
  });
}
