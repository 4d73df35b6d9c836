import { ImagoError } from '../core/errors.ts';

/** What a cell of a table can hold. */
export type SqlValue = null | number | string | Uint8Array;

/** One row by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A prepared statement. */
export interface SqlStatement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  /** Rows as arrays of their cells from then on; older versions cannot. */
  setReturnArrays?(isOn: boolean): void;
}

/** The few members of a database connection that the store needs; `node:sqlite` and its stand-ins have them. */
export interface SqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  close(): void;
  /** Whether a transaction is open; older versions cannot tell. */
  readonly isTransaction?: boolean;
}

/** A query whose rows are the cells in the order of its columns: to name each cell costs the driver a third of its time for a row. */
export function cellsOf(
  database: SqlDatabase,
  sql: string,
): (...values: SqlValue[]) => readonly (readonly SqlValue[])[] {
  const statement = database.prepare(sql);
  if (!statement.setReturnArrays)
    return (...values) => (statement.all(...values) as SqlRow[]).map((row) => Object.values(row));
  statement.setReturnArrays(true);
  return (...values) => statement.all(...values) as SqlValue[][];
}

/** Opens a database file. */
export type SqlDriver = (path: string, readOnly: boolean) => SqlDatabase;

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options: { readOnly: boolean }) => SqlDatabase;
}

/** The SQLite of this Node (22.13 or later), else the optional package `@photostructure/sqlite`. */
export async function sqliteDriver(): Promise<SqlDriver> {
  const { DatabaseSync } = builtinSqlite() ?? (await packagedSqlite());
  return (path, readOnly) => new DatabaseSync(path, { readOnly });
}

/** Node announces on first use that its SQLite is experimental: of no use to the reader of a study, so this one warning is dropped. */
function builtinSqlite(): SqliteModule | undefined {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite') as SqliteModule | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function packagedSqlite(): Promise<SqliteModule> {
  try {
    return (await import('@photostructure/sqlite')) as unknown as SqliteModule;
  } catch (cause) {
    throw new ImagoError(
      'store',
      `no SQLite: this Node (${process.version}) has none built in (22.13 and later do), and the optional package @photostructure/sqlite cannot be loaded; install it, or run without a store`,
      { cause },
    );
  }
}
