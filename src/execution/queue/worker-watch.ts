import type { Known, WorkerRecord } from './registry.ts';

/** Looks in which no worker takes the jobs of a study until that is told. */
const PATIENCE = 5;

/** The workers as one study sees them, and what its user should know of them. */
export class WorkerWatch {
  /** How many runs the workers that take the jobs of this study can do at once. */
  slots = 0;
  readonly #simulator: string;
  readonly #identity: string;
  readonly #tell: (text: string) => void;
  readonly #told = new Set<string>();
  #without = 0;

  constructor(simulator: string, identity: string, tell: (text: string) => void) {
    this.#simulator = simulator;
    this.#identity = identity;
    this.#tell = tell;
  }

  /** Takes in which workers there are, about once a second. */
  see(workers: readonly Known<WorkerRecord>[]): void {
    const takers = workers.filter(({ simulators }) => simulators.includes(this.#identity));
    const willing = takers.filter(({ refusals }) => refusals[this.#identity] === undefined);
    this.slots = willing.reduce((sum, { slots }) => sum + slots, 0);
    for (const { refusals } of workers) this.#once(refusals[this.#identity]);
    if (willing.length > 0) {
      if (this.#without >= PATIENCE) this.#tell(`'${this.#simulator}' is run by ${counted(willing.length)} now`);
      this.#without = 0;
    } else if (++this.#without === PATIENCE)
      this.#tell(
        `no worker runs '${this.#simulator}' (${workers.length === 0 ? 'there is none' : `of ${counted(workers.length)}`}); waiting for one: imago worker, with the same queue and the simulator in its folder`,
      );
  }

  #once(text: string | undefined): void {
    if (text === undefined || this.#told.has(text)) return;
    this.#told.add(text);
    this.#tell(text);
  }
}

const counted = (count: number) => (count === 1 ? '1 worker' : `${count} workers`);
