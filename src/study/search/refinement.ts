import { outputsOf, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { isProbabilistic, type Model } from '../../core/model.ts';
import type { Criterion, Minimizer } from '../../core/optimizer.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Output } from '../../core/output.ts';
import { INFEASIBLE, type Problem } from '../../core/problem.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { addedUnder, type Helm } from '../control/helm.ts';
import { bestNote, failuresOf } from './progress.ts';

/** How a search on a surrogate is bounded. */
export interface RefinementLimits {
  readonly rounds: number;
  /** Simulator runs in each round. */
  readonly confirm: number;
  /** Tells it of another budget, in runs of all rounds, and of points to run. */
  readonly helm?: Helm;
}

/** Fits a new model to everything evaluated so far; `previous` allows a warm start. */
export type Refit = (history: Dataset, run: Run, previous: Model) => Promise<Model>;

/** One point that the surrogate proposed, as it saw it before the simulator answered. */
export interface Proposal {
  readonly id: string;
  readonly round: number;
  /** Outputs that the surrogate predicted, m numbers. */
  readonly predicted: Float64Array;
}

/** What a search on a surrogate left behind. */
export interface Refinement {
  /** The training data, then everything confirmed. */
  readonly history: Dataset;
  readonly proposals: readonly Proposal[];
  /** The model refitted to everything. */
  readonly model: Model;
  readonly fitMilliseconds: number;
  /** `converged` when the model promised nothing that was not known already. */
  readonly stop: 'budget' | 'converged';
}

const STARTS = 5;
const TRIES = 3;

/**
 * Searches the surrogate in place of the simulator: in each round the minimizer finds the best point that the model promises, and
 * then the best points of as many plausible models as there are runs left in the round; the simulator answers them all and the
 * model is refitted. A plausible model is the posterior mean shifted by a normal multiple of the posterior deviation.
 */
export async function refine(
  problem: Problem,
  refit: Refit,
  model: Model,
  oracle: Oracle,
  data: Dataset,
  minimizer: Minimizer,
  { rounds: planned, confirm, helm }: RefinementLimits,
  run: Run,
): Promise<Refinement> {
  const quiet: Run = { ...run, progress: undefined };
  const proposals: Proposal[] = [];
  const nothing = new Matrix(0, problem.space.dimension);
  let history = data;
  let fitMilliseconds = 0;
  let rounds = planned;
  const tell = (done: number) =>
    run.progress?.({
      phase: run.rng.path,
      done,
      total: rounds * confirm,
      failures: failuresOf(history) - failuresOf(data),
      note: bestNote(problem, history),
    });
  for (let round = 0; ; ) {
    const isOver = round >= rounds;
    const chosen: Float64Array[] = [];
    for (let k = 0; k < confirm && !isOver; k++) {
      throwIfCancelled(run);
      const own = childRun(quiet, `propose/${round}/${k}`);
      const u = await propose(problem, model, history, chosen, minimizer, k === 0, own);
      if (u) chosen.push(u);
      tell(round * confirm + k);
    }
    const first = history.size - data.size;
    const proposed = Matrix.from(chosen, problem.space.dimension);
    const orders = helm?.next(first, () => !helm.isKnown(proposed, run.rng.path, first));
    rounds = orders?.budget === undefined ? rounds : Math.ceil(orders.budget / confirm);
    const x = round < rounds ? proposed : nothing;
    const added = orders?.points ?? nothing;
    if (isOver && round < rounds && added.rows === 0) continue;
    if (x.rows + added.rows === 0)
      return { history, proposals, model, fitMilliseconds, stop: round >= rounds ? 'budget' : 'converged' };
    const predicted = outputsOf(problem.outputs, model.predict(x));
    const [answers, ...others] = await Promise.all([
      label(oracle, x, run.rng.path, quiet, first),
      ...(added.rows > 0 ? [label(oracle, added, addedUnder(run.rng.path), quiet, first + x.rows)] : []),
    ]);
    answers.rows.forEach(({ id }, i) => {
      proposals.push({ id, round, predicted: predicted.row(i) });
    });
    for (const one of [answers, ...others]) history = history.concat(one);
    tell((round + 1) * confirm);
    const start = run.clock();
    // Points that are added after the last round are in no round.
    model = await refit(history, childRun(quiet, isOver ? `fit/added/${first}` : `fit/${round}`), model);
    fitMilliseconds += run.clock() - start;
    if (!isOver) round++;
  }
}

async function propose(
  problem: Problem,
  model: Model,
  history: Dataset,
  chosen: readonly Float64Array[],
  minimizer: Minimizer,
  plain: boolean,
  run: Run,
): Promise<Float64Array | undefined> {
  const merit = problem.merit(history.x, history.y);
  const starts = history.x.select([...merit.keys()].sort((a, b) => merit[a] - merit[b]).slice(0, STARTS));
  const isKnown = knownPoints(history, chosen);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const own = childRun(run, attempt);
    const shifts = problem.outputs.map(() => (plain && attempt === 0 ? 0 : own.rng.normal()));
    const { u, value } = await minimizer.minimize(
      promise(problem, model, history, isKnown, shifts),
      problem.space,
      starts,
      own,
    );
    if (value < Number.POSITIVE_INFINITY && !isKnown(u)) return u;
  }
  return undefined;
}

/** The merit that the shifted model promises; Infinity at known points and where the nearest run failed. */
function promise(
  problem: Problem,
  model: Model,
  history: Dataset,
  isKnown: (u: Float64Array) => boolean,
  shifts: readonly number[],
): Criterion {
  const failed = history.rows.map((row) => row.status === 'failed');
  const someFailed = failed.includes(true);
  return {
    value(x) {
      const merit = problem.merit(x, outputsOf(problem.outputs, shifted(model, x, problem.outputs, shifts)));
      return merit.map((value, i) => {
        const u = x.row(i);
        if (isKnown(u)) return Number.POSITIVE_INFINITY;
        return someFailed && failed[nearest(history.x, u)] ? 10 * INFEASIBLE + Math.min(value, INFEASIBLE) : value;
      });
    },
  };
}

function shifted(model: Model, x: Matrix, outputs: readonly Output[], shifts: readonly number[]): Matrix {
  if (!isProbabilistic(model) || shifts.every((shift) => shift === 0)) return model.predict(x);
  const { mean, variance } = model.posterior(x);
  predictionColumns(outputs).forEach(({ start, width }, k) => {
    if (width > 1) return;
    for (let i = 0; i < x.rows; i++)
      mean.set(i, start, mean.get(i, start) + shifts[k] * Math.sqrt(Math.max(0, variance.get(i, start))));
  });
  return mean;
}

/** Whether a point was evaluated or chosen; looked up by its first coordinate, which differs between most points. */
function knownPoints(history: Dataset, chosen: readonly Float64Array[]): (u: Float64Array) => boolean {
  const known = new Map<number, Float64Array[]>();
  const add = (u: Float64Array) => known.set(u[0], [...(known.get(u[0]) ?? []), u]);
  for (let i = 0; i < history.size; i++) add(history.x.row(i));
  for (const u of chosen) add(u);
  return (u) => known.get(u[0])?.some((other) => other.every((value, j) => value === u[j])) ?? false;
}

function nearest(x: Matrix, u: Float64Array): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.rows; i++) {
    let distance = 0;
    for (let j = 0; j < u.length; j++) distance += (x.data[i * x.columns + j] - u[j]) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
