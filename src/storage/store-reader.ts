import { statSync } from 'node:fs';
import { ImagoError } from '../core/errors.ts';
import type { StoredEvaluation } from '../core/store.ts';
import type { SqlRow } from './sqlite-driver.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { checkFile, damage, openToWatch, pragma, storeError } from './store-file.ts';
import { documentOf, evaluationOf, WATCHED } from './store-rows.ts';

/** A stored evaluation with its place in the order of storing. */
export interface WatchedEvaluation extends StoredEvaluation {
  /** Ascending, not without gaps. */
  readonly sequence: number;
  /** When it was kept, in milliseconds since 1970; undefined in stores of before. */
  readonly stored: number | undefined;
}

/** Looks into a store that others write to, again and again, and reads what has come since. */
export interface StoreReader {
  /** Another number whenever anything was committed; undefined where the file is another one than was opened, or has gone. */
  version(): number | undefined;
  /** At most `count` evaluations after a place in the order of storing. */
  after(sequence: number, count: number): WatchedEvaluation[];
  /** A document such as `plan`. */
  read(document: string): string | undefined;
  /** Whether there is such a document that is not empty; cheaper than to read it. */
  holds(document: string): boolean;
  /** The id of the process that claimed the store last. */
  owner(): number | undefined;
  close(): void;
}

/** Opens a store to look into it; neither locks nor changes it. */
export async function storeReader(path: string): Promise<StoreReader> {
  checkFile(path, true);
  const driver = await sqliteDriver();
  const opened = statSync(path);
  const { database, sum } = openToWatch(driver, path);
  const hasTimes = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'times'").get() !== undefined;
  const page = database.prepare(WATCHED(sum, hasTimes));
  const document = database.prepare(`SELECT text, ${sum} FROM documents WHERE name = ?`);
  const held = database.prepare("SELECT 1 FROM documents WHERE name = ? AND text <> ''");
  const broken = (what: string) => damage(path, what);
  const use = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw storeError(cause, `the store ${path} failed`);
    }
  };
  return {
    version() {
      const now = statSync(path, { throwIfNoEntry: false });
      if (now?.ino !== opened.ino || now.dev !== opened.dev) return undefined;
      return use(() => Number(pragma(database, 'data_version')));
    },
    after: (sequence, count) =>
      use(() =>
        (page.all(sequence, count) as SqlRow[]).map((row) => ({
          sequence: row.sequence as number,
          simulator: row.simulator as string,
          evaluation: evaluationOf(row.simulator as string, row.id as string, row.u, row, broken),
          stored: (row.stored ?? undefined) as number | undefined,
        })),
      ),
    read: (name) =>
      use(() => {
        const row = document.get(name) as SqlRow | undefined;
        return row && documentOf(name, row, broken);
      }),
    holds: (name) => use(() => held.get(name) !== undefined),
    owner() {
      const lock = `${path}-lock`;
      if (!statSync(lock, { throwIfNoEntry: false })) return undefined;
      const owners = driver(lock, true);
      try {
        // Whoever opens the store writes itself there.
        owners.exec('PRAGMA busy_timeout = 2000');
        return (owners.prepare('SELECT process FROM owner').get() as { process?: number } | undefined)?.process;
      } catch (cause) {
        // A lock that was never taken to its end has no table.
        if (/no such table/.test(String(cause))) return undefined;
        throw new ImagoError('store', `cannot read who holds the store ${path}: ${cause}`, { cause });
      } finally {
        owners.close();
      }
    },
    close: () => database.close(),
  };
}
