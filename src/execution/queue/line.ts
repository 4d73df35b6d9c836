import type { Executor } from '../../core/executor.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import { type Desk, ignored } from './desk.ts';
import type { JobRun } from './job-run.ts';
import { lineName } from './keys.ts';
import { type BullWorker, ownVersion } from './packages.ts';
import type { Stock } from './stock.ts';

/**
 * Milliseconds between two searches for jobs whose worker says nothing any more: one of a worker that was killed is taken by another after
 * its lease and twice this at most.
 */
const CHECK = 1000;

/** Of one simulator: where its jobs are, and those that this worker has taken. */
export interface Line {
  readonly identity: string;
  readonly simulator: AnySimulator;
  /** One for each run at once, as they are needed: a job has its own, so that no other waits for it. */
  readonly executors: Executor[];
  readonly free: Executor[];
  readonly bull: BullWorker;
  priority: number;
  readonly jobs: Map<string, JobRun>;
}

/** Opens the jobs of one simulator, which the stock has, to a worker; `lease` in milliseconds. */
export async function openLine(
  { desk, stock, name }: { readonly desk: Desk; readonly stock: Stock; readonly name: string },
  identity: string,
  lease: number,
): Promise<Line> {
  const { Worker } = desk.link.packages;
  const bull = new Worker(lineName(identity, ownVersion()), null, {
    connection: desk.link.client,
    prefix: desk.keys.jobs,
    name,
    lockDuration: lease,
    stalledInterval: CHECK,
    // Who has died in a job is counted by the worker that takes it next: a job that was lost while Redis was away is not to blame.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  bull.on('error', ignored);
  await bull.startStalledCheckTimer();
  const simulator = stock.get(identity) as AnySimulator;
  const rest = { executors: [], free: [], jobs: new Map(), priority: Number.NEGATIVE_INFINITY };
  return { identity, simulator, bull, ...rest };
}
