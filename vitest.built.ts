import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const SRC = join(import.meta.dirname, 'src/');
const DIST = join(import.meta.dirname, 'dist/');
const RECORD = join(DIST, '.tsbuildinfo');

/** What the compiler writes of a build: for each file the hash of its text, alone or among others. */
interface BuildRecord {
  readonly fileNames: readonly string[];
  readonly fileInfos: readonly (string | { readonly version: string })[];
  readonly affectedFilesPendingEmit?: unknown;
}

/** Whether `dist` was compiled from the sources as they are, to the last byte. */
export function isBuilt(): boolean {
  if (!existsSync(RECORD)) return false;
  const { fileNames, fileInfos, affectedFilesPendingEmit } = JSON.parse(readFileSync(RECORD, 'utf8')) as BuildRecord;
  if (affectedFilesPendingEmit) return false;
  return fileNames.every((name, i) => {
    const path = resolve(DIST, name);
    if (!path.startsWith(SRC)) return true;
    const info = fileInfos[i];
    const hash = typeof info === 'string' ? info : info.version;
    return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === hash;
  });
}

/**
 * Leads imports of sources to what was compiled of them, which Node loads itself: in modules that Vite has rewritten each use of an import is
 * a call of a getter, which no engine inlines.
 */
export const fromBuild: Plugin = {
  name: 'from-build',
  enforce: 'pre',
  resolveId(id, importer) {
    const own = /^imago(?:\/(\w+))?$/.exec(id);
    const path = own ? `${SRC}${own[1] ?? 'index'}.ts` : importer ? resolve(dirname(importer), id) : id;
    if (!path.startsWith(SRC) || !path.endsWith('.ts')) return undefined;
    const compiled = `${DIST}${path.slice(SRC.length, -'.ts'.length)}.js`;
    return existsSync(compiled) ? { id: compiled, external: true } : undefined;
  },
};

/** The files that {@link fromBuild} leads to. */
export const BUILT = new RegExp(`^${DIST.replace(/[^\w/]/g, '\\$&')}`);
