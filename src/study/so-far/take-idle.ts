import { type Command, type CommandAnswer, isMoment } from '../../core/control/command.ts';
import { Space } from '../../core/space/space.ts';
import type { Store } from '../../core/store.ts';
import { addNote, CommandJournal } from '../control/journal.ts';
import { refusalOf } from '../control/steering.ts';
import { readPlan, writeUnfinished } from './plan.ts';

/** Takes a command for a study that no process runs: what changes its search waits in the store until it is run again. */
export function takeIdle(store: Store, command: Command, id: string): CommandAnswer {
  const plan = readPlan(store);
  if (!plan) return { taken: false, text: 'the store holds no study; run its scenario first' };
  if (isMoment(command)) return { taken: false, text: 'no process runs the study' };
  if (command.kind === 'note') {
    addNote(store, { id, text: command.text, ...(command.run !== undefined && { run: command.run }) });
    return { taken: true, text: 'the note is kept' };
  }
  const { head, search, parameters } = plan;
  const searches = search !== null && head.subject.kind === 'simulator';
  const refusal = refusalOf(command, { space: new Space(parameters), searches });
  if (refusal !== undefined) return { taken: false, text: refusal };
  const journal = new CommandJournal(store, head.subject.identity, head.seed, () => writeUnfinished(store));
  journal.add({ id, command }, command);
  return { taken: true, text: 'the search takes it when the study is run again' };
}
