import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ImagoError } from '../../core/errors.ts';
import { now } from '../own.ts';
import { SlurmTrouble, slurm } from './commands.ts';
import { namesIn } from './files.ts';
import { DIED, placesIn, type WorkerOrder } from './order.ts';
import { pastStates } from './past.ts';
import { arrayArguments, scriptOf } from './script.ts';
import { FORMAT_OF_STATES, isOver, isStuck, isWaiting, statesOf, type TaskState } from './states.ts';

/** Milliseconds for which a task that has just been submitted may not be listed. */
const UNLISTED = 15_000;
/** Milliseconds until Slurm is asked again when it did not answer, or had no room for more jobs. */
const RETRY = 5000;
/** Tasks that may end in a row before they begin anything. */
const FRUITLESS = 3;
/** Characters of a log in a message. */
const SAID = 400;
/** Tasks of an array where Slurm does not tell its limit. */
const USUAL_ARRAY = 1001;

/** What is asked for by the work there is. */
export interface Demand {
  /** Tasks that should be there to take what lies open. */
  readonly wanted: number;
  /** Whether that is urgent: what lies open has lain there for a while, or nobody is there. */
  readonly isUrgent: boolean;
  readonly isPilot: boolean;
}

/** Options of a {@link Crew}. */
export interface CrewOptions {
  readonly directory: string;
  /** The name of all its jobs. */
  readonly name: string;
  readonly order: WorkerOrder;
  readonly sbatch: readonly string[];
  readonly prologue: string;
  /** Tasks in Slurm's queue at most. */
  readonly jobs: number;
  readonly notice: (text: string) => void;
}

/** The tasks of a directory in Slurm's queue. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #places: ReturnType<typeof placesIn>;
  /** When tasks that may not be listed yet were submitted. */
  readonly #submitted = new Map<string, number>();
  #states = new Map<string, TaskState>();
  /** What the accounting says of tasks that the controller has forgotten. */
  readonly #past = new Map<string, TaskState>();
  #hasAccounting = true;
  /** Tasks whose worker has said that it ends. */
  readonly #ended = new Set<string>();
  /** Tasks whose worker has done something, or that were looked into. */
  readonly #settled = new Set<string>();
  #fruitless = 0;
  #mostInArray?: number;
  #retryAt = 0;
  #isAway = false;
  readonly #told = new Set<string>();

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#places = placesIn(options.directory);
  }

  /** What Slurm said last of a task, or undefined where it does not know it (any more). */
  state(task: string): TaskState | undefined {
    const present = this.#states.get(task) ?? this.#past.get(task);
    return present ?? (this.#isFresh(task) ? { word: 'PENDING', reason: 'None' } : undefined);
  }

  /** Tasks that run or wait. */
  get live(): string[] {
    const all = new Set([...this.#states.keys(), ...this.#submitted.keys()]);
    return [...all].filter((task) => !this.#ended.has(task) && !isOver(this.state(task)));
  }

  get #waiting(): string[] {
    return this.live.filter((task) => isWaiting(this.state(task) as TaskState));
  }

  #isFresh(task: string): boolean {
    return now() - (this.#submitted.get(task) ?? Number.NEGATIVE_INFINITY) < UNLISTED;
  }

  /** Reads which workers have ended; tells whether any has. What has become of the task of one that died, Slurm says. */
  readFarewells(): boolean {
    const names = namesIn(this.#places.ended) ?? [];
    for (const name of names) {
      if (!name.endsWith(DIED)) this.#ended.add(name.split('.')[0]);
      rmSync(join(this.#places.ended, name), { force: true });
    }
    return names.length > 0;
  }

  /** The worker of this task has taken something. */
  hasWorked(task: string): void {
    if (this.#settled.has(task)) return;
    this.#settled.add(task);
    this.#fruitless = 0;
  }

  /** Asks Slurm for the states of all tasks; false when it does not answer. Throws where it refuses. */
  async look(): Promise<boolean> {
    const answer = await this.#ask('squeue', [
      ...['--noheader', '--array', '--states=all', `--name=${this.#options.name}`],
      `--format=${FORMAT_OF_STATES}`,
    ]);
    if (answer === undefined) return false;
    this.#states = statesOf(answer);
    for (const task of this.#states.keys()) this.#submitted.delete(task);
    for (const task of this.#submitted.keys()) if (!this.#isFresh(task)) this.#submitted.delete(task);
    for (const [task, state] of this.#states)
      if (!this.#ended.has(task) && isStuck(state))
        this.#tellOnce(`Slurm holds job ${task.split('_')[0]}: ${state.word}, ${state.reason}`);
    return true;
  }

  /** Asks the accounting, where the site has one, for tasks that the controller does not know any more. */
  async lookUp(tasks: Iterable<string>): Promise<void> {
    const unknown = [...new Set(tasks)].filter((task) => this.state(task) === undefined);
    if (unknown.length === 0 || !this.#hasAccounting) return;
    const past = await pastStates(unknown);
    this.#hasAccounting = past !== undefined;
    for (const [task, state] of past ?? []) this.#past.set(task, state);
  }

  /** What has ended until now is no matter of this study. */
  forgetEnded(): void {
    for (const [task, state] of this.#states) if (isOver(state)) this.#settled.add(task);
  }

  /** Throws when one task after the other ends before it has taken anything: called once it is known which have. */
  checkFruits(): void {
    for (const [task, state] of this.#states) {
      if (!isOver(state) || state.word === 'COMPLETED' || this.#settled.has(task) || this.#ended.has(task)) continue;
      this.#settled.add(task);
      if (++this.#fruitless > FRUITLESS)
        throw new ImagoError(
          'plugin',
          `the tasks of Slurm end before they begin anything: ${state.word}, ${state.reason} (task ${task})${this.#logOf(task)}`,
        );
    }
  }

  #logOf(task: string): string {
    const name = namesIn(this.#places.log)?.find((file) => file === `${task}.txt`);
    const text = name === undefined ? '' : readFileSync(join(this.#places.log, name), 'utf8').trim();
    return text === '' ? '' : `; its log ends: ${text.slice(-SAID).replace(/\s*\n\s*/g, ' / ')}`;
  }

  /** Submits what is missing, and takes back what is in the queue for nothing. */
  async staff({ wanted, isUrgent, isPilot }: Demand): Promise<void> {
    if (now() < this.#retryAt) return;
    const present = isPilot ? this.live.length : this.#waiting.length;
    const missing = Math.min(wanted - present, this.#options.jobs - this.live.length);
    if (missing > 0 && isUrgent) await this.#submit(missing);
    else if (wanted === 0 && !isPilot && isUrgent) await this.takeBack();
  }

  async #submit(missing: number): Promise<void> {
    const { name, directory, order, sbatch, prologue } = this.#options;
    this.#mostInArray ??= await this.#arrayLimit();
    // Nobody asks for anything in a directory that was deleted meanwhile; what is posted anew brings it back.
    if (this.#mostInArray === undefined || !existsSync(directory)) return;
    const count = Math.min(missing, this.#mostInArray);
    mkdirSync(this.#places.log, { recursive: true });
    const args = [...arrayArguments(name, directory, count), ...sbatch];
    const answer = await this.#ask('sbatch', args, scriptOf(order, prologue));
    if (answer === undefined) {
      this.#mostInArray = Math.max(1, Math.floor(count / 2));
      return;
    }
    const job = answer.trim().split(';')[0];
    for (let k = 0; k < count; k++) this.#submitted.set(`${job}_${k}`, now());
  }

  async #arrayLimit(): Promise<number | undefined> {
    const answer = await this.#ask('scontrol', ['show', 'config']);
    return answer === undefined ? undefined : Number(/MaxArraySize\s*=\s*(\d+)/.exec(answer)?.[1] ?? USUAL_ARRAY);
  }

  /** Takes from the queue what has not begun. */
  async takeBack(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const answer = await this.#ask('scancel', ['--state=PENDING', `--name=${this.#options.name}`]);
    if (answer !== undefined) for (const task of waiting) this.#ended.add(task);
  }

  /** Ends all tasks; says how, where Slurm does not answer. */
  async cancel(): Promise<void> {
    const { name, notice } = this.#options;
    const answer = await this.#ask('scancel', [`--name=${name}`]);
    if (answer === undefined) notice(`the tasks of this study were not cancelled; scancel --name=${name} does`);
    else for (const task of this.live) this.#ended.add(task);
  }

  /** What a command says, or undefined where Slurm does not answer or has no room. Throws where it refuses, with its words. */
  async #ask(command: string, args: readonly string[], input?: string): Promise<string | undefined> {
    try {
      const answer = await slurm(command, args, input);
      if (this.#isAway) this.#options.notice('Slurm answers again');
      this.#isAway = false;
      return answer;
    } catch (error) {
      if (!(error instanceof SlurmTrouble)) throw error;
      if (error.kind === 'refused' || error.kind === 'missing') {
        const given = command === 'sbatch' ? `; the option sbatch is ${JSON.stringify(this.#options.sbatch)}` : '';
        throw new ImagoError('invalid-argument', `slurmExecutor: ${error.message}${given}`, { cause: error });
      }
      this.#retryAt = now() + RETRY;
      if (error.kind === 'full') this.#tellOnce(`${error.message}; the other runs wait until there is room`);
      else if (!this.#isAway) this.#options.notice(`${error.message}; the study waits for it, and its tasks go on`);
      this.#isAway ||= error.kind === 'away';
      return undefined;
    }
  }

  #tellOnce(text: string): void {
    if (!this.#told.has(text)) this.#options.notice(text);
    this.#told.add(text);
  }
}
