import type { Evaluation, Task } from './evaluation.ts';
import type { Run } from './run.ts';
import type { AnySimulator } from './simulator.ts';

/** Runs a simulator on tasks: inline, on threads, in processes, on other machines. */
export interface Executor extends AsyncDisposable {
  /** How it runs, for people: `2 threads`. */
  readonly name: string;
  /** How many evaluations can run at once. */
  readonly concurrency: number;
  /**
   * Evaluates every task once and yields the outcomes in groups as they end, in whatever order. Tasks are drawn from the
   * iterable only as they can be started. When the run is cancelled, unfinished tasks fail with cause `cancelled`.
   */
  evaluate(simulator: AnySimulator, tasks: Iterable<Task>, run: Run): AsyncIterable<readonly Evaluation[]>;
}
