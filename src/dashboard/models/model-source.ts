import { createHash } from 'node:crypto';
import type { Store } from '../../core/store.ts';
import { type StoreReader, storeReader } from '../../storage/store-reader.ts';
import { centerOf } from '../../study/sensitivity/center.ts';
import { studySoFar } from '../../study/so-far/study-so-far.ts';
import type { Study } from '../../study/study.ts';
import { type FeedSubject, subjectIn } from '../feed-subject.ts';

/** Evaluations that are read at a time. */
const CHUNK = 1000;

/** A study and its store, from which models are asked. */
export interface ModelSource {
  readonly store: Pick<Store, 'read' | 'all'>;
  readonly subject: FeedSubject;
  readonly study: Study;
  /** Another text whenever kept models, what is told of them, or the point that maps go through are others. */
  readonly version: string;
}

/** Opens the store in a file, and gives it up after the action. */
export async function withSource<T>(path: string, action: (source: ModelSource) => Promise<T>): Promise<T> {
  const reader = await storeReader(path);
  try {
    const store = { read: (document: string) => reader.read(document), all: () => all(reader) };
    const study = await studySoFar(store);
    const subject = await subjectIn(reader, undefined);
    return await action({ store, subject, study, version: versionOf(store, study) });
  } finally {
    reader.close();
  }
}

function versionOf(store: ModelSource['store'], { results }: Study): string {
  const hash = createHash('sha256');
  const documents = ['study', 'stages', ...results.stages.map(({ name }) => `model/${name}`)];
  for (const document of documents) hash.update(`${document}\n${store.read(document) ?? ''}\n`);
  return hash.update(JSON.stringify(centerOf(results.search) ?? null)).digest('hex');
}

function* all(reader: StoreReader) {
  for (let last = -1; ; ) {
    const rows = reader.after(last, CHUNK);
    yield* rows;
    if (rows.length < CHUNK) return;
    last = rows[rows.length - 1].sequence;
  }
}
