import { ImagoError } from '../../core/errors.ts';
import type { Evaluation, FailureCause, Task } from '../../core/evaluation.ts';
import type { Oracle } from '../../core/oracle.ts';

/** When a study is given up because its simulator fails: there would be nothing to learn from. */
export interface Breaker {
  /** Evaluations from which on the share of failures counts. Default 20. */
  readonly least?: number;
  /** Share of failures among all evaluations so far, in (0, 1], at which the study stops. Default 0.9. */
  readonly share?: number;
  /**
   * This many first evaluations that all fail with one cause stop the study earlier; so do, at any time, this many in a row that
   * fail with cause `infrastructure`. Default 10.
   */
  readonly alike?: number;
}

/**
 * The oracle, which throws `no-data` as soon as its answers show that going on is hopeless. They are judged in the order in which
 * the questions were asked, over all calls, so that the verdict depends neither on who answers first nor on what a store recalls.
 */
export function guardedOracle(oracle: Oracle, breaker: Breaker): Oracle {
  const tally = new Tally(breaker);
  async function* evaluate(tasks: Iterable<Task>, run: Parameters<Oracle['evaluate']>[1]) {
    const waiting = new Map<string, Evaluation | undefined>();
    function* noted(): Generator<Task> {
      for (const task of tasks) {
        waiting.set(task.id, undefined);
        yield task;
      }
    }
    for await (const group of oracle.evaluate(noted(), run)) {
      for (const evaluation of group) waiting.set(evaluation.id, evaluation);
      // A Map keeps the order of the questions: what is judged goes, what comes later waits.
      for (const [id, evaluation] of waiting) {
        if (!evaluation) break;
        waiting.delete(id);
        tally.add(evaluation);
      }
      yield group;
    }
  }
  return { space: oracle.space, outputs: oracle.outputs, evaluate };
}

/** Counts answers and says when there is no hope. */
class Tally {
  readonly #breaker: Required<Breaker>;
  readonly #causes = new Map<FailureCause, { count: number; last: string }>();
  #count = 0;
  #failed = 0;
  #faults = 0;

  constructor({ least = 20, share = 0.9, alike = 10 }: Breaker) {
    this.#breaker = { least, share, alike };
  }

  add(evaluation: Evaluation): void {
    if (evaluation.status === 'failed' && evaluation.cause === 'cancelled') return;
    this.#count++;
    if (evaluation.status === 'completed') {
      this.#faults = 0;
      return;
    }
    const { cause, reason } = evaluation;
    this.#failed++;
    this.#faults = cause === 'infrastructure' ? this.#faults + 1 : 0;
    this.#causes.set(cause, { count: (this.#causes.get(cause)?.count ?? 0) + 1, last: reason });
    const { least, share, alike } = this.#breaker;
    if (this.#faults >= alike) {
      const what = `the last ${this.#faults} evaluations failed through no fault of the simulator`;
      throw hopeless(
        what,
        `them with ${cause}: ${reason}`,
        'Mend the machine, and run the study again: what failed so is not stored',
      );
    }
    const isAlike = this.#causes.size === 1 && this.#failed === this.#count && this.#count >= alike;
    if (!isAlike && (this.#count < least || this.#failed < share * this.#count)) return;
    // What came last may be the exception; the commonest cause is what has to be mended.
    const causes = [...this.#causes].sort((a, b) => b[1].count - a[1].count);
    const [[commonest, { count, last }]] = causes;
    throw hopeless(
      `${this.#failed} of the first ${this.#count} evaluations failed: ${causes.map(([name, one]) => `${one.count} ${name}`).join(', ')}`,
      `the ${count} with ${commonest}: ${last}`,
      "Mend the simulator, or narrow its parameters to where it works. To go on whatever fails, give the scenario 'breaker: false'",
    );
  }
}

function hopeless(what: string, last: string, advice: string): ImagoError {
  return new ImagoError('no-data', `stopped, since ${what}; the last of ${last}. ${advice}.`);
}
