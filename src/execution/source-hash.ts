import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../core/errors.ts';
import type { AnySimulator } from '../core/simulator.ts';

/** `'./x'` after from, import, import(, require( or new URL(. One too many, as in a comment, does no harm. */
const RELATIVE = /(?:\b(?:from|import)\s*|\b(?:import|require|URL)\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * Twelve hexadecimal digits of a SHA-256 of a plug-in file and of the files that it imports by relative paths, and these in
 * turn: they change when the simulator's text does. What it reads in other ways, and packages, are not seen.
 */
export function sourceHash(moduleUrl: string): string {
  const hash = createHash('sha256');
  if (!moduleUrl.startsWith('file:')) return hash.update(moduleUrl).digest('hex').slice(0, 12);
  const main = fileURLToPath(moduleUrl);
  ensure(existsSync(main), 'plugin', `cannot read ${main}: there is no such file`);
  const seen = new Set([main]);
  for (const path of seen) {
    const text = readFileSync(path);
    hash.update(`${text.length}\n`).update(text);
    for (const [, , specifier] of text.toString('utf8').matchAll(RELATIVE)) {
      const found = locate(resolve(dirname(path), specifier));
      if (found) seen.add(found);
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** The file behind a relative import, with the spellings that TypeScript and jiti allow. */
function locate(path: string): string | undefined {
  const stem = path.replace(/\.([cm]?)js$/, '.$1ts');
  const candidates = [path, stem, ...['.ts', '.js', '.mts', '.mjs', '/index.ts', '/index.js'].map((end) => path + end)];
  return candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}

/** `name@version+hash`, the key of a simulator's answers in a store: another text or other options are another simulator. */
export function simulatorIdentity(simulator: AnySimulator): string {
  const { name, version, source } = simulator;
  if (!source) return `${name}@${version}`;
  const text = sourceHash(source.module);
  const hash =
    source.options === undefined
      ? text
      : createHash('sha256')
          .update(text + JSON.stringify(source.options))
          .digest('hex')
          .slice(0, 12);
  return `${name}@${version}+${hash}`;
}
