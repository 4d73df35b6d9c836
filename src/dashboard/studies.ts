import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensure } from '../core/errors.ts';
import type { StudyCard } from './shared/wire.ts';
import { cardOf } from './study-card.ts';
import { StudyFeed } from './study-feed.ts';

const STORE = /\.sqlite$/;
/** Where `imago run` keeps stores by default. */
const USUAL = '.imago';
/** Letters of a key. */
const KEY = 12;

/** The studies in some stores, and in the stores that come to be in some folders; nothing else is ever opened. */
export class Studies {
  readonly #given: readonly string[];
  readonly #feeds = new Map<string, StudyFeed>();
  /** Those that have changed since {@link news} were taken, whoever looked. */
  #changed = new Set<string>();
  #looking: Promise<void> | undefined;
  readonly #isWriting: (path: string) => boolean;

  /** Throws `invalid-argument` where a path leads nowhere. `isWriting` says whether this process holds a store without running its study. */
  constructor(paths: readonly string[], isWriting: (path: string) => boolean) {
    for (const path of paths)
      ensure(
        statSync(path, { throwIfNoEntry: false }),
        'invalid-argument',
        `there is no store or folder ${path}; name a store that imago run wrote, or a folder of stores`,
      );
    this.#given = paths;
    this.#isWriting = isWriting;
  }

  /** Reads what has come in all of them. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    for (const path of this.#given.flatMap(storesAt)) {
      const key = keyOf(path);
      if (!this.#feeds.has(key)) this.#feeds.set(key, new StudyFeed(path, this.#isWriting));
    }
    for (const [key, feed] of this.#feeds) if (await feed.look()) this.#changed.add(key);
  }

  /** The cards of those that have changed since this was asked before. */
  news(): StudyCard[] {
    const changed = this.#changed;
    this.#changed = new Set();
    return [...changed].map((key) => cardOf(key, this.#feeds.get(key) as StudyFeed));
  }

  cards(): StudyCard[] {
    return [...this.#feeds].map(([key, feed]) => cardOf(key, feed));
  }

  get(key: string): StudyFeed | undefined {
    return this.#feeds.get(key);
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
  }
}

/** The same for a store whenever it is looked at, so that addresses of pages last; it tells nothing of where the store is. */
function keyOf(path: string): string {
  return createHash('sha256').update(resolve(path)).digest('hex').slice(0, KEY);
}

/** The stores that a path stands for: itself, or those in the folder and in its `.imago`. */
function storesAt(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const inside = (folder: string) =>
    statSync(folder, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(folder)
          .filter((name) => STORE.test(name))
          .sort()
          .map((name) => join(folder, name))
      : [];
  return [...inside(path), ...inside(join(path, USUAL))];
}
