import { closeSync, openSync, readlinkSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ensure, ImagoError } from '../core/errors.ts';
import type { SqlDatabase, SqlDriver, SqlRow } from './sqlite-driver.ts';
import { CHECKSUM, NO_CHECKSUM, sealAll, verify } from './store-rows.ts';

/** Marks a database as an imago store, in the header field that SQLite keeps for this: the letters `imag`. */
const APPLICATION = 0x696d6167;

/** Version of the tables below, and the first one, which had no checksums. */
const VERSION = 2;
const WITHOUT_CHECKSUMS = 1;

const SCHEMA = `
  CREATE TABLE simulators (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE evaluations (
    sequence INTEGER PRIMARY KEY,
    simulator INTEGER NOT NULL REFERENCES simulators,
    id TEXT NOT NULL,
    u BLOB NOT NULL,
    milliseconds REAL NOT NULL,
    answer BLOB,
    cause TEXT,
    reason TEXT,
    checksum INTEGER NOT NULL,
    UNIQUE (simulator, id, u),
    CHECK ((answer IS NULL) <> (cause IS NULL))
  ) STRICT;
  CREATE TABLE documents (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};`;

/**
 * When each evaluation was kept, in milliseconds since 1970 by the database's clock: a measurement, beside what is reported and compared. It lies in
 * the years 2001 to 2286, so that the check of a file finds most of what was changed there.
 */
const TIMES = `
  CREATE TABLE IF NOT EXISTS times (
    sequence INTEGER PRIMARY KEY,
    stored INTEGER NOT NULL CHECK (stored BETWEEN 1e12 AND 1e13)
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS keep_time AFTER INSERT ON evaluations BEGIN
    INSERT OR REPLACE INTO times VALUES (NEW.sequence, CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER));
  END;`;

const HEADER = 'SQLite format 3\0';

/** The one name of a file, wherever links lead; its folder has to be there. */
export function realName(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const target = linkAt(path);
    return target === undefined ? join(realpathSync(dirname(path)), basename(path)) : realName(target);
  }
}

function linkAt(path: string): string | undefined {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch (error) {
    if (!['ENOENT', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

/** Throws, without touching anything, unless `path` is an SQLite file, or absent or empty where a store may be created. */
export function checkFile(path: string, mustExist: boolean): void {
  const found = statOf(path);
  if (!found) {
    ensure(!mustExist, 'store', `there is no store ${path}`);
    return;
  }
  ensure(found.isFile(), 'store', `${path} is not a file, and cannot hold a store; choose another path`);
  // The log of a store lies beside one of its names, and is not seen, or even overwritten, by who comes by another.
  ensure(
    mustExist || found.nlink === 1,
    'store',
    `the store ${path} has ${found.nlink} names (hard links), under which two could write to it at once; copy it instead, and use the copy`,
  );
  const blank = found.size === 0 && !mustExist;
  ensure(
    blank || headerOf(path) === HEADER,
    'store',
    `${path} is not an imago store (not an SQLite file); it was left as it is, choose another path`,
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new ImagoError('store', `cannot read the store ${path}: ${cause}`, { cause });
  }
}

function headerOf(path: string): string {
  const header = Buffer.alloc(HEADER.length);
  try {
    const file = openSync(path, 'r');
    try {
      return header.toString('latin1', 0, readSync(file, header));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new ImagoError('store', `cannot read the store ${path}: ${cause}`, { cause });
  }
}

/** A database that is whole and ours. */
export interface OpenDatabase {
  readonly database: SqlDatabase;
  /** Gives the checksum of a row in a query. */
  readonly sum: string;
}

/** Opens the database, creates its tables when it is new, and checks that it is whole and ours. */
export function openDatabase(driver: SqlDriver, path: string, readOnly: boolean): OpenDatabase {
  let database: SqlDatabase | undefined;
  try {
    database = driver(path, readOnly);
    database.exec('PRAGMA busy_timeout = 5000');
    const isNew = !readOnly && isEmpty(database);
    const version = isNew ? VERSION : check(database, path);
    // NORMAL: a commit survives the death of the process; a power cut may undo the last ones, never damage the file.
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} ${TIMES} COMMIT`);
    else if (!readOnly && version < VERSION) addChecksums(database);
    if (!readOnly && !isNew) database.exec(TIMES);
    return { database, sum: readOnly && version < VERSION ? NO_CHECKSUM : CHECKSUM };
  } catch (cause) {
    database?.close();
    throw storeError(cause, `cannot open the store ${path}`);
  }
}

/** Whatever the driver throws, as an error about the store. */
export function storeError(cause: unknown, what: string): ImagoError {
  if (cause instanceof ImagoError) return cause;
  return new ImagoError('store', `${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}

/** Whether nothing was ever written: a creation that was cut short leaves one page at most. */
function isEmpty(database: SqlDatabase): boolean {
  const [schema, application, pages] = ['schema_version', 'application_id', 'page_count'].map((name) =>
    Number(pragma(database, name)),
  );
  return schema === 0 && application === 0 && pages <= 1;
}

/** Throws unless the database is ours and whole, down to each row; the version of its tables. */
function check(database: SqlDatabase, path: string): number {
  const version = versionOf(database, path);
  const finding = pragma(database, 'integrity_check(1)');
  ensure(finding === 'ok', 'store', damage(path, String(finding)));
  if (version !== WITHOUT_CHECKSUMS) verify(database, (what) => damage(path, what));
  return version;
}

/** Throws unless the database is ours; the version of its tables. */
function versionOf(database: SqlDatabase, path: string): number {
  const application = pragma(database, 'application_id');
  ensure(
    application === APPLICATION,
    'store',
    `${path} is a database of another program; it was left as it is, choose another path`,
  );
  const version = Number(pragma(database, 'user_version'));
  ensure(
    version === VERSION || version === WITHOUT_CHECKSUMS,
    'store',
    `the store ${path} has version ${version}, this imago reads version ${VERSION}; use the imago that wrote it, or choose another path`,
  );
  return version;
}

/** Opens a database of ours to look at it while others write; what is read of it is checked row by row. */
export function openToWatch(driver: SqlDriver, path: string): OpenDatabase {
  let database: SqlDatabase | undefined;
  try {
    database = driver(path, true);
    database.exec('PRAGMA busy_timeout = 5000');
    return { database, sum: versionOf(database, path) < VERSION ? NO_CHECKSUM : CHECKSUM };
  } catch (cause) {
    database?.close();
    throw storeError(cause, `cannot open the store ${path}`);
  }
}

/** Throws unless what is in the file now, of the evaluations those after a number, is whole, whatever this process remembers. */
export function recheck(driver: SqlDriver, path: string, after: number): void {
  let database: SqlDatabase | undefined;
  try {
    database = driver(path, true);
    const finding = pragma(database, 'quick_check(1)');
    ensure(finding === 'ok', 'store', damage(path, String(finding)));
    verify(database, (what) => damage(path, what), after);
  } catch (cause) {
    throw storeError(cause, `cannot read the store ${path} again`);
  } finally {
    database?.close();
  }
}

/** The message for a damaged store. */
export function damage(path: string, finding: string): string {
  return `the store ${path} is damaged (${finding}); restore a copy of it, or choose another path`;
}

function addChecksums(database: SqlDatabase): void {
  database.exec('BEGIN IMMEDIATE');
  database.exec(
    'ALTER TABLE evaluations ADD COLUMN checksum INTEGER; ALTER TABLE documents ADD COLUMN checksum INTEGER',
  );
  sealAll(database);
  database.exec(`PRAGMA user_version = ${VERSION}; COMMIT`);
}

/** What a pragma of a database says. */
export function pragma(database: SqlDatabase, name: string): SqlRow[string] {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as SqlRow)[0];
}
