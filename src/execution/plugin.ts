import { existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure, ImagoError, show } from '../core/errors.ts';
import { afterAwake } from '../core/platform/awake-timer.ts';
import { type AnySimulator, isSimulator, type SimulatorSource } from '../core/simulator.ts';
import { reasonOf } from '../core/thrown.ts';

const TYPESCRIPT = ['.ts', '.mts', '.cts', '.tsx'];

/** Options of {@link loadModule} and {@link loadSimulator}. */
export interface LoadOptions {
  /** Milliseconds that a file may wait for something at its top level; what blocks this thread blocks the limit as well. Default 60,000. */
  readonly timeLimit?: number;
}

/** Milliseconds. */
export const TIME_LIMIT = 60_000;

/**
 * Imports a plug-in file, JavaScript or TypeScript, by its URL, and returns its exports. TypeScript goes through jiti on every
 * Node, so that a file that loads on one loads on all; JavaScript that it imports, this package included, is imported natively.
 */
export async function loadModule(url: string, options: LoadOptions = {}): Promise<Readonly<Record<string, unknown>>> {
  const { timeLimit = TIME_LIMIT } = options;
  const isFile = url.startsWith('file:');
  const name = fileName(url);
  ensure(!isFile || existsSync(name), 'plugin', `cannot load ${name}: there is no such file`);
  ensure(!isFile || statSync(name).isFile(), 'plugin', `cannot load ${name}: it is a folder; name the file in it`);
  try {
    return await soon(importModule(url), timeLimit);
  } catch (cause) {
    throw new ImagoError('plugin', `cannot load ${placeOf(cause, name)}: ${oneLine(reasonOf(cause))}`, { cause });
  }
}

async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  const name = fileName(url);
  if (!url.startsWith('file:') || !TYPESCRIPT.includes(extname(name))) return import(/* @vite-ignore */ url);
  const { createJiti } = await import('jiti');
  return createJiti(url, { extensions: TYPESCRIPT, interopDefault: false }).import(name);
}

/** The promised value, or an error when that takes longer than `limit` milliseconds. Meanwhile the process does not end. */
async function soon<T>(promise: Promise<T>, limit: number): Promise<T> {
  let stop: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `it was still loading after ${limit / 1000} s; what it does at its top level must end`;
    stop = afterAwake(limit, () => reject(new Error(words)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop();
  }
}

const NO_SIMULATOR = 'must be made by defineSimulator';

/** Whether a file could be loaded and holds something else than a simulator: errors come from other processes as their texts. */
export function isNoSimulator(error: unknown): boolean {
  return error instanceof ImagoError && error.message.includes(` ${NO_SIMULATOR}, got `);
}

const FAMILY = 'is a function and needs options';

/** Whether a file exports a function that makes a simulator of options. */
export function isFamily(error: unknown): boolean {
  return error instanceof ImagoError && error.message.includes(` ${FAMILY};`);
}

/** Without the stack of requires that Node appends, and with the place that a parser puts on a line of its own. */
function oneLine(reason: string): string {
  return reason
    .replace(/\nRequire stack:.*/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The package's own folders, sources and compiled. */
const OWN = ['../../src/', '../../dist/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

const FRAME = /^ +at (?:.*\()?(?:file:\/\/)?(\/.*|[A-Za-z]:\\.*):(\d+):\d+\)?$/;

/** The plug-in with the line at which it threw, or else what it imports and the line there. Columns are those of compiled code. */
function placeOf(error: unknown, name: string): string {
  const lines =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')) : [];
  for (const frame of lines) {
    // From here on it is the machinery that loads.
    if (frame.includes('node:internal') || frame.includes('jiti')) break;
    const [, file, line] = FRAME.exec(frame) ?? [];
    if (file === undefined || file.includes('node_modules') || OWN.some((own) => file.startsWith(own))) continue;
    return file === name ? `${name}:${line}` : `${name}: ${file}:${line}`;
  }
  return name;
}

/** Loads the simulator of a worker: the module's default export, called with the options when it is a function. */
export async function loadSimulator(source: SimulatorSource, options: LoadOptions = {}): Promise<AnySimulator> {
  const name = fileName(source.module);
  const exported = (await loadModule(source.module, options)).default;
  ensure(
    exported !== undefined,
    'plugin',
    `${name} has no default export; end it with: export default defineSimulator(...)`,
  );
  if (isSimulator(exported)) {
    ensure(
      source.options === undefined,
      'plugin',
      `${name} exports a simulator, but options are given for it; export a function: export default (options) => defineSimulator(...)`,
    );
    return noteWhereabouts(exported, source);
  }
  ensure(
    typeof exported === 'function',
    'plugin',
    `the default export of ${name} ${NO_SIMULATOR}, got ${show(exported)}`,
  );
  ensure(
    source.options !== undefined,
    'plugin',
    `the default export of ${name} ${FAMILY}; name them: defineSimulator({ module: import.meta.url, options }, ...)`,
  );
  const made: unknown = await make(name, exported as (options: unknown) => unknown, source.options);
  ensure(
    isSimulator(made),
    'plugin',
    `the default export of ${name}, called with ${show(source.options)}, must return what defineSimulator makes, got ${show(made)}`,
  );
  return noteWhereabouts(made, source);
}

async function make(name: string, factory: (options: unknown) => unknown, options: unknown): Promise<unknown> {
  try {
    return await factory(options);
  } catch (cause) {
    throw new ImagoError(
      'plugin',
      `the default export of ${name}, called with ${show(options)}, threw: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** The path of a `file:` URL, else the URL. */
export function fileName(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

const known = new WeakMap<AnySimulator, SimulatorSource>();

/**
 * Notes from where a simulator without a source was loaded, such as an external program: it runs in no thread of this machine, since it
 * works in processes of its own, but a worker elsewhere can load it from there.
 */
export function noteWhereabouts(simulator: AnySimulator, source: SimulatorSource): AnySimulator {
  if (!simulator.source) known.set(simulator, source);
  return simulator;
}

/** From where a worker elsewhere can load a simulator. */
export function whereaboutsOf(simulator: AnySimulator): SimulatorSource | undefined {
  return simulator.source ?? known.get(simulator);
}
