import { type Command, type CommandInbox, isMoment, type SentCommand } from '../../core/control/command.ts';
import { ensure, ImagoError } from '../../core/errors.ts';
import type { Task } from '../../core/evaluation.ts';
import type { Oracle } from '../../core/oracle.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import type { Store } from '../../core/store.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { LiveRecorder } from '../live/live-recorder.ts';
import type { LiveState } from '../live/live-study.ts';
import type { ByHand, Helm, Orders } from './helm.ts';
import { addNote, budgetIn, byHandOf, CommandJournal, type Order } from './journal.ts';

/** What a study is steered by. */
export interface SteeringParts {
  readonly inbox?: CommandInbox;
  readonly store: Store;
  readonly identity: string;
  readonly seed: number;
  readonly space: Space;
  /** Whether there is a search that runs a simulator. */
  readonly searches: boolean;
  readonly live?: LiveRecorder;
  /** Called whenever something new reaches the search. */
  readonly changed?: () => void;
}

/** Milliseconds between two looks for commands while nothing else happens. */
const GAP = 250;

/**
 * Takes commands for a running study. What only says when runs are begun is obeyed at once; what changes a search is kept in the store first, and taken
 * by the search at its turns, where a study that is run again takes it again.
 */
export class Steering {
  readonly #parts: SteeringParts;
  readonly #journal: CommandJournal;
  #state: LiveState = 'running';
  #turn = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** What a look of the timer failed with: nobody waits for it. */
  #failure: unknown;

  constructor(parts: SteeringParts) {
    this.#parts = parts;
    this.#journal = new CommandJournal(parts.store, parts.identity, parts.seed, parts.changed);
    if (!parts.inbox) return;
    for (const { id, command } of parts.inbox.waiting())
      if (isMoment(command))
        parts.inbox.answer(id, { taken: false, text: 'the process that it was meant for has ended' });
    this.#look();
    this.#timer = setInterval(() => this.#lookQuietly(), GAP);
  }

  /** The commands that the search has taken so far, in their order. */
  get taken(): readonly Order[] {
    return this.#journal.orders.filter(({ turn }) => turn !== null && turn < this.#turn);
  }

  /** Whether a command has come too late for the search, which takes it when the study is run again. */
  get waits(): boolean {
    return this.#parts.searches && this.#journal.waits;
  }

  /** The budget that was set last, of those taken; undefined where none was. */
  get budget(): number | undefined {
    return budgetIn(this.taken);
  }

  /** What the search has been told so far. */
  get byHand(): ByHand[] {
    return byHandOf(this.taken);
  }

  /** Steers a search whose own budget is `forSearch` of the one that users know. */
  helm(forSearch: (budget: number) => number): Helm {
    return {
      next: (after, isNew) => {
        const { budget, points } = this.next(after, isNew);
        return { points, ...(budget !== undefined && { budget: forSearch(budget) }) };
      },
      isKnown: (x, prefix, first) => this.isKnown(x, prefix, first),
    };
  }

  /**
   * What reaches the search at its next turn, after that many runs: on a replay the same as the first time; where `isNew`, all commands that have
   * come since.
   */
  next(after: number, isNew: () => boolean): Orders {
    this.check();
    const turn = this.#turn++;
    const again = this.#journal.orders.filter((order) => order.turn === turn);
    const orders = this.#journal.waits && isNew() ? [...again, ...this.#journal.take(turn, after)] : again;
    const budget = budgetIn(orders);
    const points = orders.flatMap(({ command }) => (command.kind === 'try' ? command.points : []));
    return {
      ...(budget !== undefined && { budget }),
      points: Matrix.from(
        points.map((point) => this.#parts.space.encode(point)),
        this.#parts.space.dimension,
      ),
    };
  }

  /** Whether a run of any of these points, n x d, is in the store under the ids `prefix/first` and on. */
  isKnown(x: Matrix, prefix: string, first: number): boolean {
    const { store, identity, space } = this.#parts;
    return Array.from({ length: x.rows }, (_, i) => i).some(
      (i) => store.get(identity, `${prefix}/${first + i}`, space.canonical(x.row(i))) !== undefined,
    );
  }

  /** Throws `cancelled` where the study is to stop. */
  check(): void {
    if (this.#parts.inbox) this.#look();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state === 'stopping') throw new ImagoError('cancelled', 'stopped by a command');
  }

  /** The oracle, which begins runs only while the study is not paused; where it is to stop it throws `cancelled` after those in progress. */
  gated(oracle: Oracle): Oracle {
    const draws = () => {
      this.#look();
      return this.#state === 'running';
    };
    const opened = (run: Run) => this.#opened(run);
    async function* evaluate(tasks: Iterable<Task>, run: Run) {
      const left = tasks[Symbol.iterator]();
      let next = left.next();
      function* drawn() {
        for (; !next.done && draws(); next = left.next()) yield next.value;
      }
      do {
        if (!next.done) await opened(run);
        yield* oracle.evaluate(drawn(), run);
      } while (!next.done && !run.signal?.aborted);
    }
    return { ...oracle, evaluate };
  }

  /** Takes what has come at the end, and nothing more. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#parts.inbox) this.#look();
  }

  /** Takes nothing more: the store has failed. */
  fallSilent(): void {
    clearInterval(this.#timer);
  }

  async #opened({ signal }: Run): Promise<void> {
    this.check();
    while (this.#state === 'paused' && !signal?.aborted) {
      await new Promise((resolve) => setTimeout(resolve, GAP / 5));
      this.check();
    }
  }

  #lookQuietly(): void {
    try {
      this.#look();
    } catch (error) {
      this.#failure = error;
      clearInterval(this.#timer);
    }
  }

  #look(): void {
    for (const sent of this.#parts.inbox?.waiting() ?? []) {
      const refusal = refusalOf(sent.command, this.#parts);
      const text = refusal ?? this.#obey(sent);
      this.#parts.inbox?.answer(sent.id, { taken: refusal === undefined, text });
    }
  }

  #obey({ id, command }: SentCommand): string {
    switch (command.kind) {
      case 'pause':
        this.#become('paused');
        return 'no run is begun until it is told to resume; those in progress end';
      case 'resume':
        this.#become('running');
        return 'runs are begun again';
      case 'stop':
        this.#become('stopping');
        return 'it ends after the runs in progress; the same command goes on';
      case 'note':
        addNote(this.#parts.store, { id, text: command.text, ...(command.run !== undefined && { run: command.run }) });
        return 'the note is kept';
      default:
        this.#journal.add({ id, command }, command);
        return command.kind === 'budget'
          ? `the search is to take ${command.runs} runs`
          : `the search runs ${command.points.length} with its next ones`;
    }
  }

  #become(state: LiveState): void {
    if (this.#state === 'stopping') return;
    this.#state = state;
    this.#parts.live?.become(state);
  }
}

/** Why a study cannot take a command; undefined where it can. */
export function refusalOf(
  command: Command,
  { space, searches }: Pick<SteeringParts, 'space' | 'searches'>,
): string | undefined {
  if (command.kind !== 'budget' && command.kind !== 'try') return undefined;
  if (!searches) return 'the study has no search that runs a simulator';
  if (command.kind === 'budget') return undefined;
  try {
    for (const point of command.points) space.encode(point);
  } catch (error) {
    ensure(error instanceof ImagoError, 'invalid-argument', () => String(error));
    return error.message;
  }
  return undefined;
}
