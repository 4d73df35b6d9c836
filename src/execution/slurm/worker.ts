import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ImagoError } from '../../core/errors.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import type { Executor } from '../../core/executor.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import { Rng } from '../../numerics/random.ts';
import type { Declaration } from '../declaration.ts';
import { declare } from '../declared-simulator.ts';
import { now } from '../own.ts';
import { processExecutor } from '../processes.ts';
import { simulatorIdentity } from '../source-hash.ts';
import { AnswerSheet } from './answer-sheet.ts';
import { Claims } from './claims.ts';
import { namesIn, readWhole, writeWhole } from './files.ts';
import { memoryKills } from './memory-kills.ts';
import {
  type BatchOrder,
  declarationIn,
  declaredWith,
  type Farewell,
  FORMAT,
  placesIn,
  placesOf,
  type WorkerOrder,
} from './order.ts';
import { pauseAfter } from './pace.ts';

/** Milliseconds for which a worker of an array waits for more runs: the next ones of a study are often just being thought about. */
const LINGER = 3000;
/** Milliseconds of work after which a worker of an array ends, so that other users of the cluster get their turn. */
const SPELL = 120_000;
/** Milliseconds without a sign of life of its study after which a pilot that has nothing to do ends. */
const FORSAKEN = 15 * 60_000;
/** Milliseconds that a run may need beyond twice the longest so far before the time of the task is up. */
const MARGIN = 5000;

/** What runs in a task of an array: it takes runs from the directory, one parcel after the other, and leaves their answers there. */
export class SlurmWorker {
  readonly #order: WorkerOrder;
  readonly #name: string;
  readonly #end: number;
  readonly #places: ReturnType<typeof placesIn>;
  readonly #executors = new Map<string, Executor>();
  readonly #simulators = new Map<string, AnySimulator>();
  #began?: number;
  #idleSince = now();
  #beat = '';
  #beatSince = now();
  #longest = 0;
  #taken = 0;
  #answered = 0;
  #memoryKills = memoryKills();
  #isStopped = false;

  /** `timeLeft`: milliseconds until Slurm ends the task. */
  constructor(order: WorkerOrder, name: string, timeLeft: number) {
    this.#order = order;
    this.#name = name;
    this.#end = now() + timeLeft;
    this.#places = placesIn(order.directory);
  }

  /** Takes no more runs. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Fulfilled when there is nothing more to do, or no time for it. */
  async work(): Promise<void> {
    try {
      while (!this.#isSpent) {
        if (await this.#workOnce()) this.#idleSince = now();
        else if (this.#isIdleLongEnough) break;
        else await pause(pauseAfter(now() - this.#idleSince));
      }
    } finally {
      await Promise.all([...this.#executors.values()].map((executor) => executor[Symbol.asyncDispose]()));
    }
    if (!existsSync(this.#order.directory)) return;
    mkdirSync(this.#places.ended, { recursive: true });
    const farewell: Farewell = { answered: this.#answered };
    writeWhole(join(this.#places.ended, this.#name), farewell);
  }

  /** Whether it may take no more runs. */
  get #isSpent(): boolean {
    const { pilot, group = Number.POSITIVE_INFINITY } = this.#order;
    const isOverdue = !pilot && this.#began !== undefined && now() - this.#began > SPELL;
    const isLate = now() + 2 * this.#longest + MARGIN > this.#end && this.#began !== undefined;
    return this.#isStopped || isOverdue || isLate || this.#taken >= group;
  }

  get #isIdleLongEnough(): boolean {
    if (namesIn(this.#order.directory)?.includes('closed') !== false) return true;
    if (!this.#order.pilot) return now() - this.#idleSince > LINGER;
    const beat = JSON.stringify(readWhole(this.#places.study) ?? '');
    if (beat !== this.#beat) this.#beatSince = now();
    this.#beat = beat;
    return now() > this.#end - MARGIN || Math.min(now() - this.#beatSince, now() - this.#idleSince) > FORSAKEN;
  }

  /** Whether there was something to do in any batch. */
  async #workOnce(): Promise<boolean> {
    for (const batch of namesIn(this.#places.batches) ?? []) {
      const places = placesOf(join(this.#places.batches, batch));
      if (!namesIn(places.open)?.length || readWhole(places.refusal)) continue;
      const order = readWhole<BatchOrder>(places.order);
      if (order && (await this.#workOn(places, order))) return true;
    }
    return false;
  }

  async #workOn(places: ReturnType<typeof placesOf>, order: BatchOrder): Promise<boolean> {
    const claims = new Claims(places, this.#name);
    try {
      const simulator = await this.#simulatorOf(order);
      const sheet = new AnswerSheet(places.answers, this.#name);
      const run = { rng: new Rng(this.#name), clock: now };
      const tasks = claims.tasks(() => {
        if (this.#isSpent) return false;
        this.#began ??= now();
        this.#taken++;
        return true;
      });
      for await (const group of this.#executorOf(order).evaluate(simulator, tasks, run))
        for (const evaluation of group) {
          this.#longest = Math.max(this.#longest, evaluation.milliseconds);
          this.#answered++;
          sheet.add(claims.answer(this.#judged(evaluation)));
        }
      sheet.flush();
      return claims.count > 0;
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      claims.giveBack();
      writeWhole(places.refusal, { reason: error.message });
      return false;
    }
  }

  /** Where the simulator was ended for want of memory and not this worker, nobody but the system knows why. */
  #judged(evaluation: Evaluation): Evaluation {
    if (evaluation.status === 'completed' || evaluation.cause !== 'crashed') return evaluation;
    const kills = memoryKills();
    if (kills === this.#memoryKills) return evaluation;
    this.#memoryKills = kills;
    const reason = `Slurm: OUT_OF_MEMORY, it took more memory than its task was given (task ${this.#name}); ${evaluation.reason}`;
    return { ...evaluation, cause: 'out-of-memory', reason };
  }

  /** Throws `plugin` where the files of the simulator are not those that the study has. */
  async #simulatorOf({ format, identity, declaration: text }: BatchOrder): Promise<AnySimulator> {
    const known = this.#simulators.get(text);
    if (known) return known;
    if (format !== FORMAT)
      throw new ImagoError('plugin', 'these runs were posted by another version of imago; run the study again');
    const declaration = declarationIn(text);
    const { source, hasSource } = declaration;
    const simulator = declaredWith(declaration, source);
    const [wanted, present] = hasSource
      ? [identity, simulatorIdentity(simulator)]
      : // An external program has its files in its version: what it is now is known when it is loaded.
        [nameOf(declaration), nameOf(await declare(source))];
    if (present !== wanted)
      throw new ImagoError(
        'plugin',
        `the study asks for runs of ${wanted}, the files that a worker of Slurm finds are those of ${present}; run the study again`,
      );
    this.#simulators.set(text, simulator);
    return simulator;
  }

  #executorOf({ timeLimit, retries }: BatchOrder): Executor {
    const key = `${timeLimit} ${retries}`;
    const executor =
      this.#executors.get(key) ??
      processExecutor({
        workers: 1,
        retries,
        ...(timeLimit !== null && { timeLimit }),
        notice: (text) => console.error(text),
      });
    this.#executors.set(key, executor);
    return executor;
  }
}

const nameOf = ({ name, version }: Declaration) => `${name}@${version}`;
