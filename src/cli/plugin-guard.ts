import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { ImagoError, SimulationFailure } from '../index.ts';
import { EXIT } from './exit-code.ts';

/** The package's own folders. */
const OWN = ['../../src/', '../../dist/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

/** What the package depends on, wherever it is installed. */
const DEPENDENCIES = ['commander', 'jiti', 'mathjs', 'piscina', 'yaml', 'zod'].map((name) => `/node_modules/${name}/`);

/**
 * Keeps this process from what a scenario or a simulator does to it at its top level, or in a run in this thread: it cannot end it nor
 * move its working folder, and what it leaves behind to throw ends it with one sentence. Returns what ends the process, whatever
 * a plug-in has left open, when all that was written has been taken.
 */
export function guardProcess(): (code: number) => Promise<never> {
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    throw new SimulationFailure('crashed', `process.exit(${code ?? ''}) was called, which would end imago`);
  };
  process.abort = () => {
    throw new SimulationFailure('crashed', 'process.abort() was called, which would end imago');
  };
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (signal !== 0 && [process.pid, -process.pid, 0].includes(Number(pid)))
      throw new SimulationFailure(
        'crashed',
        `process.kill(${pid}, '${signal ?? 'SIGTERM'}') was called, which would end imago`,
      );
    return kill(pid, signal);
  };
  process.chdir = (folder) => {
    throw new ImagoError(
      'plugin',
      `process.chdir('${folder}') was called, which would move imago's own files; name files by new URL('...', import.meta.url)`,
    );
  };
  const lost = (error: unknown) => {
    process.stderr.write(`${obituary(error)}\n`);
    exit(isForeign(error) ? EXIT.usage : EXIT.internal);
  };
  releaseTerminals();
  process.on('uncaughtException', lost).on('unhandledRejection', lost);
  return async (code) => {
    await Promise.all([process.stdout, process.stderr].map(flushed));
    return exit(code);
  };
}

/**
 * Lets go, at the end, of a terminal that has gone meanwhile, as with a closed window or a broken connection: Node gives terminals back the mode
 * that it found them in, and aborts where it cannot.
 */
function releaseTerminals(): void {
  const terminals = [0, 1, 2].filter(isatty);
  process.on('exit', () => {
    for (const descriptor of terminals.filter((one) => !isatty(one))) {
      closeSync(descriptor);
      // Takes the lowest free number, which is the one that was closed.
      openSync(devNull, 'r+');
    }
  });
}

/** Fulfilled when all has been taken that was written, or can no longer be. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

function obituary(error: unknown): string {
  if (!isForeign(error)) return `internal error, please report it:\n${(error as Error).stack}`;
  const place = error instanceof Error ? foreignFrame(error) : undefined;
  const what = error instanceof Error ? error.message : String(error);
  return `imago: a simulator or scenario left behind what throws outside of a run${place ? `, ${place}` : ''}: ${what}`;
}

/** Whether it comes from a plug-in: what imago throws is an error with a stack of its own files. */
function isForeign(error: unknown): boolean {
  return !(error instanceof Error) || foreignFrame(error) !== undefined;
}

/** The file and line of the first frame that is neither Node's nor the package's nor of what it depends on. */
function foreignFrame({ stack = '' }: Error): string | undefined {
  for (const frame of stack.split('\n').filter((line) => line.startsWith('    at '))) {
    const [, file, line] = /(?:file:\/\/)?(\/[^():]*|[A-Za-z]:\\[^():]*):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (file === undefined || OWN.some((own) => file.startsWith(own))) continue;
    if (!DEPENDENCIES.some((one) => file.includes(one))) return `${file}:${line}`;
  }
  return undefined;
}
