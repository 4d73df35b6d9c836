import type { Evaluation } from '../core/evaluation.ts';
import { isSpoiling } from '../core/thrown.ts';
import { Globals } from './globals.ts';

/** What a worker has been through: whether it can still be believed that a failure in it is the task's own, and not of a spoiled engine. */
export class WorkerCondition {
  #runs = 0;
  /** Runs in a row that have thrown. */
  #row = 0;
  #isSpoiled = false;
  #globals?: Globals;

  /** Called before each run; the first time the simulator is ready, and may have changed globals to its liking. */
  begin(): void {
    this.#globals ??= new Globals();
    this.#runs++;
    this.#isSpoiled = false;
  }

  /** Takes note of what a run has thrown. */
  readonly noteThrown = (error: unknown): void => {
    this.#isSpoiled = isSpoiling(error);
  };

  end(evaluation: Evaluation): void {
    this.#row = evaluation.status === 'failed' && evaluation.cause === 'threw' ? this.#row + 1 : 0;
  }

  /** Whether the run that has just ended is to be judged in another worker: never the first of a worker, which nothing can have spoiled. */
  isDoubtful(patience: number): boolean {
    return this.#runs > 1 && (this.#isSpoiled || this.#row >= patience);
  }

  /** Whether the next run needs another worker. */
  isSpent(renewAfter = Number.POSITIVE_INFINITY): boolean {
    return this.#isSpoiled || this.#runs >= renewAfter || (this.#globals?.areChanged ?? false);
  }
}
