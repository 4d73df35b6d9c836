import type { Dataset } from '../../core/dataset.ts';
import { isConclusive } from '../../core/evaluation.ts';
import type { AcquisitionView } from '../../core/optimizer.ts';
import { INFEASIBLE, type Problem } from '../../core/problem.ts';
import { normalCdf } from '../../numerics/distributions.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { logFeasibility } from '../acquisition/feasibility.ts';
import { standardImprovement } from '../acquisition/improvement.ts';
import { BAYESIAN_POLICY } from './policy.ts';
import { identity, type Transform } from './transform.ts';

/** What is expected of one further run. */
export interface Forecast {
  /** Probability that the run is feasible and better than the best so far by more than the margin. */
  readonly probabilityOfImprovement: number;
  /** Expected improvement on the best so far, in units of the objective. */
  readonly expectedImprovement: number;
}

/** What a search has come to. */
export interface SearchRecord {
  readonly problem: Problem;
  readonly history: Dataset;
}

/** Options of {@link forecastOf}. */
interface ForecastOptions {
  readonly margin?: number;
  readonly stochastic?: boolean;
}

/**
 * {@link forecastAt} for the best of the search's record, pooled with that record by {@link pooledWithRecord}. `whole` is the full search when the view covers only
 * part of it. Undefined before it has a feasible row.
 */
export function forecastOf(
  view: AcquisitionView,
  u: Float64Array,
  transform: Transform | undefined,
  own: SearchRecord,
  whole?: SearchRecord,
  options: ForecastOptions = {},
): Forecast | undefined {
  const { problem, history } = whole ?? own;
  const best = problem.best(history);
  if (!best?.feasible) return undefined;
  const reached = whole ? (transform ?? identity).apply(best.merit) : Number.POSITIVE_INFINITY;
  const incumbent = view.incumbent === undefined ? undefined : Math.min(reached, view.incumbent);
  const forecast = forecastAt({ ...view, incumbent }, u, best.merit, transform, options.margin);
  return forecast && pooledWithRecord(forecast, problem, history, options);
}

/**
 * The forecast of a run at `u` for one objective with the least feasible value `best`: P(f < best - margin) and E max(0, best - f), both times the
 * probability of feasibility [Schonlau1998]. What the model knows is `transform` of the objective; its expectation is brought back by the
 * slope at the best value. Undefined without an incumbent.
 */
export function forecastAt(
  view: AcquisitionView,
  u: Float64Array,
  best: number,
  transform: Transform | undefined,
  margin = 0,
): Forecast | undefined {
  const { incumbent, model } = view;
  if (incumbent === undefined) return undefined;
  const posterior = model.posterior(new Matrix(1, u.length, u.slice()));
  const [mean, variance] = [posterior.mean.row(0), posterior.variance.row(0)];
  const feasible = Math.exp(logFeasibility(view)(mean, variance));
  const target = transform && margin > 0 ? transform.apply(best - margin) : incumbent - margin;
  const deviation = Math.sqrt(Math.max(0, variance[0]));
  if (deviation === 0)
    return {
      probabilityOfImprovement: mean[0] < target ? feasible : 0,
      expectedImprovement: feasible * Math.max(0, incumbent - mean[0]) * scaleOf(transform, best),
    };
  return {
    probabilityOfImprovement: feasible * normalCdf((target - mean[0]) / deviation),
    expectedImprovement:
      feasible *
      deviation *
      Math.exp(standardImprovement((incumbent - mean[0]) / deviation).log) *
      scaleOf(transform, best),
  };
}

/**
 * The forecast with the model's word for the chance pooled [Stone1961] with the record: how many of the last dozen runs that had a feasible
 * value before them, `data` in the order of the runs, improved on it by more than the margin. The word counts for a dozen runs, too: a model
 * is too sure of the last digits, in both directions.
 */
export function pooledWithRecord(
  { probabilityOfImprovement, expectedImprovement }: Forecast,
  problem: Problem,
  data: Dataset,
  { margin = 0, stochastic = false }: ForecastOptions = {},
): Forecast {
  // Single answers that are noisy keep no record of improvements.
  if (stochastic) return { probabilityOfImprovement, expectedImprovement };
  const improved: boolean[] = [];
  let best = Number.POSITIVE_INFINITY;
  problem.merit(data.x, data.y).forEach((merit, i) => {
    if (best < INFEASIBLE && isConclusive(data.rows[i])) improved.push(merit < best - margin);
    best = Math.min(best, merit);
  });
  const record = improved.slice(-BAYESIAN_POLICY.forecast.recordRuns);
  const count = record.filter(Boolean).length;
  return {
    probabilityOfImprovement:
      (BAYESIAN_POLICY.forecast.recordRuns * probabilityOfImprovement + count) /
      (BAYESIAN_POLICY.forecast.recordRuns + record.length),
    expectedImprovement,
  };
}

/** How many units of the objective one of the model's is worth near the best value. */
function scaleOf(transform: Transform | undefined, best: number): number {
  return transform ? Math.exp(-transform.logSlope(best)) : 1;
}
