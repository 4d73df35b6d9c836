import { rmSync, statSync } from 'node:fs';
import type { Command, CommandAnswer, CommandInbox, SentCommand } from '../core/control/command.ts';
import { ensure, ImagoError } from '../core/errors.ts';
import { type SqlDatabase, type SqlDriver, type SqlRow, sqliteDriver } from './sqlite-driver.ts';
import { checkFile, realName } from './store-file.ts';

/** Commands that wait beside a store for the process that has it open. */
export interface CommandFile extends CommandInbox, Disposable {}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS owner (process INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS commands (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, taken INTEGER, answer TEXT
  ) STRICT;`;

const fileOf = (path: string) => `${realName(path)}-commands`;

function opened(driver: SqlDriver, file: string): SqlDatabase {
  const database = driver(file, false);
  database.exec('PRAGMA busy_timeout = 5000');
  return database;
}

/** What is done to the file of commands; errors of the driver become errors about the file. */
function using<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof ImagoError) throw cause;
    throw new ImagoError('store', `the commands in ${file} failed: ${String(cause)}`, { cause });
  }
}

/**
 * Takes commands for the store in the file `path`, which this process has open for writing, from other processes: they stand in
 * `path-commands`, a database of its own, so that nobody but this process ever writes to the store. What waits there from before is kept.
 */
export async function commandFile(path: string): Promise<CommandFile> {
  const driver = await sqliteDriver();
  const file = fileOf(path);
  return using(file, () => {
    const database = opened(driver, file);
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} DELETE FROM owner; INSERT INTO owner VALUES (${process.pid}); COMMIT`);
    const version = database.prepare('PRAGMA data_version');
    const list = database.prepare('SELECT id, command FROM commands WHERE answer IS NULL ORDER BY number');
    const settle = database.prepare('UPDATE commands SET taken = ?, answer = ? WHERE id = ?');
    let seen: unknown;
    let waiting: readonly SentCommand[] | undefined;
    return {
      waiting: () =>
        using(file, () => {
          // It changes when another process has written, and tells so without a look at the tables.
          const now = (version.get() as SqlRow).data_version;
          if (waiting === undefined || now !== seen)
            waiting = (list.all() as SqlRow[]).map(({ id, command }) => ({
              id: id as string,
              command: JSON.parse(command as string) as Command,
            }));
          seen = now;
          return waiting;
        }),
      answer: (id, { taken, text }) =>
        using(file, () => {
          settle.run(taken ? 1 : 0, text, id);
          waiting = undefined;
        }),
      [Symbol.dispose]() {
        using(file, () => {
          const { left } = database.prepare('SELECT COUNT(*) AS left FROM commands').get() as SqlRow;
          database.close();
          // Whoever waits for an answer reads it there, and leaves nothing behind.
          if (left === 0) for (const ending of ['', '-journal']) rmSync(`${file}${ending}`, { force: true });
        });
      },
    };
  });
}

/** Milliseconds between two looks for an answer. */
const GAP = 50;

/**
 * Sends a command to the process that has the store in the file `path` open, and waits for its answer; `isThere` says whether it still is. Throws `invalid-argument`
 * where that process takes no commands, and where it has not answered within `patience` milliseconds: the command then still waits for it.
 */
export async function sendCommand(
  path: string,
  command: Command,
  {
    holder,
    patience,
    isThere,
  }: { readonly holder: number; readonly patience: number; readonly isThere: () => Promise<boolean> },
): Promise<CommandAnswer> {
  checkFile(path, true);
  const file = fileOf(path);
  ensure(
    statSync(file, { throwIfNoEntry: false }),
    'invalid-argument',
    () => `process ${holder} has the store ${path} open, but takes no commands; imago run does`,
  );
  const database = opened(await sqliteDriver(), file);
  try {
    const id = crypto.randomUUID();
    using(file, () =>
      database.prepare('INSERT INTO commands (id, command) VALUES (?, ?)').run(id, JSON.stringify(command)),
    );
    const find = database.prepare('SELECT taken, answer FROM commands WHERE id = ?');
    const forget = () => database.prepare('DELETE FROM commands WHERE id = ?').run(id);
    for (let waited = 0; ; waited += GAP) {
      const { taken, answer } = using(file, () => find.get(id) as SqlRow);
      if (answer !== null) {
        using(file, forget);
        return { taken: taken === 1, text: answer as string };
      }
      if (waited % (20 * GAP) === 0 && !(await isThere())) {
        using(file, forget);
        return { taken: false, text: `process ${holder} ended before it took it` };
      }
      ensure(
        waited < patience,
        'invalid-argument',
        () =>
          `process ${holder} has not answered for ${patience / 1000} s; it is busy, and takes the command when it is not`,
      );
      await new Promise((resolve) => setTimeout(resolve, GAP));
    }
  } finally {
    database.close();
  }
}
