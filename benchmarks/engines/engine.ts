import type { AnySimulator, Evaluation, Executor, Task } from 'imago';
import { Rng } from 'imago';
import { loadModule } from 'imago/node';

/** How many runs of what length on how many workers. */
export interface Case {
  readonly workers: number;
  readonly runMilliseconds: number;
  readonly runs: number;
}

/** What a fault has cost. */
export interface Damage {
  readonly runs: number;
  /** Runs without an answer, and answers beyond one for each run. */
  readonly lost: number;
  readonly doubled: number;
  /** The worst, from the fault to the next begin of what it hit; null where nothing had to be run again. */
  readonly secondsToRerun: number | null;
}

/** An engine that is up, with its workers. */
export interface Running extends AsyncDisposable {
  readonly executor: Executor;
  /** What sleeps there. Default: {@link sleeper}. */
  readonly simulator?: AnySimulator;
  /** What else is to be said at the end, in a line. */
  told?(): Promise<string>;
}

/** Something that runs evaluations elsewhere, for the benchmarks `scale` and `faults`. */
export interface Engine {
  readonly name: string;
  /** What it needs and is not on this machine, in a sentence. */
  missing(): string | undefined;
  readonly cases: readonly Case[];
  /** What is measured begins before there are any workers. */
  readonly isCold?: boolean;
  /** Of `--quick`. */
  readonly quickCases: readonly Case[];
  start(asked: Case): Promise<Running>;
  /** Each fault by its name, and those of `--quick`. */
  readonly faults: Readonly<Record<string, (quick: boolean) => Promise<Damage>>>;
  readonly quickFaults: readonly string[];
}

/** A simulator that sleeps `milliseconds` and answers its `x`. */
export async function sleeper(): Promise<AnySimulator> {
  const { default: simulator } = await loadModule(new URL('../fixtures/sleepers/sleeper.js', import.meta.url).href);
  return simulator as AnySimulator;
}

/** Runs that sleep, of which each has another x. */
export function* sleeps({ space }: AnySimulator, count: number, milliseconds: number, prefix: string): Generator<Task> {
  for (let i = 0; i < count; i++) {
    const id = `${prefix}/${i}`;
    yield { id, stream: id, u: space.encode({ milliseconds, x: i }) };
  }
}

/** What came of the tasks: how many have no answer, or several. */
export async function ask(
  executor: Executor,
  simulator: AnySimulator,
  tasks: Iterable<Task>,
  count: number,
  heard: (evaluation: Evaluation) => void = () => undefined,
): Promise<Pick<Damage, 'runs' | 'lost' | 'doubled'>> {
  const seen = new Map<string, number>();
  const run = { rng: new Rng('engines'), clock: () => performance.now() };
  for await (const group of executor.evaluate(simulator, tasks, run))
    for (const evaluation of group) {
      if (evaluation.status === 'completed') seen.set(evaluation.id, (seen.get(evaluation.id) ?? 0) + 1);
      heard(evaluation);
    }
  const doubled = [...seen.values()].reduce((sum, times) => sum + times - 1, 0);
  return { runs: count, lost: count - seen.size, doubled };
}
