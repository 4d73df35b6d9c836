import {
  type AnySimulator,
  Dataset,
  datasetToCsv,
  ensure,
  ImagoError,
  label,
  Matrix,
  type ProgressEvent,
  Rng,
  type Run,
  type Sampler,
  simulatorOracle,
} from '../../index.ts';
import { identityIn, samplerFromText, storedOracle } from '../../internal.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { checkRunnable, findSubject } from '../load.ts';
import { checkWritable, OutputStream } from '../output-file.ts';
import { namedPoint, rowOf } from '../point.ts';
import type { Terminal } from '../terminal.ts';
import { openStore, stopped } from './run.ts';

/** Options of `imago sample`. */
export interface SampleOptions extends ExecutorOptions {
  /** Either this many points of the sampler, or those of `at`. */
  readonly size?: number;
  /** Points such as `length=1.2,material=steel`. */
  readonly at?: readonly string[];
  readonly sampler: string;
  readonly seed: number;
  readonly store?: string;
  readonly out?: string;
}

/** Rows that are asked, written and forgotten together. */
const BLOCK = 4096;

/** Runs a simulator over a design and writes points and answers as CSV, as they come, in the order of the design. */
export async function sampleCommand(nameOrPath: string, options: SampleOptions, terminal: Terminal): Promise<void> {
  const sampler = samplerFromText(options.sampler);
  ensure(
    (options.size === undefined) !== (options.at === undefined),
    'invalid-argument',
    'give either --size, or points by --at',
  );
  if (options.out !== undefined) checkWritable(options.out);
  const simulator = await findSubject(nameOrPath);
  const failed = await answersOf(simulator, sampler, options, terminal);
  const size = options.at?.length ?? options.size ?? 0;
  ensure(failed < size, 'no-data', `all ${failed} evaluations failed; the column 'failure' says why`);
  if (failed > 0) terminal.tell(`note: ${failed} of ${size} evaluations failed; the column 'failure' says why`);
}

/** Writes the answers, and returns how many failed. */
async function answersOf(
  simulator: AnySimulator,
  sampler: Sampler,
  options: SampleOptions,
  terminal: Terminal,
): Promise<number> {
  const { at, seed, store: storePath } = options;
  const run: Run = { rng: new Rng(String(seed)), clock: terminal.clock, signal: terminal.signal };
  const nothing = Dataset.empty(simulator.space, simulator.outputs);
  await checkRunnable(simulator);
  const x = at
    ? Matrix.from(at.map((text) => rowOf(namedPoint(text, simulator), simulator)))
    : sampler.sample(simulator.space, options.size ?? 0, nothing, { ...run, rng: run.rng.child('transfer') });
  const size = x.rows;
  await using store = storePath ? await openStore(storePath) : undefined;
  await using executor = executorFor(simulator, options, terminal.tell);
  const identity = store && identityIn(store, simulator, (text) => terminal.tell(`note: ${text}`));
  const asked = simulatorOracle(simulator, executor);
  const oracle = store && identity !== undefined ? storedOracle(asked, store, identity) : asked;
  store?.write('source', JSON.stringify({ simulator: simulator.source ?? null }));
  let failed = 0;
  const progress = (event: ProgressEvent, first: number) =>
    terminal.progress.update({
      ...event,
      done: first + event.done,
      total: size,
      failures: failed + (event.failures ?? 0),
    });
  using file = options.out === undefined ? undefined : new OutputStream(options.out);
  try {
    for (let first = 0; first < size; first += BLOCK) {
      const rows = Matrix.from(Array.from({ length: Math.min(BLOCK, size - first) }, (_, i) => x.row(first + i)));
      const own = { ...run, progress: (event: ProgressEvent) => progress(event, first) };
      const data = await label(oracle, rows, `${seed}/${at ? 'at' : 'sample'}`, own, first);
      failed += data.rows.filter(({ status }) => status === 'failed').length;
      const csv = first === 0 ? datasetToCsv(data) : withoutHeader(datasetToCsv(data));
      if (file) file.write(csv);
      else terminal.print(csv.trimEnd());
    }
    return failed;
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
}

function withoutHeader(csv: string): string {
  return csv.slice(csv.indexOf('\n') + 1);
}
