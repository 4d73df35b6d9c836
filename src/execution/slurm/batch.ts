import { rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation, Task } from '../../core/evaluation.ts';
import { moved, namesIn, readWhole, refresh, writeWhole } from './files.ts';
import { type Answer, evaluationOf, placesOf, type Question, questionOf } from './order.ts';

/** Somebody who waits for the answer to a task. */
export interface Waiting {
  readonly key: string;
  readonly task: Task;
  /** How many workers have ended while they had the task. */
  attempts: number;
  /** Called once; `slot` is to be {@link Batch.deliver}ed when the answer has been kept. */
  readonly settle: (evaluation: Evaluation, slot: Slot) => void;
  /** Called when it has to be posted again. */
  readonly again: () => void;
}

/** A place in a parcel. */
export interface Slot {
  readonly batch: Batch;
  readonly parcel: string;
  readonly key: string;
  waiting?: Waiting;
  answer?: Answer;
  /** The file that holds the answer. */
  file?: string;
  /** Nobody needs what is on disk of it any more. */
  isDone: boolean;
}

/** A parcel that a worker has taken. */
export interface Claim {
  readonly batch: Batch;
  readonly parcel: string;
  /** `ARRAY_INDEX.RESTARTS` */
  readonly worker: string;
}

/** A folder of parcels and their answers, as the study sees it. */
export class Batch {
  readonly places: ReturnType<typeof placesOf>;
  readonly #folder: string;
  readonly #slots = new Map<string, Slot[]>();
  readonly #byKey = new Map<string, Slot>();
  /** Of each answer file that has been read, how many of its answers are still needed. */
  readonly #files = new Map<string, number>();
  /** The workers that have answered. */
  readonly answerers = new Set<string>();
  /** Whether an earlier study has posted it, so that not all that has become of it is known. */
  isRestored = false;
  #parcels = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.places = placesOf(folder);
  }

  /** Reads what an earlier study has left. */
  restore(): void {
    this.isRestored = true;
    for (const name of [...(namesIn(this.places.open) ?? []), ...(namesIn(this.places.taken) ?? [])]) {
      const parcel = name.split('@')[0];
      const folder = name === parcel ? this.places.open : this.places.taken;
      const questions = readWhole<readonly Question[]>(join(folder, name)) ?? [];
      this.#parcels = Math.max(this.#parcels, Number(parcel) + 1);
      this.#slots.set(
        parcel,
        questions.map(({ key }) => this.#slotFor(parcel, key)),
      );
    }
    this.collect();
  }

  #slotFor(parcel: string, key: string, waiting?: Waiting): Slot {
    const slot: Slot = { batch: this, parcel, key, ...(waiting && { waiting }), isDone: false };
    this.#byKey.set(key, slot);
    return slot;
  }

  /** Whether the answer to this question is there or on its way; then it goes to who waits. */
  adopt(waiting: Waiting): boolean {
    const slot = this.#byKey.get(waiting.key);
    if (!slot || slot.waiting || slot.isDone) return false;
    slot.waiting = waiting;
    if (slot.answer) waiting.settle(evaluationOf(waiting.task, slot.answer), slot);
    return true;
  }

  /** Puts questions in a parcel that the next worker may take. */
  post(list: readonly Waiting[]): void {
    const parcel = String(this.#parcels++).padStart(8, '0');
    this.#slots.set(
      parcel,
      list.map((waiting) => this.#slotFor(parcel, waiting.key, waiting)),
    );
    writeWhole(
      join(this.places.open, parcel),
      list.map(({ key, task }) => questionOf(key, task)),
    );
  }

  /** Hands out the answers that have come. */
  collect(): void {
    for (const file of namesIn(this.places.answers) ?? []) {
      if (this.#files.has(file)) continue;
      const answers = readWhole<readonly Answer[]>(join(this.places.answers, file));
      // Seen in the folder and not yet to be opened, as happens on a network: the next look finds it.
      if (!answers) continue;
      this.#files.set(file, 0);
      // `ARRAY_INDEX.RESTARTS.NAME`
      this.answerers.add(file.slice(0, file.lastIndexOf('.')));
      for (const answer of answers) this.#take(answer, file);
      this.#tidy(file);
    }
  }

  #take(answer: Answer, file: string): void {
    const slot = this.#slots.get(answer.parcel)?.[answer.k];
    // Whoever was thought dead and answers late finds the question answered by another.
    if (!slot || slot.isDone || slot.answer || slot.key !== answer.key) return;
    slot.answer = answer;
    slot.file = file;
    this.#files.set(file, (this.#files.get(file) ?? 0) + 1);
    const { waiting } = slot;
    waiting?.settle(evaluationOf(waiting.task, answer), slot);
  }

  /** The answer has been kept elsewhere, or is no longer wanted. */
  deliver(slot: Slot): void {
    if (slot.isDone) return;
    slot.isDone = true;
    if (this.#byKey.get(slot.key) === slot) this.#byKey.delete(slot.key);
    if (slot.file !== undefined) {
      this.#files.set(slot.file, (this.#files.get(slot.file) ?? 1) - 1);
      this.#tidy(slot.file);
    }
    const slots = this.#slots.get(slot.parcel) ?? [];
    if (!slots.every(({ isDone }) => isDone)) return;
    this.#slots.delete(slot.parcel);
    for (const { worker, parcel } of this.claims())
      if (parcel === slot.parcel) remove(join(this.places.taken, `${parcel}@${worker}`));
  }

  #tidy(file: string): void {
    if (this.#files.get(file) !== 0) return;
    remove(join(this.places.answers, file));
  }

  /** Whether nothing in it is needed any more. */
  get isDone(): boolean {
    return this.#slots.size === 0;
  }

  /** Whether somebody waits for an answer. */
  get isAwaited(): boolean {
    return this.waiting().next().done !== true;
  }

  /** The places for which somebody waits, of one parcel or of all. */
  *waiting(parcel?: string): Generator<Slot> {
    const lists = parcel === undefined ? this.#slots.values() : [this.#slots.get(parcel) ?? []];
    for (const slots of lists) for (const slot of slots) if (slot.waiting && !slot.answer && !slot.isDone) yield slot;
  }

  /** The parcels that no worker has taken, each with the number of its questions; undefined when the folder has been deleted. */
  open(): Map<string, number> | undefined {
    const names = namesIn(this.places.open);
    return names && new Map(names.map((name) => [name, this.#slots.get(name)?.length ?? 0]));
  }

  claims(): Claim[] {
    return (namesIn(this.places.taken) ?? []).map((name) => {
      const [parcel, worker] = name.split('@');
      return { batch: this, parcel, worker };
    });
  }

  /** Has a network file system show what has come lately. */
  refresh(): void {
    for (const folder of [this.places.answers, this.places.taken, this.places.open]) refresh(folder);
  }

  /** Lets others have a parcel whose worker has not begun anew yet. */
  release({ parcel, worker }: Claim): void {
    moved(join(this.places.taken, `${parcel}@${worker}`), join(this.places.open, parcel));
  }

  /** Takes back what no worker has taken. */
  withdraw(): void {
    for (const parcel of this.open()?.keys() ?? []) {
      // Under its former name no worker finds it any more; one that has been faster keeps it.
      if (!moved(join(this.places.open, parcel), join(this.places.taken, `${parcel}@study`))) continue;
      for (const slot of this.#slots.get(parcel) ?? []) this.deliver(slot);
    }
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
