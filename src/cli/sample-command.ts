import {
  type AnySimulator,
  Dataset,
  datasetToCsv,
  ensure,
  halton,
  ImagoError,
  label,
  latinHypercube,
  memoryStore,
  Rng,
  type Run,
  type Sampler,
  simulatorOracle,
  sobol,
  storedOracle,
  uniform,
} from '../index.ts';
import { identityIn } from '../node.ts';
import { type ExecutorOptions, executorFor } from './executor.ts';
import { checkRunnable, findSimulator } from './load.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { openStore, stopped } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Options of `imago sample`. */
export interface SampleOptions extends ExecutorOptions {
  readonly size: number;
  readonly sampler: string;
  readonly seed: number;
  readonly store?: string;
  readonly out?: string;
}

/** The samplers that `--sampler` knows. */
export const SAMPLERS: Readonly<Record<string, () => Sampler>> = {
  'latin-hypercube': () => latinHypercube(),
  sobol: () => sobol(),
  halton: () => halton(),
  uniform: () => uniform(),
};

/** Runs a simulator over a design and writes points and answers as CSV. */
export async function sampleCommand(nameOrPath: string, options: SampleOptions, terminal: Terminal): Promise<void> {
  const sampler = samplerOf(options.sampler);
  if (options.out !== undefined) checkWritable(options.out);
  const simulator = await findSimulator(nameOrPath);
  const data = await answersOf(simulator, sampler, options, terminal);
  const csv = datasetToCsv(data);
  if (options.out === undefined) terminal.print(csv.trimEnd());
  else writeOutput(options.out, csv);
  const failed = data.rows.filter(({ status }) => status === 'failed').length;
  ensure(failed < data.size, 'no-data', `all ${failed} evaluations failed; the column 'failure' says why`);
  if (failed > 0) terminal.tell(`note: ${failed} of ${data.size} evaluations failed; the column 'failure' says why`);
}

function samplerOf(name: string): Sampler {
  ensure(
    Object.hasOwn(SAMPLERS, name),
    'invalid-argument',
    `--sampler is one of ${Object.keys(SAMPLERS).join(', ')}, got '${name}'`,
  );
  return SAMPLERS[name]();
}

async function answersOf(
  simulator: AnySimulator,
  sampler: Sampler,
  options: SampleOptions,
  terminal: Terminal,
): Promise<Dataset> {
  const { size, seed, store: storePath } = options;
  const run: Run = {
    rng: new Rng(String(seed)),
    clock: terminal.clock,
    signal: terminal.signal,
    progress: (event) => terminal.progress.update(event),
  };
  const nothing = Dataset.empty(simulator.space, simulator.outputs);
  await checkRunnable(simulator);
  const x = sampler(simulator.space, size, nothing, { ...run, rng: run.rng.child('transfer') });
  await using store = storePath ? await openStore(storePath) : memoryStore();
  await using executor = executorFor(simulator, options, terminal.tell);
  const identity = identityIn(store, simulator, (text) => terminal.tell(`note: ${text}`));
  const oracle = storedOracle(simulatorOracle(simulator, executor), store, identity);
  store.write('source', JSON.stringify({ simulator: simulator.source ?? null }));
  try {
    return await label(oracle, x, `${seed}/sample`, run);
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
}
