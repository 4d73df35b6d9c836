import type { Command, SentCommand } from '../../core/control/command.ts';
import type { Store } from '../../core/store.ts';
import type { ByHand } from './helm.ts';

/** A command that changes what a search does, and where the search took it. */
export interface Order extends SentCommand {
  readonly command: Extract<Command, { kind: 'budget' | 'try' }>;
  /** The how many-th time that the search could take commands, from 0 on; null while it waits for the search. */
  readonly turn: number | null;
  /** Runs of the search then, those of its start not counted. */
  readonly after: number;
}

/** A remark of a user's. */
export interface StudyNote {
  readonly id: string;
  readonly text: string;
  /** The id of the run that it is about; of none it is about the study. */
  readonly run?: string;
}

/**
 * The commands that a study has taken, in its store: results are a function of scenario, seed, answers and these. They belong to the simulator's
 * identity and the seed, as its runs do.
 */
export class CommandJournal {
  readonly #store: Store;
  readonly #document: string;
  readonly #changed: () => void;
  #orders: readonly Order[];

  /** `changed` is called whenever a command is added or taken. */
  constructor(store: Store, identity: string, seed: number, changed: () => void = () => undefined) {
    this.#changed = changed;
    this.#store = store;
    this.#document = documentOf(identity, seed);
    this.#orders = keptOrders(store, identity, seed);
  }

  /** In the order in which they were given. */
  get orders(): readonly Order[] {
    return this.#orders;
  }

  /** Whether a command waits for the search. */
  get waits(): boolean {
    return this.#orders.some(({ turn }) => turn === null);
  }

  /** Keeps a command for the search to take, once. */
  add({ id }: SentCommand, command: Order['command']): void {
    if (this.#orders.some((order) => order.id === id)) return;
    this.#write([...this.#orders, { id, command, turn: null, after: 0 }]);
  }

  /** Notes that the search takes what has waited for it, and returns that. */
  take(turn: number, after: number): readonly Order[] {
    const isNew = (order: Order) => order.turn === null;
    if (!this.#orders.some(isNew)) return [];
    const taken = this.#orders.map((order) => (isNew(order) ? { ...order, turn, after } : order));
    const fresh = taken.filter((_, i) => isNew(this.#orders[i]));
    this.#write(taken);
    return fresh;
  }

  #write(orders: readonly Order[]): void {
    this.#store.write(this.#document, JSON.stringify(orders));
    this.#orders = orders;
    this.#changed();
  }
}

function documentOf(identity: string, seed: number): string {
  return `commands/${identity}/${seed}`;
}

/** The commands that a store keeps for the search of a study, in the order in which they were given. */
export function keptOrders(store: Pick<Store, 'read'>, identity: string, seed: number): readonly Order[] {
  return JSON.parse(store.read(documentOf(identity, seed)) ?? '[]') as Order[];
}

/** The runs of the search in all that commands set last; undefined where none did. */
export function budgetIn(orders: readonly Order[]): number | undefined {
  return orders.flatMap(({ command }) => (command.kind === 'budget' ? [command.runs] : [])).at(-1);
}

/** The effect of these commands on a search. */
export function byHandOf(orders: readonly Order[]): ByHand[] {
  return orders.map(({ after, command }) => ({
    after,
    budget: command.kind === 'budget' ? command.runs : null,
    added: command.kind === 'try' ? command.points.length : 0,
  }));
}

const NOTES = 'notes';

/** The notes on the study in a store and on its runs, in the order in which they were made. */
export function studyNotes(store: Pick<Store, 'read'>): readonly StudyNote[] {
  return JSON.parse(store.read(NOTES) ?? '[]') as StudyNote[];
}

/** Keeps a note, once. */
export function addNote(store: Store, note: StudyNote): void {
  const notes = studyNotes(store);
  if (!notes.some(({ id }) => id === note.id)) store.write(NOTES, JSON.stringify([...notes, note]));
}
