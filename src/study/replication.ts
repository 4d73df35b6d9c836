import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import { label, type Oracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import { childRun, type Run } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';
import { studentHalfWidth } from '../numerics/student.ts';
import { inUsersSense } from './curve.ts';
import { searchSurrogate } from './defaults.ts';
import { outputsOf } from './refinement.ts';
import type { BestPoint } from './study.ts';

/** A promising point of a stochastic simulator, run again on fresh streams. */
interface Candidate {
  /** In the history. */
  readonly row: number;
  /** Mean of each output over the fresh runs, m numbers; of a class, the commonest. */
  readonly mean: Float64Array;
  readonly replications: BestPoint['replications'];
}

/** The point that fresh runs chose, if they chose one, and what that cost. */
export interface Repeated {
  readonly candidates: readonly Candidate[];
  readonly runs: number;
}

/** How many points are in each round, and how often each of them is run: half of them stay. */
const ROUNDS = [
  { points: 8, runs: 4 },
  { points: 4, runs: 4 },
  { points: 2, runs: 8 },
];

/** Runs of the point that is reported. */
const REPLICATIONS = 20;

/** With fewer rows the best single run is as good a judge as any model. */
const LEAST_ROWS = 10;

/**
 * Runs the most promising points of a history on fresh random streams: those that the model, which has smoothed the noise, thinks
 * best. Rounds of runs halve them [Karnin2013], by the means of all fresh runs so far; what is told of the last one comes from runs that had no part
 * in choosing it, for the least of several means is less than it should be. Without a model of its own the search lends one its history. No
 * point is chosen whose fresh runs all failed.
 */
export async function repeatBest(
  problem: Problem,
  simulator: Oracle,
  history: Dataset,
  model: Model | undefined,
  run: Run,
): Promise<Repeated> {
  const judge = model ?? (await smoothed(history, childRun(run, 'judge')));
  const predicted = judge ? outputsOf(problem.outputs, judge.predict(history.x)) : history.y;
  const fresh = new Map<number, Dataset>();
  let runs = 0;
  const repeat = async (rows: readonly number[], count: number): Promise<Dataset[]> => {
    const x = history.x.select(rows.flatMap((row) => new Array<number>(count).fill(row)));
    const answers = await label(simulator, x, run.rng.path, run, runs);
    runs += answers.size;
    return rows.map((_, k) => answers.select(Array.from({ length: count }, (_, i) => k * count + i)));
  };
  let left = distinct(history, bestFirst(problem, history.x, predicted));
  for (const round of ROUNDS) {
    left = left.slice(0, round.points);
    const answers = await repeat(left, round.runs);
    left.forEach((row, k) => {
      fresh.set(row, fresh.get(row)?.concat(answers[k]) ?? answers[k]);
    });
    left = left.filter((row) => fresh.get(row)!.finite().size > 0);
    if (left.length === 0) return { candidates: [], runs };
    const means = Matrix.from(left.map((row) => meanOutputs(fresh.get(row)!.finite())));
    left = bestFirst(problem, history.x.select(left), means).map((k) => left[k]);
  }
  const [row] = left;
  const [proof] = await repeat([row], REPLICATIONS);
  const all = proof.finite().size > 0 ? proof : fresh.get(row)!;
  const completed = all.finite();
  return {
    candidates: [{ row, mean: meanOutputs(completed), replications: summarize(problem, all, completed) }],
    runs,
  };
}

/** The rows by merit; equal ones keep their order. */
function bestFirst(problem: Problem, x: Matrix, y: Matrix): number[] {
  const merit = problem.merit(x, y);
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
    if (!classes) return values.reduce((sum, value) => sum + value, 0) / values.length;
    const counts = classes.map((_, level) => values.filter((value) => value === level).length);
    return counts.indexOf(Math.max(...counts));
  });
}

function summarize(problem: Problem, all: Dataset, { x, y }: Dataset): BestPoint['replications'] {
  const { objectives, violation } = problem.score(x, y);
  const values = Array.from(objectives.data, (value) => inUsersSense(problem, value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const feasible = violation.filter((value) => value === 0).length;
  const standardError = Math.sqrt(variance / values.length);
  const half = values.length > 1 ? standardError * studentHalfWidth(0.95, values.length - 1) : undefined;
  return {
    ...{ count: all.size, mean, standardError },
    interval: half === undefined ? null : [mean - half, mean + half],
    feasibleShare: feasible / all.size,
  };
}
