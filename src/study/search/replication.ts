import { mostProbable, outputsOf } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { isProbabilistic, type Model } from '../../core/model.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import { squaredDistanceIn } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { mean as meanOf } from '../../numerics/statistics.ts';
import { studentHalfWidth } from '../../numerics/student.ts';
import { ONE_SIDED_95 } from '../../optimization/bayesian/confirmable.ts';
import { searchSurrogate } from '../defaults.ts';
import { type ConfirmationPlan, confirmationPlan, isLimited, MOST_POINTS } from '../scenario/confirmation.ts';
import { inUsersSense } from './curve.ts';
import type { BestPoint } from './results.ts';

/** A promising point of a stochastic simulator, run again on fresh streams. */
interface Candidate {
  /** In the history. */
  readonly row: number;
  /** Mean of each output over the fresh runs, m numbers; of a class, the commonest. */
  readonly mean: Float64Array;
  readonly replications: BestPoint['replications'];
}

/** The points that were put to the proof, the one that fresh runs chose first, and what that cost. */
export interface Repeated {
  readonly candidates: readonly Candidate[];
  readonly runs: number;
  /** Of the simulator, for all these runs. */
  readonly milliseconds: number;
}

/** Points are apart from this root mean square distance over the coordinates on. */
const APART = 0.03;

/** With fewer rows the best single run is as good a judge as any model. */
const LEAST_ROWS = 10;

/**
 * Re-runs the most promising points of a history on fresh random streams: the best by the posterior mean, as many that are feasible with 95 % probability,
 * and those with the best single answers. Rounds of runs halve them [Karnin2013], by the means of all fresh runs so far,
 * with inequalities at the upper end of a 95 % interval: the best of points that seem feasible lie where they hardly are. The winner is re-run before it
 * is reported: the minimum of several means is biased low. Where these runs, or all its fresh runs with 95 %, do not show
 * that inequalities hold, the next one gets as many. Without a model of its own the search lends one its history. No point is chosen whose fresh
 * runs all failed. All that takes at most `runs` runs; of none, the first point stands as it was answered.
 */
export async function repeatBest(
  problem: Problem,
  simulator: Oracle,
  history: Dataset,
  model: Model | undefined,
  runs: number,
  run: Run,
): Promise<Repeated> {
  const judge = model ?? (await smoothed(history, childRun(run, 'judge')));
  const promised = distinct(history, promising(problem, history, judge));
  const fresh = new FreshRuns(simulator, history, run);
  const { rounds, proof: replications, proofs } = confirmationPlan(runs, isLimited(problem), promised.length);
  if (replications === 0) return fresh.spentOn(promised.slice(0, 1).map((row) => asAnswered(history, row)));
  const chosen = await halved(problem, rounds.length > 0 ? promised : promised.slice(0, proofs), fresh, rounds);
  const candidates: Candidate[] = [];
  for (const row of chosen.slice(0, proofs)) {
    const proof = await fresh.of(row, replications);
    const all = fresh.completed(row);
    if (all.size === 0) continue;
    const told = proof.finite().size > 0 ? proof : all;
    const completed = told.finite();
    const candidate = { row, mean: meanOutputs(completed), replications: summarize(problem, told, completed) };
    if (holds(problem, completed) && holds(problem, all, marginsOf(problem, [all])))
      return fresh.spentOn([candidate, ...candidates]);
    candidates.push(candidate);
  }
  const known = candidates.map(({ row }) => fresh.completed(row));
  return fresh.spentOn(byMeans(problem, known).map((k) => candidates[k]));
}

/** Runs of rows of a history on fresh random streams, and what they cost. */
class FreshRuns {
  readonly #simulator: Oracle;
  readonly #history: Dataset;
  readonly #run: Run;
  readonly #known = new Map<number, Dataset>();
  #runs = 0;
  #milliseconds = 0;

  constructor(simulator: Oracle, history: Dataset, run: Run) {
    this.#simulator = simulator;
    this.#history = history;
    this.#run = run;
  }

  /** Runs each of the rows so often. */
  async repeat(rows: readonly number[], count: number): Promise<Dataset[]> {
    const x = this.#history.x.select(rows.flatMap((row) => new Array<number>(count).fill(row)));
    const answers = await label(this.#simulator, x, this.#run.rng.path, this.#run, this.#runs);
    this.#runs += answers.size;
    for (const { milliseconds } of answers.rows) this.#milliseconds += milliseconds;
    return rows.map((row, k) => {
      const own = answers.select(Array.from({ length: count }, (_, i) => k * count + i));
      this.#known.set(row, this.#known.get(row)?.concat(own) ?? own);
      return own;
    });
  }

  /** Runs one row so often. */
  async of(row: number, count: number): Promise<Dataset> {
    const [own] = await this.repeat([row], count);
    return own;
  }

  /** All its runs so far that were answered. */
  completed(row: number): Dataset {
    return (this.#known.get(row) ?? this.#history.select([])).finite();
  }

  spentOn(candidates: readonly Candidate[]): Repeated {
    return { candidates, runs: this.#runs, milliseconds: this.#milliseconds };
  }
}

/** The rows in the order that rounds of fresh runs give them, those that left in a later round first; without those whose runs all failed. */
async function halved(
  problem: Problem,
  rows: readonly number[],
  fresh: FreshRuns,
  rounds: ConfirmationPlan['rounds'],
): Promise<number[]> {
  // What a point has been run once it has come through every round.
  const deciding = rounds.reduce((sum, round) => sum + round.runs, 0);
  let left = [...rows];
  let dropped: number[] = [];
  for (const [i, { points, runs }] of rounds.entries()) {
    if (i > 0) dropped = [...left.slice(points), ...dropped];
    left = left.slice(0, points);
    await fresh.repeat(left, runs);
    left = left.filter((row) => fresh.completed(row).size > 0);
    if (left.length === 0) break;
    const known = left.map((row) => fresh.completed(row));
    left = byMeans(problem, known, deciding).map((k) => left[k]);
  }
  return [...left, ...dropped];
}

/** A row of the history that nothing more is known of. */
function asAnswered({ y }: Dataset, row: number): Candidate {
  return { row, mean: y.row(row), replications: null };
}

/** The numbers of points by the means of their runs, inequalities at the upper end of a 95 % interval; that of `least` runs where there are fewer. */
function byMeans(problem: Problem, points: readonly Dataset[], least = 0): number[] {
  const x = Matrix.from(
    points.map((runs) => runs.x.row(0)),
    problem.space.dimension,
  );
  return bestFirst(problem, x, Matrix.from(points.map(meanOutputs)), marginsOf(problem, points, least));
}

/** Whether inequalities hold by these margins (1 x constraints) in the mean of runs at one point. */
function holds(problem: Problem, runs: Dataset, margins?: Matrix): boolean {
  const { constraints } = problem.score(runs.x.select([0]), Matrix.from([meanOutputs(runs)]));
  return problem.constraints.every(
    ({ kind }, k) => kind === 'equality' || constraints.get(0, k) + (margins?.get(0, k) ?? 0) <= 0,
  );
}

/**
 * The rows of the history, in turn the best by what is thought of them, the best of those that are surely feasible, and those whose answers were the best,
 * for what is thought may be wrong; of each those first that are apart. Some come more than once.
 */
function promising(problem: Problem, { x, y }: Dataset, judge: Model | undefined): number[] {
  const lucky = bestFirst(problem, x, y);
  if (!judge) return lucky;
  const orders = [bestFirst(problem, x, outputsOf(problem.outputs, judge.predict(x)))];
  if (isProbabilistic(judge) && problem.constraints.length > 0) {
    const { mean, variance } = judge.posterior(x);
    orders.push(bestFirst(problem, x, outputsOf(problem.outputs, mean), doubts(problem, x, mean, variance)));
  }
  const apart = [...orders, lucky].map((rows) => apartFirst(problem.space, x, rows));
  return lucky.flatMap((_, i) => apart.map((rows) => rows[i]));
}

/** The rows in this order, but a few first that are apart: fresh runs of points in one place would choose among equals. */
function apartFirst(space: Space, x: Matrix, rows: readonly number[]): number[] {
  const chosen: number[] = [];
  const isApart = (row: number) =>
    chosen.every((other) => squaredDistanceIn(space, x.row(row), x.row(other)) > APART * APART * x.columns);
  for (const row of rows) {
    if (chosen.length === MOST_POINTS) break;
    if (isApart(row)) chosen.push(row);
  }
  return [...chosen, ...rows.filter((row) => !chosen.includes(row))];
}

/**
 * n x constraints: {@link ONE_SIDED_95} times the deviation of each constraint where the predicted outputs have these means and variances, as what it
 * changes by at most for a deviation of each output.
 */
function doubts(problem: Problem, x: Matrix, mean: Matrix, variance: Matrix): Matrix {
  const at = (y: Matrix) => problem.score(x, outputsOf(problem.outputs, y)).constraints.data;
  const middle = at(mean);
  const squares = new Float64Array(middle.length);
  for (let c = 0; c < mean.columns; c++) {
    const [above, below] = [1, -1].map((side) => {
      const moved = new Matrix(mean.rows, mean.columns, mean.data.slice());
      for (let i = 0; i < mean.rows; i++)
        moved.set(i, c, mean.get(i, c) + side * Math.sqrt(Math.max(0, variance.get(i, c))));
      return at(moved);
    });
    // Where a constraint is not defined a deviation away, as a logarithm may be, it does not speak against the point.
    const change = (value: number, k: number) => Math.abs(value - middle[k]) || 0;
    for (let k = 0; k < squares.length; k++) squares[k] += Math.max(change(above[k], k), change(below[k], k)) ** 2;
  }
  return new Matrix(
    x.rows,
    problem.constraints.length,
    squares.map((square) => ONE_SIDED_95 * Math.sqrt(square)),
  );
}

/**
 * points x constraints: {@link ONE_SIDED_95} standard errors of the means of runs, with one deviation for all these points; those of
 * `least` runs where there are fewer, since a missing proof is no violation.
 */
function marginsOf(problem: Problem, points: readonly Dataset[], least = 0): Matrix {
  const margins = new Matrix(points.length, problem.constraints.length);
  for (let k = 0; k < margins.columns; k++) {
    const runs = points.map(({ x, y }) => problem.score(x, y).constraints.column(k).filter(Number.isFinite));
    const degrees = runs.reduce((sum, values) => sum + Math.max(0, values.length - 1), 0);
    const variance = degrees > 0 ? runs.reduce((sum, values) => sum + squaresAboutMean(values), 0) / degrees : 0;
    runs.forEach((values, i) => {
      margins.set(i, k, ONE_SIDED_95 * Math.sqrt(variance / Math.max(1, least, values.length)));
    });
  }
  return margins;
}

/** The sum of squared differences from the mean; 0, and not what rounding makes of it, where all values are the same. */
function squaresAboutMean(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i] - values[0];
  for (let i = 0; i < values.length; i++) squares += (values[i] - values[0] - sum / values.length) ** 2;
  return squares;
}

/** The rows by merit, inequalities to hold by `margins`; equal ones keep their order. */
function bestFirst(problem: Problem, x: Matrix, y: Matrix, margins?: Matrix): number[] {
  const merit = problem.merit(x, y, margins);
  return [...merit.keys()].sort((a, b) => merit[a] - merit[b] || a - b);
}

/** The completed ones of these rows, each point once. */
function distinct(history: Dataset, rows: readonly number[]): number[] {
  const seen = new Set<string>();
  return rows
    .filter((row) => history.rows[row].status === 'completed')
    .filter((row) => !seen.has(history.x.row(row).join()) && seen.add(history.x.row(row).join()));
}

/** A model of the history that smooths the noise; undefined where there is too little for one, or a class among the outputs. */
async function smoothed(history: Dataset, run: Run): Promise<Model | undefined> {
  const enough = history.finite().size > LEAST_ROWS && history.outputs.every(({ classes }) => !classes);
  return enough ? searchSurrogate().fit(history, run) : undefined;
}

function meanOutputs({ outputs, y }: Dataset): Float64Array {
  return Float64Array.from(outputs, ({ classes }, k) => {
    const values = y.column(k);
    if (!classes) return meanOf(values);
    const counts = classes.map((_, level) => values.filter((value) => value === level).length);
    return mostProbable(counts);
  });
}

function summarize(problem: Problem, all: Dataset, { x, y }: Dataset): BestPoint['replications'] {
  const { objectives, violation } = problem.score(x, y);
  const values = Array.from(objectives.data, (value) => inUsersSense(problem, value));
  const mean = meanOf(values);
  const variance = squaresAboutMean(values) / Math.max(1, values.length - 1);
  const feasible = violation.filter((value) => value === 0).length;
  const standardError = Math.sqrt(variance / values.length);
  const half = values.length > 1 ? standardError * studentHalfWidth(0.95, values.length - 1) : undefined;
  return {
    ...{ count: all.size, mean, standardError },
    interval: half === undefined ? null : [mean - half, mean + half],
    feasibleShare: feasible / all.size,
  };
}
