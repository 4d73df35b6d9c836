import { basename, extname, join } from 'node:path';
import { ImagoError, memoryStore, type Store } from '../../index.ts';
import { type Contest, contestLines, contestSummary, identityIn, runContest } from '../../internal.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { checkRunnable, loadScenario } from '../load.ts';
import { checkWritable, writeOutput } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';
import { openStore, stopped } from './run.ts';

/** Options of `imago bench`. */
export interface BenchOptions extends ExecutorOptions {
  /** How many seeds, from the scenario's on. */
  readonly seeds: number;
  /** Simulator runs of each direct optimizer. */
  readonly budget?: number;
  /** A path, or false for a store that is forgotten with the process. */
  readonly store?: string | false;
  readonly json?: string;
}

/** Lets direct optimizers run against the scenario's search on its own simulator, and says what the search saves. */
export async function benchCommand(path: string, options: BenchOptions, terminal: Terminal): Promise<void> {
  const scenario = await loadScenario(path);
  const { json, seeds, budget } = options;
  const storePath =
    options.store === false
      ? undefined
      : (options.store ?? join('.imago', `${basename(path, extname(path))}.bench.sqlite`));
  if (json !== undefined) checkWritable(json);
  const { simulator } = scenario;
  if (simulator) await checkRunnable(simulator);
  await using store: Store = storePath ? await openStore(storePath) : memoryStore();
  await using executor = executorFor(scenario.simulator, options, terminal.tell);
  const identity = simulator && identityIn(store, simulator, (text) => terminal.tell(`note: ${text}`));
  terminal.tell(`${scenario.name}: ${scenario.simulator?.name ?? 'data'} on ${executor.name}`);
  const contests: Contest[] = [];
  const first = scenario.seed ?? 1;
  try {
    for (let k = 0; k < seeds; k++) {
      const contest = await runContest(
        scenario,
        { executor, store, ...(identity && { identity }) },
        { seed: first + k, ...(budget !== undefined && { budget }) },
        {
          clock: terminal.clock,
          signal: terminal.signal,
          progress: (event) =>
            terminal.progress.update({
              ...event,
              note: [`seed ${k + 1} of ${seeds}`, event.note ?? ''].filter((text) => text !== '').join(', '),
            }),
        },
      );
      contests.push(contest);
      for (const line of contestLines(contest)) terminal.print(line);
      if (json !== undefined) writeOutput(json, `${JSON.stringify(contests, null, 1)}\n`);
    }
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
  const summary = contestSummary(contests);
  if (summary !== undefined) terminal.print(summary);
  if (storePath) terminal.tell(`Store: ${storePath}`);
}
