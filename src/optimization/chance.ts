import type { Dataset } from '../core/dataset.ts';
import type { AcquisitionView } from '../core/optimizer.ts';
import type { Problem } from '../core/problem.ts';
import { normalCdf } from '../numerics/distributions.ts';
import { Matrix } from '../numerics/matrix.ts';
import { logFeasibility } from './acquisition/feasibility.ts';
import { standardImprovement } from './acquisition/improvement.ts';
import type { Transform } from './transform.ts';

/** Rows whose improvements are the record that a model's word is held against. */
const RECORD = 12;

/** What a model expects of one further run. */
export interface Outlook {
  /** Probability that the run is feasible and better than the best so far by more than the margin. */
  readonly chance: number;
  /** Expected improvement on the best so far, in units of the objective. */
  readonly expectedImprovement: number;
}

/**
 * The outlook of a run at `u` for one objective with the least feasible value `best`: P(f < best - margin) and E max(0, best - f), both times the
 * probability of feasibility [Schonlau1998]. What the model knows is `transform` of the objective; its expectation is brought back by the
 * slope at the best value. Undefined without an incumbent.
 */
export function outlookAt(
  view: AcquisitionView,
  u: Float64Array,
  best: number,
  transform: Transform | undefined,
  margin = 0,
): Outlook | undefined {
  const { incumbent, model } = view;
  if (incumbent === undefined) return undefined;
  const posterior = model.posterior(new Matrix(1, u.length, u.slice()));
  const [mean, variance] = [posterior.mean.row(0), posterior.variance.row(0)];
  const feasible = Math.exp(logFeasibility(view)(mean, variance));
  const target = transform && margin > 0 ? transform.apply(best - margin) : incumbent - margin;
  const deviation = Math.sqrt(Math.max(0, variance[0]));
  if (deviation === 0)
    return {
      chance: mean[0] < target ? feasible : 0,
      expectedImprovement: feasible * Math.max(0, incumbent - mean[0]) * scaleOf(transform, best),
    };
  return {
    chance: feasible * normalCdf((target - mean[0]) / deviation),
    expectedImprovement:
      feasible *
      deviation *
      Math.exp(standardImprovement((incumbent - mean[0]) / deviation).log) *
      scaleOf(transform, best),
  };
}

/**
 * The outlook with the chance half way between the model's word and the record: the share of the last dozen rows that improved on the best
 * before them by more than the margin. A model is too sure of the last digits, in both directions; the Brier score of a pool [Stone1961] is never
 * worse than those of the two on average, and the better the less they agree.
 */
export function tempered(
  { chance, expectedImprovement }: Outlook,
  problem: Problem,
  history: Dataset,
  margin = 0,
): Outlook {
  const merits = problem.merit(history.x, history.y);
  const improved: boolean[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (const merit of merits) {
    improved.push(best < Number.POSITIVE_INFINITY && merit < best - margin);
    best = Math.min(best, merit);
  }
  const record = improved.slice(-RECORD);
  const rate = record.filter(Boolean).length / record.length;
  return { chance: (chance + rate) / 2, expectedImprovement };
}

/** How many units of the objective one of the model's is worth near the best value. */
function scaleOf(transform: Transform | undefined, best: number): number {
  return transform ? Math.exp(-transform.logSlope(best)) : 1;
}
