import { statSync } from 'node:fs';
import { ensure, ImagoError } from '../core/errors.ts';
import type { SqlDatabase, SqlDriver, SqlRow } from './sqlite-driver.ts';

/** The claim of a process on a store. */
export interface Claim {
  /** Keeps, beyond the end of the process, that there is something in the store. */
  remember(): void;
  release(): void;
}

/**
 * Claims `file` for this process until `release` is called or the process dies, however it dies. Throws where it is claimed, and where
 * it is empty though there was something in it. `path` is its name for messages.
 *
 * The claim is a write transaction held open on a small database beside the store (`file-lock`): the operating system drops
 * its lock with the process, so it is never stale. The transaction writes nothing, so that others can read who holds it.
 */
export function claim(driver: SqlDriver, path: string, file: string): Claim {
  const database = driver(`${file}-lock`, false);
  let remembers = false;
  let holds = false;
  let isOpen = true;
  const release = () => {
    if (!isOpen) return;
    isOpen = false;
    // Some drivers keep a database that was closed open until its statements are collected.
    if (holds) database.exec('ROLLBACK');
    database.close();
  };
  const hold = () => {
    begin(database);
    holds = true;
  };
  const held = (action: () => void) => {
    try {
      action();
    } catch (cause) {
      const message = refusal(database, path, cause);
      release();
      throw new ImagoError('store', message, { cause });
    }
  };
  held(() => {
    // Twice: the row with the owner has to be committed first. Whoever slips in between is the owner.
    begin(database);
    database.exec(`
      CREATE TABLE IF NOT EXISTS owner (process INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS filled (since INTEGER PRIMARY KEY);
      DELETE FROM owner;
      INSERT INTO owner VALUES (${process.pid});
      COMMIT`);
    hold();
    remembers = database.prepare('SELECT since FROM filled').get() !== undefined;
  });
  if (remembers && statSync(file, { throwIfNoEntry: false })?.size === 0) {
    release();
    ensure(
      false,
      'store',
      `the store ${path} is empty, though there was something in it; restore a copy of it, or remove it to begin again`,
    );
  }
  return {
    remember: () =>
      held(() => {
        if (remembers) return;
        database.exec('INSERT OR IGNORE INTO filled VALUES (1); COMMIT');
        holds = false;
        hold();
        remembers = true;
      }),
    release,
  };
}

/**
 * The process that holds the store in `file` for writing; undefined where none does, also none that was killed: the operating system has
 * dropped its lock. For a moment it holds the lock itself, which `begin` waits for. Whoever may not write beside the store can hold no lock: it is told the
 * process that claimed the store last, as long as that lives.
 */
export function holderOf(driver: SqlDriver, path: string, file: string): number | undefined {
  if (!statSync(`${file}-lock`, { throwIfNoEntry: false })) return undefined;
  let database: SqlDatabase | undefined;
  try {
    database = driver(`${file}-lock`, false);
    database.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
    return mayHold(database) ? undefined : living(ownerIn(database));
  } catch (cause) {
    if (!database || !/locked|busy/i.test(String(cause)))
      throw new ImagoError('store', `cannot tell who uses the store ${path}: ${String(cause)}`, { cause });
    return ownerIn(database);
  } finally {
    database?.close();
  }
}

function ownerIn(database: SqlDatabase): number {
  database.exec('PRAGMA busy_timeout = 2000');
  return Number((database.prepare('SELECT process FROM owner').get() as SqlRow).process);
}

/** Whether what was begun holds the lock: a file that may not be written begins all the same, and refuses only what would write. Ends it. */
function mayHold(database: SqlDatabase): boolean {
  try {
    database.exec('UPDATE owner SET process = process WHERE 0');
  } catch (cause) {
    // A claim that was never made to its end has no table.
    if (/no such table/.test(String(cause))) return true;
    if (/readonly/i.test(String(cause))) return false;
    throw cause;
  } finally {
    database.exec('ROLLBACK');
  }
  return true;
}

/** The process of that id where it lives on this machine. */
function living(id: number): number | undefined {
  try {
    process.kill(id, 0);
    return id;
  } catch (error) {
    // Of somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? id : undefined;
  }
}

/** A held lock refuses soon; the short moments in which others look at it, or an owner writes its row, are waited for. */
function begin(database: SqlDatabase): void {
  database.exec('PRAGMA busy_timeout = 100; BEGIN IMMEDIATE; PRAGMA busy_timeout = 2000');
}

function refusal(database: SqlDatabase, path: string, cause: unknown): string {
  if (!/locked|busy/i.test(String(cause))) return `cannot lock the store ${path}: ${String(cause)}`;
  const owner = ownerIn(database);
  const who = owner === process.pid ? 'this process' : `process ${owner}`;
  return `the store ${path} is in use by ${who}; wait for it to end, or choose another store`;
}
