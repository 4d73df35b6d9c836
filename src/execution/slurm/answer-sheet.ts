import { join } from 'node:path';
import { now } from '../own.ts';
import { freshName, writeWhole } from './files.ts';
import type { Answer } from './order.ts';

/** Milliseconds that an answer may lie until others come to be written with it. */
const GATHER = 50;

/** Writes the answers of a worker into a folder, those of short runs several to a file. */
export class AnswerSheet {
  readonly #folder: string;
  readonly #worker: string;
  #answers: Answer[] = [];
  #written = now();
  #timer?: NodeJS.Timeout;

  constructor(folder: string, worker: string) {
    this.#folder = folder;
    this.#worker = worker;
  }

  add(answer: Answer): void {
    this.#answers.push(answer);
    const due = this.#written + GATHER - now();
    if (due <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), due);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = now();
    if (this.#answers.length === 0) return;
    writeWhole(join(this.#folder, `${this.#worker}.${freshName()}`), this.#answers.splice(0));
  }
}
