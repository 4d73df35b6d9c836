import { readFileSync, realpathSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** `'name'`, `'name/file'` or `'@scope/name'` after from, import, import( or require(. One that is no package, as in a comment, is not found. */
const BARE =
  /(?:\b(?:from|import)\s*|\b(?:import|require)\s*\(\s*)(['"])((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:\/[^'"\n]*)?\1/g;

/** Left out with what it needs: its answers do not depend on the version, and a new one must not make every store stale. */
const SELF = 'imago';

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that the files import, and what these need, in order: `name@version integrity`, the last where a lock file tells it. */
export function packagesOf(files: ReadonlyMap<string, Buffer>): string[] {
  const found = new Map<string, string>();
  const locks = new Map<string, Lock>();
  const visit = (name: string, from: string) => {
    if (name === SELF || builtinModules.includes(name)) return;
    const folder = locate(name, from);
    if (folder === undefined || found.has(folder)) return;
    const manifest = readJson<Manifest>(join(folder, 'package.json')) ?? {};
    found.set(folder, `${name}@${manifest.version ?? ''} ${integrityOf(folder, locks)}`.trim());
    const { dependencies, peerDependencies, optionalDependencies } = manifest;
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }))
      visit(needed, folder);
  };
  for (const [path, text] of files)
    for (const [, , name] of text.toString('utf8').matchAll(BARE)) visit(name, dirname(path));
  return [...new Set(found.values())].sort();
}

/** The folder of a package as a file in the folder `from` would find it, links resolved. */
function locate(name: string, from: string): string | undefined {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (statSync(join(candidate, 'package.json'), { throwIfNoEntry: false })?.isFile()) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

type Lock = Readonly<Record<string, { readonly integrity?: string }>>;

/** What the nearest lock file that knows the folder says of it. */
function integrityOf(folder: string, locks: Map<string, Lock>): string {
  for (let root = dirname(folder); root !== dirname(root); root = dirname(root)) {
    const key = relative(root, folder).split(sep).join('/');
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) {
      const path = join(root, file);
      const lock = locks.get(path) ?? readJson<{ packages?: Lock }>(path)?.packages ?? {};
      locks.set(path, lock);
      const { integrity } = lock[key] ?? {};
      if (integrity !== undefined) return integrity;
    }
  }
  return '';
}

/** What a file holds, or undefined where there is none or it cannot be read. */
function readJson<T>(path: string): T | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    // A lock file that is just being written, say, tells nothing.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
