import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import type { Run } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { Curve } from './search/curve.ts';

/** How long a fitted model takes to answer. */
export interface PredictionTime {
  /** Microseconds for one point asked alone. */
  readonly single: number;
  /** Microseconds for each point of a batch. */
  readonly batched: number;
}

const BATCH = 1000;
const SINGLE = 200;
const ROUNDS = 5;

/** Times `predict` on random points: the least of a few rounds, so that other work on the machine does not count. */
export function timePrediction(model: Model, dimension: number, run: Run): PredictionTime {
  const points = Matrix.from(
    Array.from({ length: BATCH }, () => Float64Array.from({ length: dimension }, () => run.rng.uniform())),
  );
  const singles = Array.from({ length: SINGLE }, (_, i) => points.select([i]));
  let single = Number.POSITIVE_INFINITY;
  let batched = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    let start = run.clock();
    for (const point of singles) model.predict(point);
    single = Math.min(single, ((run.clock() - start) * 1000) / SINGLE);
    start = run.clock();
    model.predict(points);
    batched = Math.min(batched, ((run.clock() - start) * 1000) / BATCH);
  }
  return { single, batched };
}

/** What a surrogate costs and saves against the simulator it stands for. */
export interface Savings {
  /** Median wall time of a completed simulator run, seconds. */
  readonly secondsPerRun: number;
  /** Runs that the surrogate was trained on, failed ones included. */
  readonly designRuns: number;
  /** Wall time of those runs one after the other, seconds. */
  readonly designSeconds: number;
  readonly fitSeconds: number;
  readonly predictMicroseconds: PredictionTime;
  /** Simulator time over surrogate time for one call. */
  readonly speedupSingle: number;
  readonly speedupBatched: number;
  /** Calls from which on design, fit and predictions together take less time than simulating each call; Infinity when never. */
  readonly breakEvenCalls: number;
}

/** The savings of a model fitted to `design` in `fitMilliseconds`. */
export function savings(design: Dataset, fitMilliseconds: number, predictMicroseconds: PredictionTime): Savings {
  const completed = design.rows.filter((row) => row.status === 'completed').map((row) => row.milliseconds);
  const secondsPerRun = median(completed) / 1000;
  const designSeconds = secondsOf(design);
  const fitSeconds = fitMilliseconds / 1000;
  const gain = secondsPerRun - predictMicroseconds.batched * 1e-6;
  return {
    secondsPerRun,
    designRuns: design.size,
    designSeconds,
    fitSeconds,
    predictMicroseconds,
    speedupSingle: (secondsPerRun * 1e6) / predictMicroseconds.single,
    speedupBatched: (secondsPerRun * 1e6) / predictMicroseconds.batched,
    breakEvenCalls: gain > 0 ? Math.ceil((designSeconds + fitSeconds) / gain) : Number.POSITIVE_INFINITY,
  };
}

/** The assisted search against the best direct one at equal quality. */
export interface Race {
  /** The direct optimizer that came out best. */
  readonly direct: string;
  /** Its best value at its budget, in the user's sense; null when it found nothing feasible. */
  readonly directBest: number | null;
  /** What counts as reached: within `RACE_TOLERANCE` of `directBest`. */
  readonly target: number | null;
  /** Simulator runs until the target, failed runs included; null when it was not reached (censored). */
  readonly directEvaluations: number | null;
  readonly assistedEvaluations: number | null;
  /** Runs that the assisted search made in all: the censoring bound. */
  readonly assistedBudget: number;
}

/** Share of the direct optimizer's best value within which both sides count as having reached it. */
export const RACE_TOLERANCE: number = 0.01;

/** Compares best-so-far curves (user's sense; null while infeasible). Undefined without a direct curve. */
export function race(
  sense: 'minimize' | 'maximize',
  assisted: Curve,
  direct: ReadonlyMap<string, Curve>,
): Race | undefined {
  const cost = costIn(sense);
  const names = [...direct.keys()].sort((a, b) => cost(direct.get(a)?.at(-1)) - cost(direct.get(b)?.at(-1)));
  if (names.length === 0) return undefined;
  const curve = direct.get(names[0]) as Curve;
  const target = equalQuality(sense, [curve]);
  return {
    direct: names[0],
    directBest: curve.at(-1) ?? null,
    target,
    directEvaluations: runsTo(sense, curve, target),
    assistedEvaluations: runsTo(sense, assisted, target),
    assistedBudget: assisted.length,
  };
}

/** What counts as reached: within {@link RACE_TOLERANCE} of the best final value of the curves; null when none is feasible. */
export function equalQuality(sense: 'minimize' | 'maximize', curves: readonly Curve[]): number | null {
  const cost = costIn(sense);
  const finals = curves.flatMap((curve) => curve.at(-1) ?? []).sort((a, b) => cost(a) - cost(b));
  if (finals.length === 0) return null;
  return finals[0] + (sense === 'maximize' ? -1 : 1) * RACE_TOLERANCE * Math.abs(finals[0]);
}

/** Runs until a curve has reached the target, failed ones included; null when it has not (censored), or when there is no target. */
export function runsTo(sense: 'minimize' | 'maximize', curve: Curve, target: number | null): number | null {
  if (target === null) return null;
  const cost = costIn(sense);
  const at = curve.findIndex((value) => value !== null && cost(value) <= cost(target));
  return at < 0 ? null : at + 1;
}

/** The value as something to be minimized, Infinity where nothing feasible is known. */
function costIn(sense: 'minimize' | 'maximize'): (value: number | null | undefined) => number {
  const sign = sense === 'maximize' ? -1 : 1;
  return (value) => (value === null || value === undefined ? Number.POSITIVE_INFINITY : sign * value);
}

/** Wall time of all runs one after the other, seconds. */
export function secondsOf(data: Dataset): number {
  return data.rows.reduce((sum, row) => sum + row.milliseconds, 0) / 1000;
}

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
