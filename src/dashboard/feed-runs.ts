import { type Evaluation, isConclusive } from '../core/evaluation.ts';
import { INFEASIBLE, type Problem, type Scores } from '../core/problem.ts';
import type { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { WatchedEvaluation } from '../storage/store-reader.ts';
import type { FeedSubject } from './feed-subject.ts';
import { Pace } from './pace.ts';
import { FAILED, FEASIBLE, RunTable } from './shared/run-table.ts';

/** Phases are counted in a byte. */
const MOST_PHASES = 255;

/** Reasons that are told apart. */
const MOST_REASONS = 12;
/** Of a reason, by which it is told apart. */
const MOST_LETTERS = 300;

/** Failures of one cause for one reason. */
export interface FailureCount {
  readonly cause: string;
  count: number;
  /** The last one. */
  row: number;
  /** Whether their reasons differ: those beyond the ones that are told apart. */
  readonly isMixed: boolean;
}

/** What a run was made for. */
interface Purpose {
  /** Among the names of the phases. */
  readonly phase: number;
  /** Whether it is of a comparison, or repeats a point: none of these is what the search has found. */
  readonly isBeside: boolean;
}

/** The runs of one study as columns, and what is counted as they come. */
export class FeedRuns {
  /** Another one of the same source, as the study goes on. */
  subject: FeedSubject;
  readonly table: RunTable;
  /** In the store, of each row. */
  readonly sequences: number[] = [];
  readonly phases: string[] = [];
  readonly failures: FailureCount[] = [];
  /** Rows that were the best feasible ones when they came, and the first objective there, as the user asked for it. */
  readonly curve: { readonly row: number; readonly value: number }[] = [];
  /** Of several objectives: the feasible rows that no other one dominates. */
  front: readonly number[] = [];
  readonly pace = new Pace();
  /** Runs of other simulators, versions or seeds. */
  others = 0;
  /** The place in the store up to which it was read. */
  last = -1;
  #best = Number.POSITIVE_INFINITY;
  readonly #purposes = new Map<string, Purpose>();
  readonly #reasons = new Map<string, FailureCount>();

  constructor(subject: FeedSubject) {
    this.subject = subject;
    this.table = new RunTable({
      parameters: subject.space.dimension,
      outputs: subject.outputs.length,
      objectives: subject.problem?.objectives.length ?? 0,
    });
  }

  /** Takes in what the store has behind `last`. */
  take(found: readonly WatchedEvaluation[]): void {
    const { space, outputs, plan, problem, identity, prefix } = this.subject;
    this.last = found.at(-1)?.sequence ?? this.last;
    const own = found.filter(
      ({ simulator, evaluation: { id, u } }) =>
        (identity === undefined || simulator === identity) && id.startsWith(prefix) && u.length === space.dimension,
    );
    this.others += found.length - own.length;
    if (own.length === 0) return;
    const asksOutcomes = plan?.asksOutcomes ?? false;
    const x = new Matrix(own.length, space.dimension);
    const y = new Matrix(own.length, outputs.length);
    const answers = new Float64Array(outputs.length);
    for (let i = 0; i < own.length; i++) {
      x.data.set(own[i].evaluation.u, i * space.dimension);
      answersInto(answers, own[i].evaluation, asksOutcomes);
      y.data.set(answers, i * outputs.length);
    }
    const scores = problem?.score(x, y);
    const senses = problem?.objectives.map(({ sense }) => (sense === 'maximize' ? -1 : 1)) ?? [];
    for (let i = 0; i < own.length; i++) {
      const { sequence, stored, evaluation } = own[i];
      const row = this.table.count;
      const failed = isFailure(evaluation, asksOutcomes);
      const isFeasible = !failed && (scores ? scores.violation[i] === 0 : true);
      const { phase, isBeside } = this.#purposeOf(evaluation.id);
      answersInto(answers, evaluation, asksOutcomes);
      this.table.add({
        u: shownPoint(space, evaluation.u),
        outputs: answers,
        // As the user asked for them.
        objectives: senses.map((sign, k) => sign * (scores as Scores).objectives.get(i, k)),
        milliseconds: evaluation.milliseconds,
        stored: stored ?? Number.NaN,
        flags: (failed ? FAILED : 0) + (isFeasible ? FEASIBLE : 0),
        phase,
      });
      this.sequences.push(sequence);
      if (stored !== undefined) this.pace.add(stored);
      if (failed) this.#countFailure(evaluation.cause, evaluation.reason, row);
      if (!scores || !isFeasible || isBeside) continue;
      if (scores.objectives.columns > 1) this.#joinFront(row);
      else this.#compare(row, scores.objectives.get(i, 0));
    }
  }

  #compare(row: number, merit: number): void {
    if (!(merit < this.#best) || merit >= INFEASIBLE) return;
    this.#best = merit;
    const { objectives } = this.subject.problem as Problem;
    this.curve.push({ row, value: objectives[0].sense === 'maximize' ? -merit : merit });
  }

  #joinFront(row: number): void {
    const { objectives } = this.subject.problem as Problem;
    const meritOf = (own: number, k: number) => {
      const value = this.table.numbers[this.table.objectivesAt + k][own];
      return objectives[k].sense === 'maximize' ? -value : value;
    };
    const isAsGood = (one: number, other: number) => objectives.every((_, k) => meritOf(one, k) <= meritOf(other, k));
    if (this.front.some((other) => isAsGood(other, row))) return;
    this.front = [...this.front.filter((other) => !isAsGood(row, other)), row];
  }

  /** Failures are the same where their causes and the words of their reasons are, whatever numbers stand between. */
  #countFailure(cause: string, reason: string, row: number): void {
    const words = reason
      .slice(0, MOST_LETTERS)
      .split('\n', 1)[0]
      .replace(/\d[\d.,e+-]*/g, '#');
    const isMixed = this.failures.length >= MOST_REASONS && !this.#reasons.has(`${cause} ${words}`);
    const key = isMixed ? cause : `${cause} ${words}`;
    const known = this.#reasons.get(key);
    if (known) {
      known.count++;
      known.row = row;
      return;
    }
    const failure = { cause, count: 1, row, isMixed };
    this.#reasons.set(key, failure);
    this.failures.push(failure);
  }

  /** By the path of an id without its number: few are told apart, and all runs have one. */
  #purposeOf(id: string): Purpose {
    const path = id.slice(0, Math.max(0, id.lastIndexOf('/')));
    const known = this.#purposes.get(path);
    if (known) return known;
    const name = path.slice(path.indexOf('/') + 1);
    const hasSeed = path.includes('/');
    const purpose = {
      phase: this.#phaseOf((hasSeed && name) || 'run'),
      isBeside: hasSeed && /^(compare|confirm)(\/|$)/.test(name),
    };
    this.#purposes.set(path, purpose);
    return purpose;
  }

  /** The place of a name such as `surrogate/design`. */
  #phaseOf(name: string): number {
    const at = this.phases.indexOf(name);
    if (at >= 0) return at;
    if (this.phases.length === MOST_PHASES) return MOST_PHASES - 1;
    return this.phases.push(this.phases.length === MOST_PHASES - 1 ? 'others' : name) - 1;
  }
}

/** Where outcomes are asked for, a run that fails has an answer, unless the machine failed. */
function isFailure(evaluation: Evaluation, asksOutcomes: boolean): evaluation is Evaluation & { status: 'failed' } {
  return evaluation.status === 'failed' && !(asksOutcomes && isConclusive(evaluation));
}

/** Writes the outputs of a run, NaN where it failed; shares, which stand behind them, are left out. */
function answersInto(row: Float64Array, evaluation: Evaluation, asksOutcomes: boolean): void {
  row.fill(Number.NaN);
  if (isFailure(evaluation, asksOutcomes)) return;
  if (asksOutcomes) row[0] = evaluation.status === 'completed' ? 0 : 1;
  else if (evaluation.status === 'completed') row.set(evaluation.values.subarray(0, row.length));
}

/** NaN where a parameter is inactive: it has no value there. */
function shownPoint(space: Space, u: Float64Array): Float64Array {
  if (!space.isConditional) return u;
  const active = space.active(u);
  return u.map((value, k) => (active[k] ? value : Number.NaN));
}
