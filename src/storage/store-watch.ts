import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { ensure } from '../core/errors.ts';

/** The first bytes of the log of SQLite, but for its last three bits: the order of its checksums is one of them. */
const LOG_MARK = 0x377f0682;

/**
 * Notices what others do to the files of a store while it is in use: SQLite goes on with a file that has no name any more, and with a
 * log that somebody has cut, and nothing of what it is given then will be there again.
 */
export class StoreWatch {
  readonly #path: string;
  readonly #file: Stats;
  #log = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = statSync(path);
  }

  /** Throws where the file or its log has gone, has been replaced or was cut. */
  check(): void {
    const now = statSync(this.#path, { throwIfNoEntry: false });
    const isSame = now?.ino === this.#file.ino && now.dev === this.#file.dev;
    ensure(isSame, 'store', () => this.#ruined(now ? 'another file has taken its place' : 'it was removed'));
    this.#checkLog();
  }

  /** SQLite does not make a log smaller while it is open. */
  #checkLog(): void {
    const path = `${this.#path}-wal`;
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    ensure(size !== undefined || this.#log === 0, 'store', () => this.#ruined(`its log ${path} was removed`));
    ensure((size ?? 0) >= this.#log, 'store', () => this.#ruined(`its log ${path} was cut`));
    this.#log = size ?? 0;
    ensure(this.#log === 0 || hasMark(path), 'store', () => this.#ruined(`its log ${path} was overwritten`));
  }

  #ruined(what: string): string {
    return `the store ${this.#path} was ruined while it was in use: ${what}. What it was given last is lost; restore a copy of it, or run the same command to begin again`;
  }
}

function hasMark(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(4);
    return readSync(file, header) < header.length || header.readUInt32BE() >>> 1 === LOG_MARK >>> 1;
  } finally {
    closeSync(file);
  }
}
