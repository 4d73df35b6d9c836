import type { Json } from '../../core/simulator.ts';
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

/** The studies that are alive. */
export function liveStudies(link: RedisLink, keys: QueueKeys): Promise<Known<StudyRecord>[]> {
  return live(link, keys.studies, (id) => keys.study(id));
}

/** The workers that are alive. */
export function liveWorkers(link: RedisLink, keys: QueueKeys): Promise<Known<WorkerRecord>[]> {
  return live(link, keys.workers, (id) => keys.worker(id));
}

async function live<T>(link: RedisLink, set: string, keyOf: (id: string) => string): Promise<Known<T>[]> {
  const ids = (await link.client.smembers(set)).sort();
  if (ids.length === 0) return [];
  const texts = await link.client.mget(ids.map(keyOf));
  const gone = ids.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await link.patiently(() => link.client.srem(set, gone));
  return ids.flatMap((id, i) => {
    const text = texts[i];
    return text === null ? [] : [{ ...(JSON.parse(text) as T), id }];
  });
}
