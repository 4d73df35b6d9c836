import type { Store } from '../core/store.ts';
import { checksum } from './checksum.ts';
import { claim } from './exclusive-lock.ts';
import { type SqlDriver, type SqlRow, sqliteDriver } from './sqlite-driver.ts';
import { checkFile, damage, type OpenDatabase, openDatabase, realName, recheck, storeError } from './store-file.ts';
import { bytesOf, columnsOf, documentOf, evaluationOf, lastSequence, rowsOf } from './store-rows.ts';
import { StoreWatch } from './store-watch.ts';

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** Open an existing store for reading only, also while another process writes to it. Default false. */
  readonly readOnly?: boolean;
}

/**
 * Opens or creates the store in the file `path`, for this process alone; a second process is refused with the id of the first.
 * What `put` was given survives the death of the process. Every row has a checksum: a row that was changed since is reported, never
 * taken for an answer. Beside the file stand `path-wal`, `path-shm` and `path-lock`.
 */
export async function sqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  const { readOnly = false } = options;
  checkFile(path, readOnly);
  const driver = await sqliteDriver();
  return readOnly ? readableStore(driver, path) : writableStore(driver, path);
}

function readableStore(driver: SqlDriver, path: string): Store {
  const opened = openDatabase(driver, path, true);
  const close = () => opened.database.close();
  return orClose(path, close, () => storeIn(opened, path, { check: () => undefined, close }));
}

function writableStore(driver: SqlDriver, path: string): Store {
  const file = attempt(path, () => realName(path));
  const lock = claim(driver, path, file);
  const opened = orClose(path, lock.release, () => openDatabase(driver, path, false));
  const leave = () => {
    opened.database.close();
    lock.release();
  };
  return orClose(path, leave, () => {
    lock.remember();
    const watch = new StoreWatch(file);
    const before = lastSequence(opened.database);
    return storeIn(opened, path, {
      check: () => watch.check(),
      close(failed) {
        try {
          if (!failed) {
            watch.check();
            recheck(driver, path, before);
            // Some drivers keep the file open until their statements are collected, and would leave the data in the log until then.
            opened.database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
          }
        } finally {
          leave();
        }
      },
    });
  });
}

/** What `action` gives; what it cannot use any more is closed. */
function orClose<T>(path: string, close: () => void, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    close();
    throw storeError(cause, `cannot open the store ${path}`);
  }
}

/** What is done to the files of a store around the database. */
interface Files {
  /** Throws where the files are not what they were. */
  check(): void;
  /** After a failure, already reported, the next process to open the store does the rest: what was kept is in its log. */
  close(failed: boolean): void;
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw storeError(cause, `the store ${path} failed`);
  }
}

const FIND = (sum: string) => `
  SELECT milliseconds, answer, cause, reason, ${sum} FROM evaluations WHERE simulator = ? AND id = ? AND u = ?`;

const KEEP = `
  INSERT INTO evaluations (simulator, id, u, milliseconds, answer, cause, reason, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (simulator, id, u) DO UPDATE SET milliseconds = excluded.milliseconds, answer = excluded.answer,
    cause = excluded.cause, reason = excluded.reason, checksum = excluded.checksum`;

const WRITE = 'INSERT OR REPLACE INTO documents (name, text, checksum) VALUES (?, ?, ?)';

const COUNT = `
  SELECT simulators.name AS simulator, COUNT(*) AS count
  FROM evaluations JOIN simulators ON simulators.id = evaluations.simulator GROUP BY simulators.id`;

function storeIn({ database, sum }: OpenDatabase, path: string, files: Files): Store {
  const find = database.prepare(FIND(sum));
  // Tables of the first version, which are only read, have no room for a checksum.
  const keep = once(() => database.prepare(KEEP));
  const count = database.prepare(COUNT);
  const readDocument = database.prepare(`SELECT text, ${sum} FROM documents WHERE name = ?`);
  const writeDocument = once(() => database.prepare(WRITE));
  const addSimulator = database.prepare('INSERT OR IGNORE INTO simulators (name) VALUES (?)');
  const findSimulator = database.prepare('SELECT id FROM simulators WHERE name = ?');
  // Most questions are about one simulator, and about one that the store does not know when a study is new.
  const numbers = new Map<string, number | undefined>();
  const numberOf = (simulator: string) => {
    if (!numbers.has(simulator)) numbers.set(simulator, (findSimulator.get(simulator) as SqlRow)?.id as number);
    return numbers.get(simulator);
  };
  const broken = (what: string) => damage(path, what);
  let failed = false;
  const use = <T>(action: () => T): T => {
    try {
      return attempt(path, action);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const transaction = (action: () => void) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      action();
      database.exec('COMMIT');
    } catch (error) {
      // After a full disk and the like SQLite has rolled back by itself.
      if (database.isTransaction !== false) database.exec('ROLLBACK');
      numbers.clear();
      throw error;
    }
  };
  return {
    get: (simulator, id, u) =>
      use(() => {
        const number = numberOf(simulator);
        const bytes = bytesOf(u);
        const row = number === undefined ? undefined : (find.get(number, id, bytes) as SqlRow | undefined);
        return row && evaluationOf(simulator, id, bytes, row, broken);
      }),
    put(simulator, evaluations) {
      if (evaluations.length === 0) return;
      use(() => {
        files.check();
        transaction(() => {
          if (numberOf(simulator) === undefined) {
            addSimulator.run(simulator);
            numbers.delete(simulator);
          }
          const number = numberOf(simulator) as number;
          for (const evaluation of evaluations) keep().run(number, ...columnsOf(simulator, evaluation));
        });
      });
    },
    *all() {
      for (const row of rowsOf(database, sum, use))
        yield {
          simulator: row.simulator as string,
          evaluation: use(() => evaluationOf(row.simulator as string, row.id as string, row.u, row, broken)),
        };
    },
    counts: () =>
      new Map((use(() => count.all()) as SqlRow[]).map((row) => [row.simulator as string, row.count as number])),
    read: (document) =>
      use(() => {
        const row = readDocument.get(document) as SqlRow | undefined;
        return row && documentOf(document, row, broken);
      }),
    write(document, text) {
      use(() => {
        files.check();
        writeDocument().run(document, text, checksum([document, text]));
      });
    },
    async [Symbol.asyncDispose]() {
      attempt(path, () => files.close(failed));
    },
  };
}

/** What `make` gives when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
