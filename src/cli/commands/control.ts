import { existsSync } from 'node:fs';
import { type AnySimulator, type Command, ensure, ImagoError, type Scalar, Space } from '../../index.ts';
import { readPlan } from '../../internal.ts';
import { sqliteStore, storeControl } from '../../node.ts';
import { namedPoint } from '../point.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago control`. */
export interface ControlOptions {
  /** Of a note: the id of the run that it is about. */
  readonly run?: string;
}

/** What a study can be told. */
export const COMMANDS = ['pause', 'resume', 'stop', 'budget', 'try', 'note'] as const;

/** Tells something to the study in a store, and says what became of it. */
export async function controlCommand(
  path: string,
  kind: string,
  values: readonly string[],
  options: ControlOptions,
  terminal: Terminal,
): Promise<void> {
  ensure(existsSync(path), 'invalid-argument', `there is no store ${path}`);
  const command = await commandOf(path, kind, values, options);
  terminal.print(await storeControl(path).send(command));
}

async function commandOf(
  path: string,
  kind: string,
  values: readonly string[],
  { run }: ControlOptions,
): Promise<Command> {
  const alone = kind === 'pause' || kind === 'resume' || kind === 'stop';
  const wanted = alone ? 'no value' : kind === 'try' ? "points such as 'length=1.2,material=steel'" : 'one value';
  ensure(
    alone ? values.length === 0 : kind === 'try' ? values.length > 0 : values.length === 1,
    'invalid-argument',
    () => `${kind} takes ${wanted}, got ${values.length === 0 ? 'none' : values.join(' ')}`,
  );
  ensure(kind === 'note' || run === undefined, 'invalid-argument', '--run is for a note');
  switch (kind) {
    case 'pause':
    case 'resume':
    case 'stop':
      return { kind };
    case 'budget':
      return { kind, runs: Number(values[0]) };
    case 'note':
      return { kind, text: values[0], ...(run !== undefined && { run }) };
    case 'try':
      return { kind, points: await pointsOf(path, values) };
    default:
      throw new ImagoError('invalid-argument', `a command is one of ${COMMANDS.join(', ')}, got '${kind}'`);
  }
}

async function pointsOf(path: string, texts: readonly string[]): Promise<Readonly<Record<string, Scalar>>[]> {
  await using store = await sqliteStore(path, { readOnly: true });
  const plan = readPlan(store);
  ensure(plan, 'invalid-argument', `${path} holds no study; run its scenario first`);
  const subject: Pick<AnySimulator, 'name' | 'space'> = {
    name: plan.head.subject.name,
    space: new Space(plan.parameters),
  };
  return texts.map((text) => namedPoint(text, subject, 'try'));
}
