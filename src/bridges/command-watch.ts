import type { AnySimulator } from '../core/simulator.ts';
import type { Ending } from './program.ts';
import type { Told } from './reading.ts';
import type { FolderFile } from './run-folder.ts';

/** What a run of a program tells whoever looks at it. */
export interface CommandWatch {
  /** Before the program is started: the files that were written for it, and the program with its arguments. */
  started(files: readonly FolderFile[], command: readonly string[]): void;
  /** When the program has ended. */
  ended(ending: Ending): void;
  /** Each output in turn: what was read, or why it could not be. */
  read(output: string, found: { readonly value: Told } | { readonly reason: string }): void;
}

type Run = AnySimulator['run'];

const runs = new WeakMap<AnySimulator, (watch: CommandWatch) => Run>();

/** Remembers how the program of a simulator is run with somebody looking at it. */
export function watchable(simulator: AnySimulator, run: (watch: CommandWatch) => Run): void {
  runs.set(simulator, run);
}

/** The same simulator, whose runs tell what they do; undefined where it is no program. */
export function watchedCommand(simulator: AnySimulator, watch: CommandWatch): AnySimulator | undefined {
  const run = runs.get(simulator)?.(watch);
  if (!run) return undefined;
  const members = { ...Object.getOwnPropertyDescriptors(simulator), run: { value: run } };
  return Object.defineProperties({}, members) as unknown as AnySimulator;
}
