import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import { label, type Oracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import { childRun, type Run } from '../core/run.ts';
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

/** The promising points and what they cost. */
export interface Repeated {
  readonly candidates: readonly Candidate[];
  readonly runs: number;
}

const CANDIDATES = 6;
const REPLICATIONS = 20;

/** With fewer rows the best single run is as good a judge as any model. */
const LEAST_ROWS = 10;

/**
 * Runs the most promising points of a history on fresh random streams: those that the model, which has smoothed the noise, thinks
 * best. Without a model of its own the search lends one its history. Points whose fresh runs all failed are left out.
 */
export async function repeatBest(
  problem: Problem,
  simulator: Oracle,
  history: Dataset,
  model: Model | undefined,
  run: Run,
): Promise<Repeated> {
  const judge = model ?? (await smoothed(history, childRun(run, 'judge')));
  const merit = problem.merit(history.x, judge ? outputsOf(problem.outputs, judge.predict(history.x)) : history.y);
  const seen = new Set<string>();
  const rows = [...merit.keys()]
    .filter((row) => history.rows[row].status === 'completed')
    .sort((a, b) => merit[a] - merit[b])
    .filter((row) => !seen.has(history.x.row(row).join()) && seen.add(history.x.row(row).join()))
    .slice(0, CANDIDATES);
  const x = history.x.select(rows.flatMap((row) => new Array<number>(REPLICATIONS).fill(row)));
  const fresh = await label(simulator, x, run.rng.path, run);
  const candidates = rows.flatMap((row, k): Candidate[] => {
    const own = fresh.select(Array.from({ length: REPLICATIONS }, (_, i) => k * REPLICATIONS + i));
    const completed = own.finite();
    return completed.size === 0
      ? []
      : [{ row, mean: meanOutputs(completed), replications: summarize(problem, own, completed) }];
  });
  return { candidates, runs: fresh.size };
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
  return {
    count: all.size,
    mean,
    standardError: Math.sqrt(variance / values.length),
    feasibleShare: feasible / all.size,
  };
}
