import { join } from 'node:path';
import type { Evaluation, Task } from '../../core/evaluation.ts';
import { moved, namesIn, readWhole } from './files.ts';
import { type Answer, answerOf, type placesOf, type Question, taskOf } from './order.ts';

/** The parcels that a worker takes from a batch. */
export class Claims {
  readonly #places: ReturnType<typeof placesOf>;
  readonly #worker: string;
  /** Questions without an answer, by the id under which they are run. */
  readonly #asked = new Map<string, { readonly parcel: string; readonly k: number; readonly key: string }>();
  /** Parcels whose names have been read and not tried. */
  #seen: string[] = [];
  count = 0;

  constructor(places: ReturnType<typeof placesOf>, worker: string) {
    this.#places = places;
    this.#worker = worker;
  }

  /** The tasks of one parcel after the other, each taken when the tasks before it have been drawn, for as long as `wants` says so before each task. */
  *tasks(wants: () => boolean): Generator<Task> {
    for (;;) {
      if (!wants()) return;
      const parcel = this.#take();
      if (parcel === undefined) return;
      const questions = readWhole<readonly Question[]>(this.#takenPath(parcel)) ?? [];
      // All of them are its own now: a parcel is not shared.
      questions.forEach(({ key }, k) => {
        this.#asked.set(`${parcel}/${k}`, { parcel, k, key });
      });
      this.count += questions.length;
      for (const [k, question] of questions.entries()) {
        if (k > 0) wants();
        yield taskOf(`${parcel}/${k}`, question);
      }
    }
  }

  /** What is left of an evaluation of one of these tasks. */
  answer(evaluation: Evaluation): Answer {
    const { id } = evaluation;
    const asked = this.#asked.get(id);
    if (!asked) throw new Error(`there is an answer to ${id}, which was not asked`);
    this.#asked.delete(id);
    return answerOf(asked.parcel, asked.k, asked.key, evaluation);
  }

  /** Lets others take what has no answer. */
  giveBack(): void {
    for (const parcel of new Set([...this.#asked.values()].map((one) => one.parcel)))
      moved(this.#takenPath(parcel), join(this.#places.open, parcel));
  }

  #take(): string | undefined {
    for (;;) {
      if (this.#seen.length === 0) this.#seen = namesIn(this.#places.open) ?? [];
      const parcel = this.#seen.shift();
      if (parcel === undefined) return undefined;
      if (moved(join(this.#places.open, parcel), this.#takenPath(parcel))) return parcel;
      // The answer to a rename may be lost on a network, and the repeated question be told that the file is gone.
      if (namesIn(this.#places.taken)?.includes(`${parcel}@${this.#worker}`)) return parcel;
    }
  }

  #takenPath(parcel: string): string {
    return join(this.#places.taken, `${parcel}@${this.#worker}`);
  }
}
