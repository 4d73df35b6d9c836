import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Evaluation, Task } from '../../core/evaluation.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import { now } from '../own.ts';
import { cancelled } from '../retries.ts';
import { TaskQueue } from '../task-queue.ts';
import type { Desk } from './desk.ts';
import { bullJobOf, type Flight, partsOf } from './flight.ts';
import { evaluationOf, type JobAnswer, jobId, jobOf } from './job-text.ts';
import { lineName } from './keys.ts';
import { ownVersion } from './packages.ts';
import { announce, liveWorkers, type StudyRecord } from './registry.ts';
import { WorkerWatch } from './worker-watch.ts';

/** What an evaluation over a queue needs beside its tasks. */
export interface QueueSetting {
  readonly simulator: AnySimulator;
  readonly identity: string;
  readonly family?: StudyRecord['family'];
  readonly desk: Desk;
  /** Of this evaluation among all that use the queue. */
  readonly id: string;
  /** Milliseconds for one run. */
  readonly timeLimit: number;
  /** The most jobs in Redis at once. */
  readonly concurrency: number;
  readonly priority: number;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
  /** Has a function called with the id of each job that is answered; returns what ends that. */
  readonly onDone: (listener: (job: string) => void) => () => void;
}

/** Milliseconds between two looks at workers and at lost jobs, and for which a study counts as alive after one. */
const LOOK = 1000;
const LIFE = 15_000;
/** Milliseconds after which a job is looked for, in case Redis has lost it. */
const LOST = 3000;
/** Milliseconds of a run from which no job waits in the queue while none is free to take it. */
const LONG = 1000;
/** Milliseconds for which a job that has been answered is known as such, so that a worker that was late does not run it again. */
const REMEMBERED = 60_000;
/** Milliseconds for taking jobs out of the queue again. */
const CLEARING = 2000;

/** One call of `evaluate`: keeps as many jobs in the queue as workers can take, and turns what comes back into outcomes. */
export class QueueEvaluation {
  readonly #setting: QueueSetting;
  readonly #queue: TaskQueue;
  readonly #line: ReturnType<Desk['line']>;
  readonly #flights = new Map<string, Flight>();
  readonly #watch: WorkerWatch;
  readonly #arrived = new Set<string>();
  /** Tasks that travel together, of jobs that parted. */
  readonly #parts: Task[][] = [];
  #ready: Evaluation[] = [];
  #consumed: string[] = [];
  #answered = 0;
  #failure?: unknown;
  #clearing?: Promise<void>;
  #isLooking = false;
  #isTold = false;
  #wake: () => void = () => undefined;

  constructor(tasks: Iterable<Task>, setting: QueueSetting) {
    this.#setting = setting;
    this.#queue = new TaskQueue(tasks, () => this.#limit);
    this.#line = setting.desk.line(lineName(setting.identity, ownVersion()));
    this.#watch = new WorkerWatch(setting.simulator.name, setting.identity, setting.notice);
  }

  /** The outcomes in groups; new jobs are made only when the next group is asked for. */
  async *groups(): AsyncGenerator<readonly Evaluation[]> {
    const { signal, onDone } = this.#setting;
    const wake = () => this.#wake();
    const stopListening = onDone((job) => this.#hear(job));
    const timer = setInterval(() => void this.#look(), LOOK);
    signal.addEventListener('abort', wake);
    try {
      await Promise.race([this.#look(), aborted(signal)]);
      for (;;) {
        if (signal.aborted) break;
        if (!this.#failure) this.#launch();
        if (this.#ready.length > 0) {
          yield this.#ready.splice(0);
          // Whoever asks for more has kept what came before.
          this.#forget();
        } else if (this.#failure) throw this.#failure;
        else if (this.#flights.size === 0) return;
        else await this.#next();
      }
      const flying = [...this.#flights.values()].flatMap(({ tasks }) => tasks);
      const unfinished = [...flying, ...this.#parts.splice(0).flat(), ...this.#queue.close()];
      const last = [...this.#ready.splice(0), ...unfinished.map(cancelled)];
      if (last.length > 0) yield last;
      this.#forget();
    } finally {
      stopListening();
      clearInterval(timer);
      signal.removeEventListener('abort', wake);
      this.#queue.close();
      await this.clear();
    }
  }

  /** Takes out of the queue what nobody waits for, and has what runs stopped; whoever closes the connection calls it before. */
  clear(): Promise<void> {
    this.#clearing ??= Promise.race([this.#clear(), pause(CLEARING, undefined, { ref: false })]);
    return this.#clearing;
  }

  /** How many jobs may be in the queue: where runs are short one waits for each that runs, so that a worker has the next at once. */
  get #limit(): number {
    const { concurrency, simulator } = this.#setting;
    const { slots } = this.#watch;
    const wanted = this.#queue.pace < LONG ? 2 * slots : slots;
    return Math.max(1, Math.min(wanted, concurrency, simulator.concurrency ?? concurrency));
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #launch(): void {
    const { identity, timeLimit } = this.#setting;
    const made: string[] = [];
    for (const limit = this.#limit; this.#flights.size < limit; ) {
      const part = this.#parts.shift();
      const tasks = part ?? this.#queue.next()?.tasks;
      if (!tasks) break;
      const data = jobOf(identity, tasks, timeLimit);
      const id = jobId(data);
      this.#flights.set(id, { tasks, data, isPart: part !== undefined });
      made.push(id);
    }
    if (made.length > 0) this.#do(() => this.#post(made));
  }

  /** Puts jobs into the queue, unless they were answered before this study was stopped. */
  async #post(ids: readonly string[]): Promise<void> {
    const { desk, priority, id: study } = this.#setting;
    const { keys, link } = desk;
    const owned = Object.fromEntries(ids.map((id) => [id, `${study} ${this.#line.name}`]));
    const [, told] = await link.send((all) => all.hset(keys.owners, owned).mget(ids.map((id) => keys.answer(id))));
    const answers = told as readonly (string | null)[];
    const taken = ids.filter((_, i) => answers[i] === '');
    if (taken.length > 0) await link.send((commands) => commands.del(taken.map((id) => keys.answer(id))));
    answers.forEach((text, i) => void (text && this.#take(ids[i], text)));
    const asked = ids.flatMap((id) => {
      const flight = this.#flights.get(id);
      return flight ? [{ id, flight }] : [];
    });
    if (asked.length === 0) return;
    const jobs = asked.map(({ id, flight }) => bullJobOf(id, flight, priority));
    await link.patiently(() => this.#line.addBulk(jobs));
    for (const { flight } of asked) flight.posted = now();
    await link.client.publish(keys.work, '');
  }

  #hear(job: string): void {
    if (!this.#flights.has(job) || this.#arrived.has(job)) return;
    this.#arrived.add(job);
    if (this.#arrived.size === 1) this.#do(() => this.#collect());
  }

  /** Takes the answers of which it was told; those that come in the same moment are read together. */
  async #collect(): Promise<void> {
    const { keys, link } = this.#setting.desk;
    await Promise.resolve();
    const ids = [...this.#arrived];
    this.#arrived.clear();
    const texts = await link.client.mget(ids.map((id) => keys.answer(id)));
    ids.forEach((id, i) => void (texts[i] && this.#take(id, texts[i])));
  }

  /** A job counts once, however often it was run. */
  #take(id: string, text: string): void {
    const flight = this.#flights.get(id);
    if (!flight) return;
    const { runs, isSuspect } = JSON.parse(text) as JobAnswer;
    const { tasks } = flight;
    this.#flights.delete(id);
    this.#consumed.push(id);
    const rest: Task[] = [];
    tasks.forEach((task, i) => {
      const run = runs[i];
      if (run) this.#ready.push(evaluationOf(task, run, this.#setting.simulator));
      else if (isSuspect) this.#queue.putBackSuspect(task);
      else rest.push(task);
    });
    const times = runs.flatMap((run) => (run ? [run.ms] : []));
    this.#answered += times.length;
    // Of the runs alone: what a job costs beside them is what traveling together saves.
    if (rest.length === 0)
      this.#queue.learn(
        times.length,
        times.reduce((sum, ms) => sum + ms, 0),
      );
    this.#parts.push(...partsOf(rest, tasks.length));
    this.#wake();
  }

  #forget(): void {
    const { keys, link } = this.#setting.desk;
    const ids = this.#consumed.splice(0);
    if (ids.length === 0) return;
    this.#do(() =>
      link.send((commands) =>
        ids.reduce((all, id) => all.set(keys.answer(id), '', 'PX', REMEMBERED), commands.hdel(keys.owners, ...ids)),
      ),
    );
  }

  /** Does what talks to Redis; what goes wrong ends the evaluation. */
  #do(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      this.#failure ??= error;
      this.#wake();
    });
  }

  /** Tells workers of the study, sees which there are, and looks for jobs that Redis has lost. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#clearing) return;
    this.#isLooking = true;
    try {
      await this.#announce();
      const { link, keys } = this.#setting.desk;
      this.#watch.see(await liveWorkers(link, keys));
      await this.#search();
    } catch (error) {
      this.#failure ??= error;
    } finally {
      this.#isLooking = false;
      this.#wake();
    }
  }

  async #announce(): Promise<void> {
    const { desk, id, simulator, identity, family, priority } = this.#setting;
    const record: StudyRecord = {
      name: `${hostname()}/${process.pid}`,
      version: ownVersion(),
      identity,
      simulator: simulator.name,
      ...(family && { family }),
      priority,
      answered: this.#answered,
      asked: [...this.#flights.values()].reduce((sum, { tasks }) => sum + tasks.length, 0),
    };
    await desk.link.send((commands) => commands.hset(desk.keys.lines, this.#line.name, identity));
    await announce(desk.link, [desk.keys.studies, id, desk.keys.study(id)], record, LIFE);
  }

  async #search(): Promise<void> {
    const { link, keys } = this.#setting.desk;
    const old = [...this.#flights].filter(([, { posted }]) => posted !== undefined && now() - posted > LOST);
    if (old.length === 0) return;
    const there = await link.send((commands) =>
      // One that somebody else has taken is empty, and no answer.
      old.reduce((all, [id]) => all.strlen(keys.answer(id)).exists(this.#line.toKey(id)), commands),
    );
    const lost: string[] = [];
    old.forEach(([id], i) => {
      if (there[2 * i]) this.#hear(id);
      else if (!there[2 * i + 1] && this.#flights.has(id)) lost.push(id);
    });
    if (lost.length === 0) return;
    if (!this.#isTold) this.#setting.notice('Redis has lost jobs of the queue; they are asked again');
    this.#isTold = true;
    for (const id of lost) Object.assign(this.#flights.get(id) as Flight, { posted: undefined });
    await this.#post(lost);
  }

  async #clear(): Promise<void> {
    const { desk, id } = this.#setting;
    const { link, keys } = desk;
    const ids = [...this.#flights.keys()];
    try {
      await link.client.del(keys.study(id));
      if (ids.length === 0) return;
      await Promise.all(ids.map((job) => this.#line.remove(job)));
      await link.client.hdel(keys.owners, ...ids);
      await link.client.publish(keys.cancel, JSON.stringify(ids));
    } catch (error) {
      this.#setting.notice(`jobs are left in the queue: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
