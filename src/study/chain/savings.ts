import type { Dataset } from '../../core/dataset.ts';
import type { Model } from '../../core/model.ts';
import type { Run } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { median } from '../../numerics/statistics.ts';

/** How long a fitted model takes to answer. */
export interface PredictionTime {
  /** Microseconds for one point asked alone. */
  readonly single: number;
  /** Microseconds for each point of a batch. */
  readonly batched: number;
}

/** What a student took to fit, and takes to answer. */
export interface HopTime {
  readonly stage: string;
  readonly fitSeconds: number;
  readonly predictMicroseconds: PredictionTime;
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

/** Wall time of all runs one after the other, seconds. */
export function secondsOf(data: Dataset): number {
  return data.rows.reduce((sum, row) => sum + row.milliseconds, 0) / 1000;
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
