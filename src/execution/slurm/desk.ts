import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ImagoError } from '../../core/errors.ts';
import { now } from '../own.ts';
import { Batch, type Slot, type Waiting } from './batch.ts';
import { Crew, type CrewOptions, type Demand } from './crew.ts';
import { freshName, namesIn, readWhole, writeWhole } from './files.ts';
import { Hold } from './hold.ts';
import { type BatchOrder, placesIn, placesOf } from './order.ts';
import { pauseAfter } from './pace.ts';
import { Recovery } from './recovery.ts';

/** Milliseconds of work for which a task of an array is worth its start. */
const WORTH = 10_000;
/** Milliseconds for which a parcel may lie until a worker that is there takes it. */
const UNTAKEN = 1500;
/** Milliseconds between two questions to Slurm, at least and at most. */
const SOONEST = 2000;
const LATEST = 30_000;

/** Options of a {@link Desk}. */
export interface DeskOptions extends Omit<CrewOptions, 'name'> {
  readonly pilot?: number;
  readonly retries: number;
  /** Milliseconds by which the file system may show a file late. */
  readonly lateness: number;
  readonly cancel: boolean;
}

/** The study's side of a directory: posts batches, hands out what is answered, and sees to it that there are workers. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #hold: Hold;
  readonly #crew: Crew;
  readonly #recovery: Recovery;
  readonly #places: ReturnType<typeof placesIn>;
  readonly #batches = new Map<string, Batch>();
  /** Milliseconds for one run, a running mean; unknown at first. */
  #pace = Number.NaN;
  #newsAt = now();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #untakenSince?: number;
  #managing?: Promise<void>;
  #failure?: unknown;
  #users = 0;
  /** Whether workers are busy with what was given up. */
  #isForsaken = false;
  #pausing = new AbortController();
  #turning?: Promise<void>;
  #listeners: (() => void)[] = [];

  private constructor(options: DeskOptions, hold: Hold) {
    const { directory } = options;
    const name = `imago-${createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 12)}`;
    this.#options = options;
    this.#hold = hold;
    this.#places = placesIn(directory);
    this.#crew = new Crew({ ...options, name });
    this.#recovery = new Recovery(this.#crew, options);
  }

  /** Takes a directory, with what an earlier study has left there. */
  static async open(options: DeskOptions): Promise<Desk> {
    const hold = await Hold.take(options.directory);
    try {
      const desk = new Desk(options, hold);
      await desk.#restore();
      return desk;
    } catch (error) {
      hold.release();
      throw error;
    }
  }

  async #restore(): Promise<void> {
    mkdirSync(this.#places.batches, { recursive: true });
    rmSync(this.#places.closed, { force: true });
    this.#crew.readFarewells();
    for (const name of namesIn(this.#places.batches) ?? []) {
      const batch = new Batch(join(this.#places.batches, name));
      batch.restore();
      this.#batches.set(name, batch);
    }
    const isKnown = await this.#crew.look();
    this.#crew.forgetEnded();
    // What nobody will take is posted anew when it is asked for, and else not run.
    if (isKnown && this.#crew.live.length === 0) for (const batch of this.#batches.values()) batch.withdraw();
    this.#sweep();
  }

  /** Makes an empty batch. */
  newBatch(order: BatchOrder): Batch {
    const name = freshName();
    const draft = join(this.#places.batches, `.${name}`);
    const places = placesOf(draft);
    for (const folder of [places.open, places.taken, places.answers]) mkdirSync(folder, { recursive: true });
    writeWhole(places.order, order);
    renameSync(draft, join(this.#places.batches, name));
    const batch = new Batch(join(this.#places.batches, name));
    this.#batches.set(name, batch);
    return batch;
  }

  /** Whether an earlier study has posted that question; its answer then goes to who waits. */
  adopt(waiting: Waiting): boolean {
    for (const batch of this.#batches.values()) if (batch.adopt(waiting)) return true;
    return false;
  }

  /** Begins to look after the directory, until as many have left as have entered. */
  enter(): void {
    if (this.#users++ === 0) this.#failure = undefined;
    this.#newsAt = now();
    this.#pausing.abort();
    this.#turning ??= this.#turn();
  }

  async leave(): Promise<void> {
    this.#users--;
    this.#wake();
    if (this.#hold.isLost) return;
    this.#sweep();
    if (this.#users > 0 || !this.#isForsaken) return;
    this.#isForsaken = false;
    await this.#crew.cancel();
  }

  /** Nobody waits any more for these. */
  abandon(list: ReadonlySet<Waiting>): void {
    for (const batch of this.#batches.values())
      for (const slot of [...batch.waiting()]) {
        if (!list.has(slot.waiting as Waiting)) continue;
        slot.waiting = undefined;
        if (!this.#options.cancel) continue;
        batch.deliver(slot);
        this.#isForsaken = true;
      }
  }

  /** An answer has come, after `milliseconds` of running. */
  learn(milliseconds: number): void {
    this.#newsAt = now();
    this.#pace = Number.isNaN(this.#pace) ? milliseconds : 0.9 * this.#pace + 0.1 * milliseconds;
  }

  /** Fulfilled at the next look at the directory; throws what went wrong. */
  async next(): Promise<void> {
    if (this.#failure === undefined)
      await new Promise<void>((resolve) => {
        this.#listeners.push(resolve);
      });
    if (this.#failure !== undefined) throw this.#failure;
  }

  #wake(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  async #turn(): Promise<void> {
    while (this.#users > 0 && this.#failure === undefined) {
      try {
        this.#look();
      } catch (error) {
        this.#failure = error;
      }
      this.#wake();
      this.#pausing = new AbortController();
      const { signal } = this.#pausing;
      await pause(pauseAfter(now() - this.#newsAt), undefined, { signal }).catch(() => undefined);
    }
    this.#turning = undefined;
    // What is in the queue would fail as well.
    if (this.#failure !== undefined)
      await this.#takeBack().catch((error) => {
        this.#failure ??= error;
      });
  }

  /** The tasks of a directory have one name, whoever has it. */
  async #takeBack(): Promise<void> {
    if (!this.#hold.isLost) await this.#crew.takeBack();
  }

  #look(): void {
    this.#hold.check();
    for (const [name, batch] of this.#batches) {
      if (!batch.isAwaited) continue;
      batch.collect();
      const refusal = readWhole<{ readonly reason: string }>(batch.places.refusal);
      if (refusal) throw new ImagoError('plugin', refusal.reason);
      if (batch.open()) continue;
      this.#options.notice(`the folder of batch ${name} was deleted; its runs without an answer are posted again`);
      this.#recovery.loseAll(batch);
    }
    if (this.#crew.readFarewells()) this.#newsAt = now();
    const demand = this.#demand();
    const isDue =
      now() > this.#recovery.dueAt ||
      now() - this.#lookedAt > Math.min(LATEST, Math.max(SOONEST, (now() - this.#newsAt) / 5));
    if (!isDue && !demand.isUrgent) return;
    this.#managing ??= this.#manage(isDue)
      .catch((error) => {
        this.#failure ??= error;
        this.#wake();
      })
      .finally(() => {
        this.#managing = undefined;
      });
  }

  async #manage(isDue: boolean): Promise<void> {
    if (isDue) {
      this.#lookedAt = now();
      this.#recovery.dueAt = Number.POSITIVE_INFINITY;
      // Before Slurm is asked: whoever took something afterwards has begun after what Slurm says.
      const awaited = [...this.#batches.values()].filter((batch) => batch.isAwaited);
      const seen = awaited.map((batch) => {
        const open = new Set(batch.open()?.keys() ?? []);
        return { batch, open, claims: batch.claims() };
      });
      if (!(await this.#crew.look())) return;
      for (const batch of awaited) batch.collect();
      const claims = seen.flatMap((one) => one.claims);
      await this.#crew.lookUp(claims.map(({ worker }) => worker.split('.')[0]));
      this.#recovery.judge(claims);
      for (const { batch, open, claims } of seen) this.#recovery.findLost(batch, open, claims);
      this.#crew.checkFruits();
    }
    await this.#crew.staff(this.#demand());
  }

  /** How many workers the runs want that lie open. */
  #demand(): Demand {
    const { pilot, order, jobs } = this.#options;
    let [parcels, runs, awaited] = [0, 0, false];
    for (const batch of this.#batches.values()) {
      if (!batch.isAwaited) continue;
      awaited = true;
      for (const count of batch.open()?.values() ?? []) {
        parcels++;
        runs += count;
      }
    }
    const isAlone = this.#crew.live.length === 0;
    if (parcels === 0) this.#untakenSince = undefined;
    else this.#untakenSince ??= now();
    const isUntaken = this.#untakenSince !== undefined && now() - this.#untakenSince > UNTAKEN;
    if (pilot !== undefined)
      return { wanted: awaited ? pilot : 0, isUrgent: awaited && this.#crew.live.length < pilot, isPilot: true };
    const worth = Number.isNaN(this.#pace) ? parcels : Math.ceil((runs * this.#pace) / WORTH);
    const wanted = parcels === 0 ? 0 : Math.max(1, order.group === undefined ? worth : Math.ceil(runs / order.group));
    const isIdle = parcels === 0 && now() - this.#newsAt > UNTAKEN;
    return {
      wanted: Math.min(wanted, parcels, jobs),
      isUrgent: (isAlone && parcels > 0) || isUntaken || isIdle,
      isPilot: false,
    };
  }

  /** What a slot's asker has kept; see {@link Batch.deliver}. */
  deliver(slot: Slot): void {
    slot.batch.deliver(slot);
  }

  /** Removes batches in which nothing is needed any more. */
  #sweep(): void {
    for (const [name, batch] of this.#batches) {
      if (!batch.isDone) continue;
      batch.remove();
      this.#batches.delete(name);
    }
  }

  /** Tells all workers to end when there is nothing more to do, or at once. Whoever has not begun is needed only for what lies open. */
  async close(): Promise<void> {
    this.#wake();
    await this.#managing;
    try {
      if (this.#hold.isLost) return;
      // Without it workers end by themselves.
      if (existsSync(this.#options.directory)) writeWhole(this.#places.closed, '');
      const isLeft = [...this.#batches.values()].some((batch) => (batch.open()?.size ?? 0) > 0);
      if (this.#options.cancel) await this.#crew.cancel();
      else if (!isLeft) await this.#crew.takeBack();
    } finally {
      this.#hold.release();
    }
  }
}
