import { basename, extname, join } from 'node:path';
import {
  type AnyScenario,
  datasetToCsv,
  ensure,
  type Fit,
  type FitStep,
  fitUntil,
  ImagoError,
  latinHypercube,
  memoryStore,
  Rng,
  type Store,
  simulatorOracle,
  storedOracle,
} from '../index.ts';
import { type ExecutorOptions, executorFor } from './executor.ts';
import { identityOf, loadScenario } from './load.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { openStore, stopped } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Options of `imago fit`. */
export interface FitOptions extends ExecutorOptions {
  /** `q2 >= 0.99`. */
  readonly until: string;
  readonly budget: number;
  readonly initial?: number;
  readonly batch?: number;
  readonly seed?: number;
  /** A path, or false for a store that is forgotten with the process. */
  readonly store?: string | false;
  readonly out?: string;
}

/** Runs a scenario's simulator where it teaches the first student most, and says after each fit how well that knows it. */
export async function fitCommand(path: string, options: FitOptions, terminal: Terminal): Promise<void> {
  const target = targetOf(options.until);
  const scenario = await loadScenario(path);
  ensure(
    scenario.simulator,
    'invalid-argument',
    `${path} starts from data; to fit until something is reached there must be a simulator to ask`,
  );
  if (options.out !== undefined) checkWritable(options.out);
  const storePath =
    options.store === false ? undefined : (options.store ?? join('.imago', `${basename(path, extname(path))}.sqlite`));
  const { data, curve, stop } = await fitOf(scenario, target, storePath, options, terminal);
  if (options.out !== undefined) writeOutput(options.out, datasetToCsv(data));
  const { runs, score, output } = curve.at(-1) as FitStep;
  const reached = `q2 ${score.toFixed(4)} with ${runs} runs, least of ${output}`;
  terminal.print(
    stop === 'target'
      ? `Good enough: ${reached}`
      : `Not good enough when the ${stop === 'budget' ? 'budget was spent' : 'space was exhausted'}: ${reached}; asked for ${target}`,
  );
  if (storePath) terminal.tell(`Store: ${storePath}`);
}

async function fitOf(
  scenario: AnyScenario,
  target: number,
  storePath: string | undefined,
  { budget, initial, batch, seed = scenario.seed ?? 1, ...options }: FitOptions,
  terminal: Terminal,
): Promise<Fit> {
  const simulator = scenario.simulator as NonNullable<AnyScenario['simulator']>;
  const identity = await identityOf(simulator);
  await using store: Store = storePath ? await openStore(storePath) : memoryStore();
  await using executor = executorFor(simulator, options);
  terminal.tell(`${scenario.name}: ${simulator.name} on ${executor.name}`);
  const { transfer = latinHypercube(), student } = scenario.chain?.[0] ?? {};
  try {
    return await fitUntil(
      storedOracle(simulatorOracle(simulator, executor), store, identity),
      { transfer, ...(student && { student }) },
      {
        target,
        budget,
        ...(initial !== undefined && { initial }),
        ...(batch !== undefined && { batch }),
        ...(scenario.breaker !== undefined && { breaker: scenario.breaker }),
      },
      {
        rng: new Rng(`${seed}/fit`),
        clock: terminal.clock,
        signal: terminal.signal,
        progress: (event) => terminal.progress.update(event),
      },
      ({ runs, failed, score, output }) =>
        terminal.print(
          `${String(runs).padStart(5)} runs${failed > 0 ? `, ${failed} failed` : ''}: q2 ${score.toFixed(4)}, least of ${output}`,
        ),
    );
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
}

function targetOf(text: string): number {
  const [, number] = /^\s*q2\s*>=?\s*(\d*\.?\d+)\s*$/.exec(text) ?? [];
  const target = Number(number);
  ensure(
    target > 0 && target <= 1,
    'invalid-argument',
    `--until is a goal such as 'q2 >= 0.99', with a number above 0 and at most 1, got '${text}'`,
  );
  return target;
}
