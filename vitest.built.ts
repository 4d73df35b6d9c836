import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** What the compiler writes of a build: for each file the hash of its text, alone or among others. */
interface BuildRecord {
  readonly fileNames: readonly string[];
  readonly fileInfos: readonly (string | { readonly version: string })[];
  readonly affectedFilesPendingEmit?: unknown;
}

const sha256 = (of: string | Uint8Array) => createHash('sha256').update(of).digest('hex');

/** The files of `root/src` that `root/dist` was compiled from, to the last byte; undefined where one has changed since, or is gone. */
export function builtSources(root: string): ReadonlySet<string> | undefined {
  const [src, dist] = [join(root, 'src/'), join(root, 'dist/')];
  const record = join(dist, '.tsbuildinfo');
  if (!existsSync(record)) return undefined;
  const { fileNames, fileInfos, affectedFilesPendingEmit } = JSON.parse(readFileSync(record, 'utf8')) as BuildRecord;
  if (affectedFilesPendingEmit) return undefined;
  const sources = new Set<string>();
  for (const [i, name] of fileNames.entries()) {
    const path = resolve(dist, name);
    if (!path.startsWith(src)) continue;
    const info = fileInfos[i];
    const hash = typeof info === 'string' ? info : info.version;
    if (!existsSync(path) || sha256(readFileSync(path)) !== hash) return undefined;
    sources.add(path);
  }
  return sources;
}

/**
 * Leads imports of `sources` to what was compiled of them, which Node loads itself: in modules that Vite has rewritten each use of an import is
 * a call of a getter. Of files that no source is left of nothing is loaded, though compilers leave them in `dist`.
 */
export function fromBuild(root: string, sources: ReadonlySet<string>): Plugin {
  const [src, dist] = [join(root, 'src/'), join(root, 'dist/')];
  let isWatched = false;
  return {
    name: 'from-build',
    enforce: 'pre',
    configureVitest({ vitest, experimental_defineCacheKeyGenerator: addToKeys }) {
      // A change that is made while tests wait for it is in no build.
      isWatched = vitest.config.watch;
      // What is kept of a file from run to run names the files that its imports were led to.
      const key = isWatched ? 'sources' : sha256([...sources].join());
      addToKeys(() => key);
    },
    resolveId(id, importer) {
      const path = importer ? resolve(dirname(importer), id) : id;
      if (isWatched || !sources.has(path)) return undefined;
      const compiled = `${dist}${path.slice(src.length, -'.ts'.length)}.js`;
      return existsSync(compiled) ? { id: compiled, external: true } : undefined;
    },
  };
}

/** The files that {@link fromBuild} leads to. */
export function builtFiles(root: string): RegExp {
  return new RegExp(`^${join(root, 'dist/').replace(/[^\w/]/g, '\\$&')}`);
}
