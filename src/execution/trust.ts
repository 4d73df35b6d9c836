import type { Evaluation } from '../core/evaluation.ts';

/**
 * How far throws are believed to be the simulator's own answer. The first throw in a worker that has run something before is tried again in
 * a new worker. When it comes again there, the worker was all right, and twice as many in a row are believed before the next such
 * look; when it does not, the engine was spoiled, and the next throw is looked at at once.
 */
export class Trust {
  /** Throws in a row that are doubted. */
  patience = 1;
  readonly #doubted = new Set<string>();
  readonly #tell: () => void;
  #isTold = false;

  /** `tell` is called the first time that an engine turns out to be spoiled. */
  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** A failure of this task is tried again in a new worker. */
  doubt(id: string): void {
    this.#doubted.add(id);
  }

  /** Learns what came of a task, if it was doubted. */
  learn(outcome: Evaluation): void {
    if (!this.#doubted.delete(outcome.id)) return;
    if (outcome.status === 'failed' && outcome.cause === 'threw') {
      this.patience *= 2;
      return;
    }
    this.patience = 1;
    if (!this.#isTold) this.#tell();
    this.#isTold = true;
  }
}
