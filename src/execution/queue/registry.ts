import type { Json } from '../../core/simulator.ts';
import { now } from '../own.ts';
import type { Desk } from './desk.ts';
import type { QueueKeys } from './keys.ts';
import type { RedisLink } from './redis-link.ts';

/** What a study says of itself to workers. */
export interface StudyRecord {
  /** Host and process id. */
  readonly name: string;
  readonly version: string;
  readonly identity: string;
  readonly simulator: string;
  /** The name of the file of a family of simulators, and what it is called with. */
  readonly family?: { readonly name: string; readonly options: Json };
  /** Studies with a greater number come first. */
  readonly priority: number;
  /** Runs that have an answer, and those in the queue. */
  readonly answered: number;
  readonly asked: number;
}

/** What a worker says of itself. */
export interface WorkerRecord {
  /** Host and process id. */
  readonly name: string;
  readonly version: string;
  /** How many runs can take place at once. */
  readonly slots: number;
  /** Identities of the simulators that it has. */
  readonly simulators: readonly string[];
  /** Why it takes no jobs of a study, by the identity that the study asks for. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly running: readonly { readonly first: string; readonly runs: number; readonly seconds: number }[];
  /** Why it takes nothing just now. */
  readonly pausing?: string;
}

/** A record with the id of who wrote it. */
export type Known<T> = T & { readonly id: string };

/** Writes a record that vanishes after so many milliseconds, unless it is written again. Their clock is that of Redis. */
export async function announce(
  link: RedisLink,
  [set, id, key]: readonly [set: string, id: string, key: string],
  record: StudyRecord | WorkerRecord,
  milliseconds: number,
): Promise<void> {
  await link.send((commands) => commands.set(key, JSON.stringify(record), 'PX', milliseconds).sadd(set, id));
}

/** Milliseconds in which the jobs of studies that are no more are looked for once, whoever does it. */
const SWEEP = 5000;
/** Milliseconds for which a study has to be silent: when Redis was away, those that live take a moment to say so again. */
const SILENCE = 10_000;

/** The studies that are alive; the jobs of those that stay silent from look to look are removed, except those that run. */
export async function liveStudies(desk: Desk): Promise<Known<StudyRecord>[]> {
  const { link, keys } = desk;
  const { alive, gone } = await told<StudyRecord>(link, keys.studies, (id) => keys.study(id));
  for (const id of desk.silent.keys()) if (!gone.includes(id)) desk.silent.delete(id);
  for (const id of gone) if (!desk.silent.has(id)) desk.silent.set(id, now());
  const dead = gone.filter((id) => now() - (desk.silent.get(id) as number) >= SILENCE);
  if (dead.length > 0 && (await maySweep(desk))) await sweep(desk, dead);
  return alive;
}

/**
 * Whether it falls to this look to sweep. Redis without room takes no word of living studies either: it is not waited for, and all of them
 * have their time to say so when it writes again.
 */
async function maySweep({ link, keys, silent }: Desk): Promise<boolean> {
  const first = await link.attempt(() => link.client.set(keys.sweeping, '', 'PX', SWEEP, 'NX'));
  if (first === undefined) silent.clear();
  return first === 'OK';
}

async function sweep(desk: Desk, gone: readonly string[]): Promise<void> {
  const { link, keys } = desk;
  const kept = new Set<string>();
  for (const [job, owner] of Object.entries(await link.client.hgetall(keys.owners))) {
    const [study, line] = owner.split(' ');
    if (!gone.includes(study)) continue;
    if (await link.patiently(() => desk.line(line).remove(job))) await link.client.hdel(keys.owners, job);
    else kept.add(study);
  }
  // Last, so that one that is ended here leaves it to another.
  const done = gone.filter((study) => !kept.has(study));
  if (done.length > 0) await link.client.srem(keys.studies, done);
}

/** The workers that are alive. */
export async function liveWorkers(link: RedisLink, keys: QueueKeys): Promise<Known<WorkerRecord>[]> {
  const { alive, gone } = await told<WorkerRecord>(link, keys.workers, (id) => keys.worker(id));
  if (gone.length > 0) await link.patiently(() => link.client.srem(keys.workers, gone));
  return alive;
}

/** The records of those in a set that live, and the ids of the others. */
async function told<T>(link: RedisLink, set: string, keyOf: (id: string) => string) {
  const ids = (await link.client.smembers(set)).sort();
  const texts = ids.length === 0 ? [] : await link.client.mget(ids.map(keyOf));
  const alive = ids.flatMap((id, i): Known<T>[] => {
    const text = texts[i];
    return text === null ? [] : [{ ...(JSON.parse(text) as T), id }];
  });
  return { alive, gone: ids.filter((_, i) => texts[i] === null) };
}
