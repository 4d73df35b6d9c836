import { ensure, ImagoError, show } from '../errors.ts';
import type { Scalar } from '../space/parameter.ts';

/** What a running study can be told. */
export type Command =
  /** Begin no run until `resume`; those in progress end. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** End as by Ctrl-C, once the runs in progress have ended. */
  | { readonly kind: 'stop' }
  /** Simulator runs of the search in all, in place of the scenario's; fewer than were made end the search. */
  | { readonly kind: 'budget'; readonly runs: number }
  /** Points in the author's units that the search runs with its next ones. */
  | { readonly kind: 'try'; readonly points: readonly Readonly<Record<string, Scalar>>[] }
  /** A remark on the study, or on the run of that id. */
  | { readonly kind: 'note'; readonly text: string; readonly run?: string };

/** A command on its way. */
export interface SentCommand {
  /** Like that of no other command. */
  readonly id: string;
  readonly command: Command;
}

/** What became of a command, in a sentence. */
export interface CommandAnswer {
  readonly taken: boolean;
  readonly text: string;
}

/** Where commands for a running study wait until it takes them. */
export interface CommandInbox {
  /** Those without an answer, in the order in which they were sent; asked often, so that it must be cheap. */
  waiting(): readonly SentCommand[];
  answer(id: string, answer: CommandAnswer): void;
}

/** Characters of the longest note. */
const LONGEST_NOTE = 10_000;

/** Throws `invalid-argument` unless it is a command as {@link Command} describes it. Whether a study has such points is for the study to say. */
export function checkCommand(command: Command): void {
  switch (command?.kind) {
    case 'pause':
    case 'resume':
    case 'stop':
      break;
    case 'budget':
      ensure(
        Number.isSafeInteger(command.runs) && command.runs > 0,
        'invalid-argument',
        () => `budget: runs must be a whole number of at least 1, got ${show(command.runs)}`,
      );
      break;
    case 'try':
      ensure(
        Array.isArray(command.points) && command.points.length > 0 && command.points.every(isNamed),
        'invalid-argument',
        () => `try: points must be objects such as { length: 1.2 }, got ${show(command.points)}`,
      );
      break;
    case 'note':
      ensure(
        typeof command.text === 'string' && command.text.trim() !== '' && command.text.length <= LONGEST_NOTE,
        'invalid-argument',
        () => `note: text must have 1 to ${LONGEST_NOTE} characters, got ${show(command.text)}`,
      );
      ensure(
        command.run === undefined || (typeof command.run === 'string' && command.run !== ''),
        'invalid-argument',
        () => `note: run must be the id of a run, got ${show(command.run)}`,
      );
      break;
    default:
      throw new ImagoError(
        'invalid-argument',
        `a command is one of pause, resume, stop, budget, try and note, got ${show(command)}`,
      );
  }
}

/** Whether a command is for the process that runs now, and for no later one. */
export function isMoment(command: Command): command is Extract<Command, { kind: 'pause' | 'resume' | 'stop' }> {
  const { kind } = command;
  return kind === 'pause' || kind === 'resume' || kind === 'stop';
}

function isNamed(point: unknown): boolean {
  return typeof point === 'object' && point !== null && !Array.isArray(point);
}
