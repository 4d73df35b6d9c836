import { closeSync, openSync, readSync } from 'node:fs';
import { ensure, ImagoError } from '../core/errors.ts';
import type { SqlDatabase, SqlDriver, SqlRow } from './sqlite-driver.ts';

/** Marks a database as an imago store, in the header field that SQLite keeps for this: the letters `imag`. */
const APPLICATION = 0x696d6167;

/** Version of the tables below. */
const VERSION = 1;

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
    UNIQUE (simulator, id, u),
    CHECK ((answer IS NULL) <> (cause IS NULL))
  ) STRICT;
  CREATE TABLE documents (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};`;

const HEADER = 'SQLite format 3\0';

/** Throws, without touching anything, unless `path` is an SQLite file, or absent or empty where a store may be created. */
export function checkFile(path: string, mustExist: boolean): void {
  const header = Buffer.alloc(HEADER.length);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, header);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && !mustExist) return;
    throw new ImagoError('store', missing ? `there is no store ${path}` : `cannot read the store ${path}: ${cause}`, {
      cause,
    });
  }
  const blank = length === 0 && !mustExist;
  ensure(
    blank || header.toString('latin1') === HEADER,
    'store',
    `${path} is not an imago store (not an SQLite file); it was left as it is, choose another path`,
  );
}

/** Opens the database, creates its tables when it is new, and checks that it is whole and ours. */
export function openDatabase(driver: SqlDriver, path: string, readOnly: boolean): SqlDatabase {
  let database: SqlDatabase | undefined;
  try {
    database = driver(path, readOnly);
    database.exec('PRAGMA busy_timeout = 5000');
    const isNew = !readOnly && pragma(database, 'schema_version') === 0;
    if (!isNew) check(database, path);
    // NORMAL: a commit survives the death of the process; a power cut may undo the last ones, never damage the file.
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof ImagoError) throw cause;
    throw new ImagoError('store', `cannot open the store ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

function check(database: SqlDatabase, path: string): void {
  const application = pragma(database, 'application_id');
  ensure(
    application === APPLICATION,
    'store',
    `${path} is a database of another program; it was left as it is, choose another path`,
  );
  const version = pragma(database, 'user_version');
  ensure(
    version === VERSION,
    'store',
    `the store ${path} has version ${version}, this imago reads version ${VERSION}; use the imago that wrote it, or choose another path`,
  );
  const finding = pragma(database, 'quick_check(1)');
  ensure(
    finding === 'ok',
    'store',
    `the store ${path} is damaged (${finding}); restore a copy of it, or choose another path`,
  );
}

function pragma(database: SqlDatabase, name: string) {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() as SqlRow)[0];
}
