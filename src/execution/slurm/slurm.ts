import { resolve } from 'node:path';
import { ensure, show } from '../../core/errors.ts';
import type { Executor } from '../../core/executor.ts';
import { whereaboutsOf } from '../plugin.ts';
import { retriesOf } from '../retries.ts';
import { simulatorIdentity } from '../source-hash.ts';
import { limitFor } from '../time-limit.ts';
import { Desk } from './desk.ts';
import { SlurmEvaluation } from './evaluation.ts';
import { declarationText, FORMAT } from './order.ts';

/** Options of {@link slurmExecutor}. */
export interface SlurmOptions {
  /** A folder that this machine and the nodes see under the same path. Runs and their answers travel through it; a study at a time has it. */
  readonly directory: string;
  /** Options of `sbatch`, as your site wants them: `['--partition=short', '--time=02:00:00', '--mem=4G']`. Default: none. */
  readonly sbatch?: readonly string[];
  /** Lines of the shell that each task begins with, such as `module load node`. Default: none. */
  readonly prologue?: string;
  /** Runs for each task of an array. Default: as many as it can begin in two minutes. */
  readonly group?: number;
  /**
   * How many workers take runs until the time of their tasks is up, in place of tasks that end with the work: for searches, which
   * then wait only once in Slurm's queue. Default: none.
   */
  readonly pilot?: number;
  /** Tasks in Slurm's queue at most, and runs under way at most where they are long. Default 100. */
  readonly jobs?: number;
  /** Milliseconds for one evaluation. Default: no limit but that of Slurm. */
  readonly timeLimit?: number;
  /** How many times a run is begun again whose task ended through no fault of its own. Default 3. */
  readonly retries?: number;
  /** Whether cancelling a study cancels its tasks. Default false: they go on, and the study takes their answers when it is resumed. */
  readonly cancel?: boolean;
  /** Milliseconds by which the file system may show a file late; the end of a task is believed only after that. Default 60,000. */
  readonly lateness?: number;
  /** Told what holds the study up: Slurm is away, a job is held, a folder was deleted. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

const JOBS = 100;
const LATENESS = 60_000;

/** Options of sbatch that would undo what the executor gives it. */
const TAKEN =
  /^(?:--(?:array|parsable|wrap|job-name|output|error|open-mode|wait|test-only|no-requeue)(?:=|$)|-[aJoeW])/;

const warn = (text: string) => process.emitWarning(text);

/**
 * Runs a simulator in the tasks of arrays that it gives to Slurm. A run is in the directory before Slurm is asked for a task, and its
 * answer stays there until it has been taken: a study that was ended in any way and begins again takes what came meanwhile.
 */
export function slurmExecutor(options: SlurmOptions): Executor {
  const { sbatch = [], prologue = '', group, pilot, jobs = JOBS, cancel = false, notice = warn } = options;
  const { timeLimit = Number.POSITIVE_INFINITY, lateness = LATENESS } = options;
  check(options);
  const retries = retriesOf('slurmExecutor', options.retries);
  const directory = resolve(options.directory);
  const concurrency = pilot === undefined ? jobs : 2 * pilot;
  const closing = new AbortController();
  let opening: Promise<Desk> | undefined;
  const order = { directory, pilot: pilot !== undefined, ...(group !== undefined && { group }) };
  const open = () =>
    Desk.open({ directory, order, sbatch, prologue, jobs: pilot ?? jobs, pilot, retries, lateness, cancel, notice });
  return {
    name: pilot === undefined ? 'Slurm' : `Slurm, ${pilot} ${pilot === 1 ? 'worker' : 'workers'}`,
    concurrency,
    async *evaluate(simulator, tasks, run) {
      const source = whereaboutsOf(simulator);
      ensure(!closing.signal.aborted, 'invalid-argument', 'this executor has been disposed of; make another one');
      ensure(
        source,
        'invalid-simulator',
        `simulator '${simulator.name}' cannot run on Slurm, since a worker cannot find it: make it the default export of a file, with import.meta.url for defineSimulator, and load that with loadSimulator()`,
      );
      const signal = run.signal ? AbortSignal.any([run.signal, closing.signal]) : closing.signal;
      if (signal.aborted) return;
      opening ??= open();
      const desk = await opening;
      const limit = limitFor(simulator, timeLimit);
      const batch = {
        format: FORMAT,
        identity: simulatorIdentity(simulator),
        declaration: declarationText(simulator, source),
        timeLimit: Number.isFinite(limit) ? limit : null,
        retries,
      };
      const width = Math.min(concurrency, simulator.concurrency ?? concurrency);
      const most = group ?? Number.POSITIVE_INFINITY;
      yield* new SlurmEvaluation(tasks, { desk, order: batch, timeLimit: limit, width, most, cancel, signal }).groups();
    },
    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort();
      // What could not be opened has nothing to close, and whoever asked for it was told.
      const desk = await opening?.catch(() => undefined);
      await desk?.close();
    },
  };
}

/** Throws `invalid-argument` where an option cannot be. */
function check({ directory, sbatch = [], prologue = '', group = 1, pilot = 1, jobs = 1, ...rest }: SlurmOptions): void {
  const { timeLimit = 1, lateness = 0 } = rest;
  const must = (isRight: boolean, what: string, value: unknown) =>
    ensure(isRight, 'invalid-argument', () => `slurmExecutor: ${what}, got ${show(value)}`);
  must(
    typeof directory === 'string' && directory !== '',
    'directory must be the path of a folder that all nodes see',
    directory,
  );
  must(
    Array.isArray(sbatch) && sbatch.every((one) => typeof one === 'string' && one.startsWith('-')),
    "sbatch must be a list of options such as ['--partition=short', '--time=01:00:00']",
    sbatch,
  );
  const taken = sbatch.find((one) => TAKEN.test(one));
  must(taken === undefined, 'sbatch must not have an option that the executor gives itself', taken);
  must(typeof prologue === 'string', 'prologue must be lines of the shell', prologue);
  const counts = { group, pilot, jobs };
  for (const [name, value] of Object.entries(counts))
    must(Number.isInteger(value) && value >= 1, `${name} must be a positive whole number`, value);
  must(timeLimit > 0, 'timeLimit must be positive', timeLimit);
  must(lateness >= 0, 'lateness must be at least 0', lateness);
}
