import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../core/errors.ts';
import { constantsText } from '../core/identity.ts';
import type { AnySimulator } from '../core/simulator.ts';
import type { Store } from '../core/store.ts';
import { packagesOf } from './imported-packages.ts';

/** `'./x'` after from, import, import(, require( or new URL(. One too many, as in a comment, does no harm. */
const RELATIVE = /(?:\b(?:from|import)\s*|\b(?:import|require|URL)\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * Twelve hexadecimal digits of a SHA-256 of a plug-in file and of the files that it imports by relative paths, and these in
 * turn: they change when the simulator's text does. What it reads in other ways is not seen, nor are packages: see {@link simulatorIdentity}.
 */
export function sourceHash(moduleUrl: string): string {
  if (!moduleUrl.startsWith('file:')) return digest(moduleUrl);
  const hash = createHash('sha256');
  for (const text of sourcesOf(moduleUrl).values()) hash.update(`${text.length}\n`).update(text);
  return hash.digest('hex').slice(0, LENGTH);
}

/** Hexadecimal digits of a hash. */
const LENGTH = 12;

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, LENGTH);
}

/** A plug-in file and those that it imports by relative paths, and these in turn. */
function sourcesOf(moduleUrl: string): ReadonlyMap<string, Buffer> {
  const main = fileURLToPath(moduleUrl);
  ensure(existsSync(main), 'plugin', `cannot read ${main}: there is no such file`);
  const texts = new Map<string, Buffer>();
  const seen = new Set([main]);
  for (const path of seen) {
    const text = readFileSync(path);
    texts.set(path, text);
    for (const [, , specifier] of text.toString('utf8').matchAll(RELATIVE)) {
      const found = locate(resolve(dirname(path), specifier));
      if (found) seen.add(found);
    }
  }
  return texts;
}

/** The file behind a relative import, with the spellings that TypeScript and jiti allow. */
function locate(path: string): string | undefined {
  const stem = path.replace(/\.([cm]?)js$/, '.$1ts');
  const candidates = [path, stem, ...['.ts', '.js', '.mts', '.mjs', '/index.ts', '/index.js'].map((end) => path + end)];
  return candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}

/**
 * `name@version+hash`, the key of a simulator's answers in a store: another text or other options are another simulator. Where it imports
 * packages, another hash follows after a dot, of their names and versions and those of what they need, and of the integrity that a lock
 * file tells. This package is left out: what it changes in answers, it says in its CHANGELOG.
 */
export function simulatorIdentity(simulator: AnySimulator): string {
  const packages = packagesHash(simulator);
  return `${identityWithoutPackages(simulator)}${packages === '' ? '' : `.${packages}`}`;
}

/** The key of a simulator's answers in a store that knows nothing of packages. */
export function identityWithoutPackages(simulator: AnySimulator): string {
  const { name, version, source } = simulator;
  const text = source ? sourceHash(source.module) : '';
  const options = source?.options === undefined ? undefined : JSON.stringify(source.options);
  const given = [options, constantsText(simulator)].filter((one) => one !== undefined);
  const hash = given.length === 0 ? text : digest(text + given.join('\n'));
  return `${name}@${version}${hash === '' ? '' : `+${hash}`}`;
}

/**
 * The key under which a store keeps the answers of a simulator. One that was begun before packages counted goes on under its key, for
 * as long as the packages stay as they are now; `notice` gets a line that says so.
 */
export function identityIn(store: Store, simulator: AnySimulator, notice: (text: string) => void): string {
  const present = simulatorIdentity(simulator);
  const earlier = identityWithoutPackages(simulator);
  const counts = store.counts();
  const stored = counts.get(earlier) ?? 0;
  if (present === earlier || stored === 0) return present;
  const document = `packages/${earlier}`;
  const known = store.read(document);
  if (known !== undefined) return known === present ? earlier : present;
  if (counts.has(present)) return present;
  store.write(document, present);
  notice(
    `${stored} stored evaluations are from before the packages that a simulator imports were part of its identity; they are taken for those of ${present}`,
  );
  return earlier;
}

function packagesHash({ source }: AnySimulator): string {
  if (!source?.module.startsWith('file:')) return '';
  const found = packagesOf(sourcesOf(source.module));
  return found.length === 0 ? '' : digest(found.join('\n'));
}
