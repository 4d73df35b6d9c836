import { holderOf } from './exclusive-lock.ts';
import { sqliteDriver } from './sqlite-driver.ts';
import { checkFile, realName } from './store-file.ts';

/**
 * The id of the process that has the store in the file `path` open for writing, undefined where none has. The operating system knows it: a
 * process that was killed is none, however little it said, and no clock is asked. Needs leave to write beside the store.
 */
export async function storeHolder(path: string): Promise<number | undefined> {
  checkFile(path, true);
  return holderOf(await sqliteDriver(), path, realName(path));
}
