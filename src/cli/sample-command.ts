import { writeFileSync } from 'node:fs';

import {
  Dataset,
  datasetToCsv,
  ensure,
  halton,
  label,
  latinHypercube,
  memoryStore,
  Rng,
  type Sampler,
  simulatorOracle,
  sobol,
  storedOracle,
  uniform,
} from '../index.ts';
import { simulatorIdentity } from '../node.ts';
import { executorFor } from './executor.ts';

import { findSimulator } from './load.ts';
import { openStore } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Options of `imago sample`. */
export interface SampleOptions {
  readonly size: number;
  readonly sampler: string;
  readonly seed: number;
  readonly workers?: number;
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
  const simulator = await findSimulator(nameOrPath);
  ensure(
    Object.hasOwn(SAMPLERS, options.sampler),
    'invalid-argument',
    `--sampler is one of ${Object.keys(SAMPLERS).join(', ')}, got ${options.sampler}`,
  );
  const run = {
    rng: new Rng(String(options.seed)),
    clock: terminal.clock,
    signal: terminal.signal,
    progress: terminal.progress.update.bind(terminal.progress),
  };
  const x = SAMPLERS[options.sampler]()(
    simulator.space,
    options.size,
    Dataset.empty(simulator.space, simulator.outputs),
    { ...run, rng: run.rng.child('transfer') },
  );
  await using store = options.store ? await openStore(options.store) : memoryStore();
  await using executor = executorFor(simulator, options);
  const oracle = storedOracle(simulatorOracle(simulator, executor), store, simulatorIdentity(simulator));
  const csv = datasetToCsv(await label(oracle, x, `${options.seed}/sample`, run));
  if (options.out === undefined) terminal.print(csv.trimEnd());
  else writeFileSync(options.out, csv);
}
