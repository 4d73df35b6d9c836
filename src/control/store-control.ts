import type { Command, CommandAnswer } from '../core/control/command.ts';
import { sendCommand } from '../storage/command-file.ts';
import { sqliteStore } from '../storage/sqlite-store.ts';
import { storeHolder } from '../storage/store-holder.ts';
import { StudyControl } from '../study/control/study-control.ts';
import { takeIdle } from '../study/so-far/take-idle.ts';

/** Options of {@link storeControl}. */
export interface StoreControlOptions {
  /** Milliseconds that a process may take to answer. Default 10,000. */
  readonly patience?: number;
}

/**
 * Controls the study in the store in the file `path`: by the process that runs it, or where none does, by keeping budget, points and notes in the
 * store for when it is run again. Nobody but the process that runs a study ever writes to its store.
 */
export function storeControl(path: string, options: StoreControlOptions = {}): StudyControl {
  return watchedControl(path, (action) => action(), options);
}

/** The same, where `writing` is around what this process itself writes to the store. */
export function watchedControl(
  path: string,
  writing: <T>(action: () => Promise<T>) => Promise<T>,
  { patience = 10_000 }: StoreControlOptions = {},
): StudyControl {
  return new StudyControl(async (command: Command): Promise<CommandAnswer> => {
    const holder = await storeHolder(path);
    if (holder !== undefined) {
      const isThere = async () => (await storeHolder(path)) === holder;
      return sendCommand(path, command, { holder, patience, isThere });
    }
    return writing(async () => {
      await using store = await sqliteStore(path);
      return takeIdle(store, command, crypto.randomUUID());
    });
  });
}
