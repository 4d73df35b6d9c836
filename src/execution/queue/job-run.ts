import type { Evaluation, FailureCause, Task } from '../../core/evaluation.ts';
import type { Executor } from '../../core/executor.ts';
import { type AnySimulator, setUp } from '../../core/simulator.ts';
import { Rng } from '../../numerics/random.ts';
import { now } from '../own.ts';
import type { Desk } from './desk.ts';
import { answerOf, type JobAnswer, type JobData } from './job-text.ts';
import type { BullJob } from './packages.ts';
import type { WorkerRecord } from './registry.ts';

/** What a worker needs to run a job. */
export interface JobSetting {
  readonly desk: Desk;
  readonly job: BullJob;
  /** Of the lease. */
  readonly token: string;
  /** What it asks. */
  readonly asked: readonly Task[];
  readonly simulator: AnySimulator;
  readonly executor: Executor;
  readonly worker: { readonly id: string; readonly name: string };
}

/** What came of a job for the worker. */
export interface JobEnd {
  readonly answered: number;
  /** Why a run failed that did not fail by its simulator. */
  readonly fault?: string;
}

/** Seconds for which answers are kept for a study that was killed and goes on, and who has taken a job. */
const KEPT = 86_400;
/** Workers that die in a job before that is taken to be its doing. */
const DEATHS = 3;
/** Milliseconds after which runs that travel together part: one that is slow is not to hold up others. */
const TOGETHER = 1000;
/** Milliseconds for that where the executor has to start anew, as after it was stopped: it must not be stopped again before it has begun. */
const START = 15_000;
/** The executors that have answered since they were stopped, or a run has ended their process. */
const started = new WeakSet<Executor>();

/** Causes of failures that take the process of the run with them. */
const ENDING: readonly FailureCause[] = ['crashed', 'timed-out', 'out-of-memory'];
const endsProcess = (one: Evaluation) => one.status === 'failed' && ENDING.includes(one.cause);

const simulators = new WeakMap<AnySimulator, Map<number, AnySimulator>>();

/** A job that a worker has taken: it runs elsewhere, and this waits. */
export class JobRun {
  readonly token: string;
  /** Rejects where the simulator cannot be loaded. */
  readonly ended: Promise<JobEnd>;
  /** Fulfilled when its place is free for another, though its answer may still be on its way. */
  readonly ran: Promise<void>;
  readonly #setting: JobSetting;
  readonly #data: JobData;
  readonly #start = now();
  readonly #stopping = new AbortController();
  #free: () => void = () => undefined;
  #isGiven = false;

  constructor(setting: JobSetting) {
    this.#setting = setting;
    this.token = setting.token;
    this.#data = setting.job.data as JobData;
    this.ran = new Promise((resolve) => {
      this.#free = resolve;
    });
    this.ended = this.#perform().finally(() => this.#free());
    this.ended.catch(() => undefined);
  }

  /** What the job is, for people. */
  record(): WorkerRecord['running'][number] {
    const { ids } = this.#data;
    return { first: ids[0], runs: ids.length, seconds: Math.round((now() - this.#start) / 1000) };
  }

  /** Stops the runs; nobody waits for their answers. */
  cancel(): void {
    this.#stopping.abort();
  }

  /** Stops the runs and puts the job back, for another worker. */
  async giveBack(): Promise<void> {
    if (this.#isGiven) return;
    this.#isGiven = true;
    this.#stopping.abort();
    const { desk, job, worker } = this.#setting;
    await desk.link.send((commands) => commands.lrem(desk.keys.takers(job.id as string), 0, worker.id));
    await unlessLost(desk.link.patiently(() => job.moveToWait(this.token)));
    await desk.link.client.publish(desk.keys.work, '');
  }

  async #perform(): Promise<JobEnd> {
    const { desk, job, asked: tasks } = this.#setting;
    const { keys, link } = desk;
    const id = job.id as string;
    const [known, dead] = await this.#enter(id);
    if (known) return this.#finish({ answered: 0 });
    const outcomes = dead.length > 0 ? deaths(tasks, dead) : await this.#outcomes(tasks);
    this.#free();
    if (this.#isGiven) return { answered: 0 };
    const runs = tasks.map((task) => {
      const outcome = outcomes.get(task.id);
      return outcome ? answerOf(outcome) : null;
    });
    const { name } = this.#setting.worker;
    const answer: JobAnswer = { runs, worker: name, ...(dead.length > 0 && { isSuspect: true }) };
    if (!this.#stopping.signal.aborted || outcomes.size > 0)
      await link.send((commands) =>
        commands.set(keys.answer(id), JSON.stringify(answer), 'EX', KEPT).del(keys.takers(id)).publish(keys.done, id),
      );
    const faults = [...outcomes.values()].flatMap((one) =>
      one.status === 'failed' && one.cause === 'infrastructure' ? [one.reason] : [],
    );
    return this.#finish({ answered: outcomes.size, ...(faults.length > 0 && { fault: faults[0] }) });
  }

  /** Whether the job has an answer already, and the workers that died in it, where they are enough to say that it is to blame. */
  async #enter(id: string): Promise<[known: boolean, dead: readonly string[]]> {
    const { desk, job, worker } = this.#setting;
    const { keys, link } = desk;
    const takers = keys.takers(id);
    const asking = link.send((commands) =>
      commands.rpush(takers, worker.id).expire(takers, KEPT).lrange(takers, 0, -1).exists(keys.answer(id)),
    );
    // Nobody had it before, so that nobody has died in it, or answered it.
    if (job.attemptsStarted === 1) {
      asking.catch(() => undefined);
      return [false, []];
    }
    const [, , others, known] = await asking;
    const before = (others as string[]).filter((one) => one !== worker.id);
    if (before.length === 0) return [known === 1, []];
    const alive = await link.client.mget(before.map((one) => keys.worker(one)));
    const dead = before.filter((_, i) => alive[i] === null);
    return [known === 1, this.#data.ids.length > 1 || dead.length >= DEATHS ? dead : []];
  }

  async #outcomes(tasks: readonly Task[]): Promise<Map<string, Evaluation>> {
    const { simulator, executor } = this.#setting;
    const { timeLimit = Number.POSITIVE_INFINITY } = this.#data;
    const outcomes = new Map<string, Evaluation>();
    const parting = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, parting.signal]);
    // Loading takes its time, and is no run's.
    if (!simulator.source) await setUp(simulator);
    let timer: NodeJS.Timeout | undefined;
    const partAfter = (milliseconds: number) => {
      clearTimeout(timer);
      if (tasks.length > 1) timer = setTimeout(() => parting.abort(), milliseconds);
    };
    partAfter(started.has(executor) ? TOGETHER : START);
    try {
      const run = { rng: new Rng('queue'), clock: now, signal };
      for await (const group of executor.evaluate(limited(simulator, timeLimit), tasks, run)) {
        const hasEnded = group.some(endsProcess);
        if ((hasEnded || !started.has(executor)) && !signal.aborted) {
          if (hasEnded) started.delete(executor);
          else started.add(executor);
          partAfter(hasEnded ? START : TOGETHER);
        }
        for (const one of group) if (one.status !== 'failed' || one.cause !== 'cancelled') outcomes.set(one.id, one);
      }
    } finally {
      clearTimeout(timer);
      if (signal.aborted) started.delete(executor);
    }
    return outcomes;
  }

  async #finish(end: JobEnd): Promise<JobEnd> {
    const { desk, job, token } = this.#setting;
    await unlessLost(desk.link.patiently(() => job.moveToCompleted('', token, false)));
    // Only now, when the job is gone: who has the answer may ask the same again.
    await desk.link.client.publish(desk.keys.done, job.id as string);
    return end;
  }
}

/** Of one task a failure by those who died in it; several part, so that the one is found. */
function deaths(tasks: readonly Task[], dead: readonly string[]): Map<string, Evaluation> {
  if (tasks.length > 1) return new Map();
  const [{ id, u }] = tasks;
  const reason = `${dead.length} workers died while they ran it`;
  return new Map([[id, { id, u, milliseconds: 0, status: 'failed', cause: 'crashed', reason }]]);
}

/** The same simulator with the time limit of a study. */
function limited(simulator: AnySimulator, limit: number): AnySimulator {
  const timeLimit = Math.min(limit, simulator.timeLimit ?? limit);
  if (timeLimit === Number.POSITIVE_INFINITY) return simulator;
  const known = simulators.get(simulator) ?? new Map<number, AnySimulator>();
  simulators.set(simulator, known);
  const made = known.get(timeLimit) ?? (Object.create(simulator, { timeLimit: { value: timeLimit } }) as AnySimulator);
  known.set(timeLimit, made);
  return made;
}

/** A job whose lease was lost, as while Redis was away, belongs to somebody else now: its answer counts all the same. */
export async function unlessLost(moving: Promise<unknown>): Promise<void> {
  try {
    await moving;
  } catch (error) {
    if (
      !(error instanceof Error) ||
      !/^(Missing lock|Missing key|Lock mismatch|Job .* is not in the active)/.test(error.message)
    )
      throw error;
  }
}
