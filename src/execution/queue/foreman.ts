import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ImagoError } from '../../core/errors.ts';
import type { Executor } from '../../core/executor.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import { reasonOf } from '../../core/thrown.ts';
import { now } from '../own.ts';
import { type Desk, ignored } from './desk.ts';
import { JobRun, unlessLost } from './job-run.ts';
import { askedBy, type JobData } from './job-text.ts';
import { type Line, openLine } from './line.ts';
import { type BullJob, ownVersion } from './packages.ts';
import { refusal } from './refusal.ts';
import { announce, type Known, liveStudies, type StudyRecord, type WorkerRecord } from './registry.ts';
import { Rest } from './rest.ts';
import type { Stock } from './stock.ts';

/** What a worker works with. */
export interface ForemanSetting {
  readonly desk: Desk;
  readonly stock: Stock;
  readonly id: string;
  readonly name: string;
  readonly slots: number;
  /** Milliseconds. */
  readonly grace: number;
  readonly executorOf: (simulator: AnySimulator) => Executor;
  readonly notice: (text: string) => void;
}

/**
 * Milliseconds for which a job belongs to a worker that says nothing, and between two times that it says that it lives.
 */
const LEASE = 2500;
const BEAT = 600;
/** Milliseconds between two looks at what studies ask for, where nobody says that there is work. */
const LOOK = 1000;
/** Milliseconds for giving jobs back at the end: where Redis is away, others find by the leases that they are free. */
const CLEARING = 2000;

/** Takes jobs as long as there is room, runs them elsewhere, and says all the while that it lives. */
export class Foreman {
  answered = 0;
  readonly closed: Promise<void>;
  readonly #setting: ForemanSetting;
  readonly #lines = new Map<string, Line>();
  readonly #refusals = new Map<string, string>();
  readonly #version = ownVersion();
  readonly #timers: NodeJS.Timeout[] = [];
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #stopping?: Promise<void>;
  #isPulling = false;
  #pulling: Promise<void> = Promise.resolve();
  #isAskedAgain = false;
  #isBeating = false;
  #isLooking = false;
  #busy = 0;
  readonly #rest: Rest;

  constructor(setting: ForemanSetting) {
    this.#setting = setting;
    this.#rest = new Rest(setting.notice);
    this.closed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.closed.catch(ignored);
  }

  /** Begins to take jobs. */
  async start(): Promise<void> {
    const { desk } = this.#setting;
    await desk.listen({
      [desk.keys.work]: () => this.#do(() => this.#pull()),
      [desk.keys.cancel]: (text) => this.#cancel(JSON.parse(text) as string[]),
    });
    await this.#beat();
    await this.#look();
    this.#timers.push(
      setInterval(() => this.#do(() => this.#beat()), BEAT),
      setInterval(() => this.#do(() => this.#look()), LOOK),
    );
  }

  /** Takes no more jobs, lets those that run end for a while, and gives the others back. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { desk, grace } = this.#setting;
    const running = () => [...this.#lines.values()].flatMap(({ jobs }) => [...jobs.values()]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, grace);
    });
    await Promise.race([Promise.allSettled(running().map(({ ended }) => ended)), late]);
    clearTimeout(timer);
    await Promise.race([this.#leave(running()), pause(CLEARING, undefined, { ref: false })]);
    for (const one of this.#timers) clearInterval(one);
    for (const { bull, executors } of this.#lines.values()) {
      await bull.close(true);
      await Promise.all(executors.map((one) => one[Symbol.asyncDispose]()));
    }
    await desk[Symbol.asyncDispose]();
    this.#resolve();
  }

  async #leave(running: readonly JobRun[]): Promise<void> {
    const { desk, id } = this.#setting;
    await Promise.allSettled([this.#pulling, ...running.map((run) => run.giveBack())]);
    await desk.link.client.del(desk.keys.worker(id)).catch(ignored);
  }

  /** What cannot be mended by waiting ends the worker. */
  #do(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (!this.#stopping) this.#reject(error);
    });
  }

  /** Says that the worker lives, and that its jobs are its own: before the jobs, so that who sees a job free sees its worker gone. */
  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.#sayAlive();
    } finally {
      this.#isBeating = false;
    }
  }

  async #sayAlive(): Promise<void> {
    const { desk, id } = this.#setting;
    const said = announce(desk.link, [desk.keys.workers, id, desk.keys.worker(id)], this.#record(), LEASE);
    const kept = [...this.#lines.values()]
      .filter(({ jobs }) => jobs.size > 0)
      .map(({ bull, jobs }) =>
        desk.link.patiently(() =>
          bull.extendJobLocks(
            [...jobs.keys()],
            [...jobs.values()].map(({ token }) => token),
            LEASE,
          ),
        ),
      );
    await Promise.all([said, ...kept]);
  }

  #record(): WorkerRecord {
    const { name, slots, stock } = this.#setting;
    const runs = [...this.#lines.values()].flatMap(({ jobs }) => [...jobs.values()]);
    return {
      name,
      version: this.#version,
      slots,
      simulators: stock.identities,
      refusals: Object.fromEntries(this.#refusals),
      running: runs.map((run) => run.record()),
      ...(this.#rest.reason !== undefined && { pausing: this.#rest.reason }),
    };
  }

  /** Sees what studies ask for, and takes it, or says why not. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#stopping) return;
    this.#isLooking = true;
    try {
      const studies = await liveStudies(this.#setting.desk);
      for (const line of this.#lines.values()) line.priority = Number.NEGATIVE_INFINITY;
      for (const study of studies) await this.#consider(study);
      const refused = new Set(studies.map(({ identity }) => identity));
      for (const identity of this.#refusals.keys()) if (!refused.has(identity)) this.#refusals.delete(identity);
      await this.#pull();
    } finally {
      this.#isLooking = false;
    }
  }

  async #consider(study: Known<StudyRecord>): Promise<void> {
    const { stock, name } = this.#setting;
    const { identity, simulator } = study;
    try {
      if (study.version === this.#version) await stock.make(study);
      const reason = refusal(name, study, stock.identities, this.#version);
      if (reason !== undefined) {
        this.#refuse(identity, reason);
        return;
      }
      stock.check(identity, now());
    } catch (error) {
      this.#refuse(identity, `worker ${name} refuses '${simulator}': ${reasonOf(error)}`);
      return;
    }
    if (this.#refusals.has(identity)) return;
    const line = this.#lines.get(identity) ?? (await openLine(this.#setting, identity, LEASE));
    this.#lines.set(identity, line);
    line.priority = Math.max(line.priority, study.priority);
  }

  #refuse(identity: string, reason: string): void {
    if (!this.#refusals.has(identity)) this.#setting.notice(reason);
    this.#refusals.set(identity, reason);
    const line = this.#lines.get(identity);
    if (line) line.priority = Number.NEGATIVE_INFINITY;
  }

  /** Takes jobs while there is room, those of the most urgent studies first. */
  #pull(): Promise<void> {
    this.#isAskedAgain = true;
    if (!this.#isPulling) this.#pulling = this.#takeAll();
    return this.#pulling;
  }

  async #takeAll(): Promise<void> {
    this.#isPulling = true;
    try {
      while (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        while (this.#isFree && (await this.#takeOne()));
      }
    } finally {
      this.#isPulling = false;
    }
  }

  get #isFree(): boolean {
    return !this.#stopping && this.#busy < this.#setting.slots && this.#rest.isOver(now());
  }

  async #takeOne(): Promise<boolean> {
    const { link } = this.#setting.desk;
    const lines = [...this.#lines.values()]
      .filter(({ priority }) => priority > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.priority - a.priority);
    for (const line of lines) {
      const token = randomUUID();
      const job = await link.patiently(() => line.bull.getNextJob(token, { block: false }));
      if (!job) continue;
      if (this.#stopping) {
        await job.moveToWait(token);
        return false;
      }
      try {
        this.#begin(line, job, token);
      } catch (error) {
        await this.#turnAway(line, job, token, error);
      }
      return true;
    }
    return false;
  }

  /** A job that has lost what it asks fails with a sentence: a study that waits for it finds it gone, and asks again. Others are refused. */
  async #turnAway({ bull, identity, simulator }: Line, job: BullJob, token: string, error: unknown): Promise<void> {
    if (!(error instanceof ImagoError)) throw error;
    const { desk, name, notice } = this.#setting;
    if ((job.data as Partial<JobData>).ids !== undefined) {
      this.#refuse(identity, `worker ${name} refuses '${simulator.name}': ${error.message}`);
      await unlessLost(desk.link.patiently(() => job.moveToWait(token)));
      return;
    }
    notice(`worker ${name} drops job ${job.id}: ${error.message}`);
    await unlessLost(desk.link.patiently(() => job.moveToFailed(error, token, false)));
    await desk.link.patiently(() => desk.line(bull.name).remove(job.id as string));
  }

  #begin(line: Line, job: BullJob, token: string): void {
    const { desk, id, name, executorOf } = this.#setting;
    const { simulator, executors, free, jobs } = line;
    const asked = askedBy(job.data as JobData, simulator, line.identity);
    const executor = free.pop() ?? executorOf(simulator);
    if (!executors.includes(executor)) executors.push(executor);
    const run = new JobRun({ desk, job, asked, token, simulator, executor, worker: { id, name } });
    jobs.set(job.id as string, run);
    this.#busy++;
    this.#do(async () => {
      await run.ran;
      free.push(executor);
      this.#busy--;
      await this.#pull();
    });
    this.#do(async () => {
      try {
        const { answered, fault } = await run.ended;
        this.answered += answered;
        this.#rest.learn(fault, now());
      } catch (error) {
        this.#refuse(line.identity, `worker ${name} refuses '${simulator.name}': ${reasonOf(error)}`);
        await run.giveBack();
      } finally {
        // Where its lease was lost, this worker may have taken it again.
        if (jobs.get(job.id as string) === run) jobs.delete(job.id as string);
      }
    });
  }

  #cancel(ids: readonly string[]): void {
    for (const { jobs } of this.#lines.values()) for (const id of ids) jobs.get(id)?.cancel();
  }
}
