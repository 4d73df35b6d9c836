import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  type AnyScenario,
  defineScenario,
  ensure,
  headlines,
  ImagoError,
  memoryStore,
  runStudy,
  type Store,
  type Study,
} from '../../index.ts';
import { ensureTask, identityIn } from '../../internal.ts';
import { commandFile, presence, sqliteStore } from '../../node.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { checkRunnable, loadScenario, withTeacher } from '../load.ts';
import { checkOutputs, makeFolder, type OutputFiles, writeOutputs } from '../output-file.ts';
import { duration } from '../progress.ts';
import { dashboardBeside } from '../run-dashboard.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago run`. */
export interface RunOptions extends OutputFiles, ExecutorOptions {
  readonly seed?: number;
  /** A teacher from outside in place of the scenario's: a file, or as YAML. */
  readonly teacher?: string;
  /** A path, or false for a store that is forgotten with the process. */
  readonly store?: string | false;
  /** Whether to show it in a browser while it runs. */
  readonly dashboard?: boolean;
  /** Whether it can be controlled from the dashboard. */
  readonly control?: boolean;
}

/** Runs a scenario file and says what came of it. */
export async function runCommand(path: string, options: RunOptions, terminal: Terminal): Promise<void> {
  ensure(
    !options.control || options.dashboard,
    'invalid-argument',
    '--control is for the dashboard: say --dashboard --control',
  );
  const written = await loadScenario(path);
  const loaded = options.teacher === undefined ? written : await withTeacher(written, options.teacher);
  ensureTask(loaded);
  const scenario = options.seed === undefined ? loaded : defineScenario({ ...loaded, seed: options.seed });
  const storePath = options.store === false ? undefined : (options.store ?? storeOf(path));
  checkOutputs(options, storePath);
  const study = await studyOf(scenario, path, storePath, options, terminal);
  for (const line of headlines(study)) terminal.print(line);
  writeOutputs(study, options, terminal);
  const { simulated, recalled, seconds } = study.measurements;
  terminal.tell(
    `Time: ${duration(seconds)}; ${simulated} evaluations simulated${recalled > 0 ? `, ${recalled} recalled from the store` : ''}.${storePath ? ` Store: ${storePath}` : ''}`,
  );
}

async function studyOf(
  scenario: AnyScenario,
  path: string,
  storePath: string | undefined,
  options: RunOptions,
  terminal: Terminal,
): Promise<Study> {
  const { simulator } = scenario;
  if (simulator) await checkRunnable(simulator);
  await using store: Store = storePath ? await openStore(storePath) : memoryStore();
  await using _dashboard = options.dashboard
    ? dashboardBeside(storeToShow(storePath), options.control === true, terminal)
    : null;
  await using executor = executorFor(scenario.simulator, options, terminal.tell);
  store.write('source', JSON.stringify({ scenario: resolve(path), simulator: scenario.simulator?.source ?? null }));
  const notice = (text: string) => terminal.tell(`note: ${text}`);
  const identity = simulator && identityIn(store, simulator, notice);
  terminal.tell(`${scenario.name}: ${scenario.simulator?.name ?? 'data'} on ${executor.name}`);
  using control = storePath ? await commandFile(storePath) : undefined;
  try {
    return await runStudy(
      scenario,
      { executor, store, notice, presence: presence(), ...(control && { control }), ...(identity && { identity }) },
      {
        clock: terminal.clock,
        signal: terminal.signal,
        progress: (event) => terminal.progress.update(event),
      },
    );
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
}

/** Where the evaluations of a scenario file are kept, where nothing else is said. */
export function storeOf(path: string): string {
  return join('.imago', `${basename(path, extname(path))}.sqlite`);
}

function storeToShow(path: string | undefined): string {
  ensure(path !== undefined, 'invalid-argument', '--dashboard shows what is in the store; leave --no-store out');
  return path;
}

/** Opens (or makes) a store, with its folder. */
export async function openStore(path: string): Promise<Store> {
  try {
    makeFolder(dirname(resolve(path)));
  } catch (cause) {
    throw new ImagoError('store', `cannot make the folder of the store ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return sqliteStore(path);
}

/** The cancellation, with what became of the work and how to go on. */
export function stopped(cause: ImagoError, storePath: string | undefined): ImagoError {
  const kept = storePath
    ? `every finished evaluation is in ${storePath}; run the same command to go on`
    : 'there is no store, so nothing was kept';
  return new ImagoError('cancelled', `stopped; ${kept}`, { cause });
}
