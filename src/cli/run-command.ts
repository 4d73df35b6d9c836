import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

import {
  type AnyScenario,
  defineScenario,
  ensure,
  headlines,
  htmlReport,
  ImagoError,
  markdownReport,
  memoryStore,
  runStudy,
  type Store,
  type Study,
  studyToJson,
} from '../index.ts';
import { simulatorIdentity, sqliteStore } from '../node.ts';
import { executorFor } from './executor.ts';
import { loadScenario } from './load.ts';
import { duration } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Options of `imago run`. */
export interface RunOptions {
  readonly workers?: number;
  readonly inline?: boolean;
  readonly timeLimit?: number;
  readonly seed?: number;
  /** A path, or false for a store that is forgotten with the process. */
  readonly store?: string | false;
  readonly json?: string;
  readonly report?: string;
}

/** Runs a scenario file and says what came of it. */
export async function runCommand(path: string, options: RunOptions, terminal: Terminal): Promise<void> {
  const loaded = await loadScenario(path);
  const scenario = options.seed === undefined ? loaded : defineScenario({ ...loaded, seed: options.seed });
  const storePath =
    options.store === false ? undefined : (options.store ?? join('.imago', `${basename(path, extname(path))}.sqlite`));
  const study = await studyOf(scenario, path, storePath, options, terminal);
  for (const line of headlines(study)) terminal.print(line);
  writeOutputs(study, options, terminal);
  const { simulated, recalled, seconds } = study.measurements;
  terminal.print(
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
  await using store: Store = storePath ? await openStore(storePath) : memoryStore();
  await using executor = executorFor(scenario.simulator, options);
  store.write('source', JSON.stringify({ scenario: resolve(path), simulator: scenario.simulator?.source ?? null }));
  const notice = (text: string) => terminal.tell(`note: ${text}`);
  const identity = scenario.simulator && simulatorIdentity(scenario.simulator);
  terminal.tell(`${scenario.name}: ${scenario.simulator?.name ?? 'data'} on ${executor.name}`);
  try {
    return await runStudy(
      scenario,
      { executor, store, notice, ...(identity && { identity }) },
      {
        clock: terminal.clock,
        signal: terminal.signal,
        progress: (event) => terminal.progress.update(event),
      },
    );
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') {
      const kept = storePath
        ? `every finished evaluation is in ${storePath}; run the same command to go on`
        : 'there is no store, so nothing was kept';
      throw new ImagoError('cancelled', `stopped; ${kept}`, { cause: error });
    }
    throw error;
  } finally {
    terminal.progress.clear();
  }
}

/** Opens (or makes) a store, with its folder. */
export async function openStore(path: string): Promise<Store> {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  return sqliteStore(path);
}

/** Writes the study as JSON and as a report, in the format that the file's extension names. */
export function writeOutputs(
  study: Study,
  { json, report }: Pick<RunOptions, 'json' | 'report'>,
  terminal: Terminal,
): void {
  if (json !== undefined) write(json, `${studyToJson(study)}\n`);
  if (report === undefined) return;
  const format = extname(report);
  ensure(format === '.html' || format === '.md', 'invalid-argument', `--report writes .html or .md, got ${report}`);
  write(report, format === '.html' ? htmlReport(study) : markdownReport(study));
  terminal.print(`Report: ${resolve(report)}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, text);
}
