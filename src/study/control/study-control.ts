import {
  type Command,
  type CommandAnswer,
  type CommandInbox,
  checkCommand,
  type SentCommand,
} from '../../core/control/command.ts';
import { ImagoError } from '../../core/errors.ts';
import type { Scalar } from '../../core/space/parameter.ts';

/** Gives a command to whoever takes it, and tells what became of it. */
export type SendCommand = (command: Command) => Promise<CommandAnswer>;

/** What a study can be told while it runs. Each tells in a sentence what became of it, and throws `invalid-argument` where it is refused. */
export class StudyControl {
  readonly #send: SendCommand;

  constructor(send: SendCommand) {
    this.#send = send;
  }

  /** Begins no run until {@link resume}; those in progress end. */
  pause(): Promise<string> {
    return this.send({ kind: 'pause' });
  }

  resume(): Promise<string> {
    return this.send({ kind: 'resume' });
  }

  /** Ends the study as a signal would, but for the runs in progress, which end first; the same study goes on from its store. */
  stop(): Promise<string> {
    return this.send({ kind: 'stop' });
  }

  /** Sets the simulator runs of the search in all; fewer than were made end the search, and the study goes on to its report. */
  setBudget(runs: number): Promise<string> {
    return this.send({ kind: 'budget', runs });
  }

  /** Runs points, in the author's units, with the next ones that the search proposes. */
  tryNext(...points: readonly Readonly<Record<string, Scalar>>[]): Promise<string> {
    return this.send({ kind: 'try', points });
  }

  /** Keeps a remark on the study, or on the run of that id. */
  note(text: string, run?: string): Promise<string> {
    return this.send({ kind: 'note', text, ...(run !== undefined && { run }) });
  }

  /** Any of these. */
  async send(command: Command): Promise<string> {
    checkCommand(command);
    const { taken, text } = await this.#send(command);
    if (!taken) throw new ImagoError('invalid-argument', `${command.kind}: ${text}`);
    return text;
  }
}

/** Commands of this process, for `control` of {@link runStudy}: `const control = studyControl()`. One is for one study at a time. */
export function studyControl(): StudyControl & CommandInbox {
  const waiting = new Map<string, SentCommand & { readonly resolve: (answer: CommandAnswer) => void }>();
  let count = 0;
  const control = new StudyControl(
    (command) =>
      new Promise((resolve) => {
        const id = `here/${count++}`;
        waiting.set(id, { id, command, resolve });
      }),
  );
  return Object.assign(control, {
    waiting: () => [...waiting.values()],
    answer(id: string, answer: CommandAnswer) {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    },
  });
}
