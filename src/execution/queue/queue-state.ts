import { Desk, placeOf, type QueuePlace } from './desk.ts';
import { type Known, liveStudies, liveWorkers, type StudyRecord, type WorkerRecord } from './registry.ts';

/** What a queue has to do, and who does it. */
export interface QueueState {
  readonly queue: string;
  /** Its address, without user and password. */
  readonly redis: string;
  /** Of each simulator that is asked for: jobs, each of one run or several short ones, that wait and that run. */
  readonly simulators: readonly { readonly identity: string; readonly waiting: number; readonly running: number }[];
  readonly studies: readonly Known<StudyRecord>[];
  readonly workers: readonly Known<WorkerRecord>[];
}

/** Looks into a queue; throws as {@link queueExecutor}. */
export async function queueState(options: QueuePlace): Promise<QueueState> {
  const place = placeOf(options);
  await using desk = await Desk.open(place, (text) => process.emitWarning(text));
  const { link, keys } = desk;
  const [studies, workers] = await Promise.all([liveStudies(desk), liveWorkers(link, keys)]);
  const lines = Object.entries(await link.client.hgetall(keys.lines));
  const simulators = await Promise.all(
    lines.map(async ([name, identity]) => {
      const { wait, prioritized, active } = await desk.line(name).getJobCounts('wait', 'prioritized', 'active');
      return { name, identity, waiting: wait + prioritized, running: active };
    }),
  );
  const wanted = simulators.filter(
    ({ identity, waiting, running }) => waiting + running > 0 || studies.some((study) => study.identity === identity),
  );
  const forgotten = simulators.filter((one) => !wanted.includes(one)).map(({ name }) => name);
  if (forgotten.length > 0) await link.client.hdel(keys.lines, ...forgotten);
  return {
    queue: keys.queue,
    redis: place.address.shown,
    simulators: wanted.map(({ name: _, ...rest }) => rest),
    studies,
    workers,
  };
}
