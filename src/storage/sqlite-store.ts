import { ImagoError } from '../core/errors.ts';
import type { Evaluation, FailureCause } from '../core/evaluation.ts';
import type { Store } from '../core/store.ts';
import { claim } from './exclusive-lock.ts';
import { type SqlDatabase, type SqlRow, sqliteDriver } from './sqlite-driver.ts';
import { checkFile, openDatabase } from './store-file.ts';

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** Open an existing store for reading only, also while another process writes to it. Default false. */
  readonly readOnly?: boolean;
}

/**
 * Opens or creates the store in the file `path`, for this process alone; a second process is refused with the id of the first.
 * What `put` was given survives the death of the process. Beside the file stand `path-wal`, `path-shm` and `path-lock`.
 */
export async function sqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  const { readOnly = false } = options;
  checkFile(path, readOnly);
  const driver = await sqliteDriver();
  const lock = readOnly ? undefined : claim(driver, path);
  try {
    const database = openDatabase(driver, path, readOnly);
    return storeIn(database, path, async () => {
      // Some drivers keep the file open until their statements are collected, and would leave the data in the log until then.
      if (!readOnly) database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      lock?.release();
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

const FIND = 'SELECT milliseconds, answer, cause, reason FROM evaluations WHERE simulator = ? AND id = ? AND u = ?';

const KEEP = `
  INSERT INTO evaluations (simulator, id, u, milliseconds, answer, cause, reason) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (simulator, id, u) DO UPDATE SET milliseconds = excluded.milliseconds, answer = excluded.answer,
    cause = excluded.cause, reason = excluded.reason`;

const PAGE = `
  SELECT sequence, simulators.name AS simulator, evaluations.id AS id, u, milliseconds, answer, cause, reason
  FROM evaluations JOIN simulators ON simulators.id = evaluations.simulator
  WHERE sequence > ? ORDER BY sequence LIMIT 1000`;

const COUNT = `
  SELECT simulators.name AS simulator, COUNT(*) AS count
  FROM evaluations JOIN simulators ON simulators.id = evaluations.simulator GROUP BY simulators.id`;

function storeIn(database: SqlDatabase, path: string, close: () => Promise<void>): Store {
  const find = database.prepare(FIND);
  const keep = database.prepare(KEEP);
  const page = database.prepare(PAGE);
  const count = database.prepare(COUNT);
  const readDocument = database.prepare('SELECT text FROM documents WHERE name = ?');
  const writeDocument = database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?)');
  const addSimulator = database.prepare('INSERT OR IGNORE INTO simulators (name) VALUES (?)');
  const findSimulator = database.prepare('SELECT id FROM simulators WHERE name = ?');
  // Most questions are about one simulator, and about one that the store does not know when a study is new.
  const numbers = new Map<string, number | undefined>();
  const numberOf = (simulator: string) => {
    if (!numbers.has(simulator)) numbers.set(simulator, (findSimulator.get(simulator) as SqlRow)?.id as number);
    return numbers.get(simulator);
  };
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw new ImagoError('store', `the store ${path} failed: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
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
      attempt(() => {
        const number = numberOf(simulator);
        const row = number === undefined ? undefined : (find.get(number, id, bytesOf(u)) as SqlRow | undefined);
        return row && evaluationOf(id, u, row);
      }),
    put(simulator, evaluations) {
      if (evaluations.length === 0) return;
      attempt(() =>
        transaction(() => {
          if (numberOf(simulator) === undefined) {
            addSimulator.run(simulator);
            numbers.delete(simulator);
          }
          const number = numberOf(simulator) as number;
          for (const evaluation of evaluations) keep.run(number, ...columnsOf(evaluation));
        }),
      );
    },
    *all() {
      for (let last = -1; ; ) {
        const rows = attempt(() => page.all(last)) as SqlRow[];
        if (rows.length === 0) return;
        for (const row of rows)
          yield {
            simulator: row.simulator as string,
            evaluation: evaluationOf(row.id as string, numbersOf(row.u as Uint8Array), row),
          };
        last = (rows.at(-1) as SqlRow).sequence as number;
      }
    },
    counts: () =>
      new Map((attempt(() => count.all()) as SqlRow[]).map((row) => [row.simulator as string, row.count as number])),
    read: (document) => attempt(() => (readDocument.get(document) as SqlRow | undefined)?.text as string | undefined),
    write(document, text) {
      attempt(() => writeDocument.run(document, text));
    },
    [Symbol.asyncDispose]: close,
  };
}

function columnsOf(evaluation: Evaluation) {
  const { id, u, milliseconds } = evaluation;
  return evaluation.status === 'completed'
    ? ([id, bytesOf(u), milliseconds, bytesOf(evaluation.values), null, null] as const)
    : ([id, bytesOf(u), milliseconds, null, evaluation.cause, evaluation.reason] as const);
}

function evaluationOf(id: string, u: Float64Array, row: SqlRow): Evaluation {
  const milliseconds = row.milliseconds as number;
  return row.cause === null
    ? { id, u, milliseconds, status: 'completed', values: numbersOf(row.answer as Uint8Array) }
    : { id, u, milliseconds, status: 'failed', cause: row.cause as FailureCause, reason: row.reason as string };
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy: the driver's bytes need not be aligned. */
function numbersOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}
