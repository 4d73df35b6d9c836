import { ImagoError } from '../core/errors.ts';
import type { SqlDatabase, SqlDriver, SqlRow } from './sqlite-driver.ts';

/**
 * Claims `path` for this process until `release` is called or the process dies, however it dies.
 *
 * The claim is a write transaction held open on a small database beside the store (`path-lock`): the operating system drops
 * its lock with the process, so it is never stale. The transaction writes nothing, so that others can read who holds it.
 */
export function claim(driver: SqlDriver, path: string): { release(): void } {
  const database = driver(`${path}-lock`, false);
  try {
    // Twice: the row with the owner has to be committed first. Whoever slips in between is the owner.
    begin(database);
    database.exec(`
      CREATE TABLE IF NOT EXISTS owner (process INTEGER NOT NULL);
      DELETE FROM owner;
      INSERT INTO owner VALUES (${process.pid});
      COMMIT`);
    begin(database);
  } catch (cause) {
    const message = refusal(database, path, cause);
    database.close();
    throw new ImagoError('store', message, { cause });
  }
  return { release: () => database.close() };
}

/** A held lock refuses at once; the short moments in which an owner writes its row are waited for. */
function begin(database: SqlDatabase): void {
  database.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; PRAGMA busy_timeout = 2000');
}

function refusal(database: SqlDatabase, path: string, cause: unknown): string {
  if (!/locked|busy/i.test(String(cause))) return `cannot lock the store ${path}: ${String(cause)}`;
  database.exec('PRAGMA busy_timeout = 2000');
  const { process: owner } = database.prepare('SELECT process FROM owner').get() as SqlRow;
  const who = owner === process.pid ? 'this process' : `process ${owner}`;
  return `the store ${path} is in use by ${who}; wait for it to end, or choose another store`;
}
