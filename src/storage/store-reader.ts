import { statSync } from 'node:fs';
import { ImagoError } from '../core/errors.ts';
import type { StoredEvaluation } from '../core/store.ts';
import { holderOf } from './exclusive-lock.ts';
import type { SqlRow } from './sqlite-driver.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { checkFile, damage, openToWatch, pragma, realName, storeError } from './store-file.ts';
import { type Damage, documentOf, evaluationOf, pagesOf } from './store-rows.ts';

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
  /** At most `count` evaluations after a place in the order of storing, those before a damaged one; throws where that is the first. None where there are no more. */
  after(sequence: number, count: number): WatchedEvaluation[];
  /** Where the evaluations of that id of a simulator stand, in the order of storing. */
  placesOf(simulator: string, id: string): number[];
  /** A document such as `plan`. */
  read(document: string): string | undefined;
  /** Whether there is such a document that is not empty; cheaper than to read it. */
  holds(document: string): boolean;
  /** Another text whenever the document is another one, in stores of before whenever its length is; cheaper than to read it. Undefined where there is none. */
  mark(document: string): string | undefined;
  /** The id of the process that has the store open for writing, as the operating system knows it; undefined where none has. */
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
  const page = pagesOf(database, sum, hasTimes);
  const document = database.prepare(`SELECT text, ${sum} FROM documents WHERE name = ?`);
  const held = database.prepare("SELECT 1 FROM documents WHERE name = ? AND text <> ''");
  const mark = database.prepare(`SELECT length(text) AS letters, ${sum} FROM documents WHERE name = ?`);
  const places = database.prepare(
    'SELECT sequence FROM evaluations WHERE simulator = (SELECT id FROM simulators WHERE name = ?) AND id = ? ORDER BY sequence',
  );
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
      use(() => {
        const found: WatchedEvaluation[] = [];
        for (const row of page(sequence, count))
          try {
            found.push(watched(row, broken));
          } catch (error) {
            // Those before it are whole; it is thrown where it is the first.
            if (found.length === 0) throw error;
            break;
          }
        return found;
      }),
    read: (name) =>
      use(() => {
        const row = document.get(name) as SqlRow | undefined;
        return row && documentOf(name, row, broken);
      }),
    placesOf: (simulator, id) =>
      use(() => (places.all(simulator, id) as SqlRow[]).map(({ sequence }) => sequence as number)),
    holds: (name) => use(() => held.get(name) !== undefined),
    mark: (name) =>
      use(() => {
        const row = mark.get(name) as SqlRow | undefined;
        return row && `${row.checksum}/${row.letters}`;
      }),
    owner() {
      try {
        return holderOf(driver, path, realName(path));
      } catch (cause) {
        throw new ImagoError('store', `cannot read who holds the store ${path}: ${cause}`, { cause });
      }
    },
    close: () => database.close(),
  };
}

function watched(row: SqlRow, broken: Damage): WatchedEvaluation {
  return {
    sequence: row.sequence as number,
    simulator: row.simulator as string,
    evaluation: evaluationOf(row.simulator as string, row.id as string, row.u, row, broken),
    stored: (row.stored ?? undefined) as number | undefined,
  };
}
