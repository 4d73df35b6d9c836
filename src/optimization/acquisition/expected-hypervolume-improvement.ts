import { type Factory, factory } from '../../core/factory.ts';
import type { Acquisition, AcquisitionView } from '../../core/optimizer.ts';
import { list, number, type OptionsOf, option } from '../../core/options.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { improvementBoxes } from '../../numerics/minimize/hypervolume.ts';
import { logFeasibility } from './feasibility.ts';
import { type StandardImprovement, standardImprovement } from './improvement.ts';
import { plus, pointwise, type Slopes, type Term } from './pointwise.ts';
import { spreads } from './scale.ts';

/** Least standard deviation of an objective relative to its spread; keeps the criterion finite at points already evaluated. */
const LEAST_DEVIATION = 1e-9;

/** What the options of searches for several objectives share. */
export const REFERENCE = {
  reference: option(
    list(number()),
    'With several objectives, one bound for each in minimized units: only what is below all of them counts. Default a little beyond the front known.',
  ),
};

/** Options of {@link logExpectedHypervolumeImprovement}. */
export type HypervolumeOptions = OptionsOf<typeof REFERENCE>;

/**
 * Logarithm of the expected hypervolume that a point adds to the front of 2 to 4 objectives, exact for independent columns by a
 * decomposition into boxes [Emmerich2006], [Yang2019], in logarithms throughout [Ament2023], plus the log probability of feasibility.
 * While nothing feasible is known, the latter alone.
 */
export const logExpectedHypervolumeImprovement: Factory<HypervolumeOptions, Acquisition> = factory(
  'logExpectedHypervolumeImprovement',
  REFERENCE,
  ({ reference }) => {
    return (view) => {
      const feasible = logFeasibility(view);
      const { front } = view;
      if (!front) return pointwise(view.model, feasible);
      return pointwise(view.model, plus(logGain(view, front, reference ?? referenceOf(withoutTips(front))), feasible));
    };
  },
);

/**
 * A reference for a front without one (k x m): its worst value in each objective and a tenth of its range more; where all
 * values are equal, a tenth of their size.
 */
export function referenceOf(front: Matrix): number[] {
  return Array.from({ length: front.columns }, (_, k) => {
    const values = front.column(k);
    const worst = Math.max(...values);
    const range = worst - Math.min(...values);
    return worst + 0.1 * (range > 0 ? range : Math.abs(worst) || 1);
  });
}

/** A tip of a front is where it gains less than this share of its range in one objective and loses more in another. */
const TIP = 1e-4;

/** The rows of a front (k x m) that are not in its tips: what hypervolume they add is negligible, and a reference beyond them counts what is far from the front. */
function withoutTips(front: Matrix): Matrix {
  const least = Array.from({ length: front.columns }, (_, k) => {
    const values = front.column(k);
    return TIP * (Math.max(...values) - Math.min(...values));
  });
  const rows = Array.from({ length: front.rows }, (_, i) => front.row(i));
  const betters = (other: Float64Array, own: Float64Array) =>
    other.every((value, k) => value <= own[k] + least[k]) && other.some((value, k) => value < own[k] - least[k]);
  const kept = [...rows.keys()].filter((i) => !rows.some((other) => betters(other, rows[i])));
  return kept.length > 0 ? front.select(kept) : front;
}

/** The boxes with their edges numbered, so that what an edge promises is computed once for all boxes that share it. */
interface Edges {
  /** For each objective its distinct edges, ascending; the first is -Infinity. */
  readonly values: readonly (readonly number[])[];
  /** k x m, indices into `values`. */
  readonly lower: Matrix;
  readonly upper: Matrix;
}

function edgesOf(front: Matrix, reference: readonly number[]): Edges {
  const boxes = improvementBoxes(front, reference);
  const values = Array.from({ length: front.columns }, (_, k) =>
    [...new Set([Number.NEGATIVE_INFINITY, ...boxes.lower.column(k), ...boxes.upper.column(k)])].sort((a, b) => a - b),
  );
  const numbered = ({ rows, columns, data }: Matrix) =>
    new Matrix(
      rows,
      columns,
      data.map((edge, i) => values[i % columns].indexOf(edge)),
    );
  return { values, lower: numbered(boxes.lower), upper: numbered(boxes.upper) };
}

/** log of the sum over boxes of the product over objectives of psi(upper) - psi(lower), with psi(a) = E max(0, a - Y). */
function logGain(view: AcquisitionView, front: Matrix, reference: readonly number[]): Term {
  const edges = edgesOf(front, reference);
  const least = spreads(view).map((spread) => LEAST_DEVIATION * spread);
  return (mean, variance, slopes) => {
    const objectives = edges.values.map((values, k): Prospect => {
      const free = variance[k] > least[k] * least[k];
      const deviation = free ? Math.sqrt(variance[k]) : least[k];
      const at = values.map((edge) =>
        edge === Number.NEGATIVE_INFINITY ? NOTHING : standardImprovement((edge - mean[k]) / deviation),
      );
      return { free, deviation, at };
    });
    const logs = boxLogs(edges, objectives);
    const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (most === Number.NEGATIVE_INFINITY) return most;
    const weights = logs.map((log) => Math.exp(log - most));
    const total = weights.reduce((a, b) => a + b, 0);
    if (slopes) addSlopes(edges, objectives, weights, total, slopes);
    return most + Math.log(total) + objectives.reduce((sum, { deviation }) => sum + Math.log(deviation), 0);
  };
}

/** What one objective promises at a point: the standard improvement below each of its edges. */
interface Prospect {
  readonly free: boolean;
  readonly deviation: number;
  readonly at: readonly StandardImprovement[];
}

/** Below an edge at -Infinity there is nothing. */
const NOTHING: StandardImprovement = { log: Number.NEGATIVE_INFINITY, density: 0, probability: 0 };

/** The logarithm of each box's share, in units of the deviations' product; -Infinity where it vanishes. */
function boxLogs({ lower, upper }: Edges, objectives: readonly Prospect[]): Float64Array {
  const logs = new Float64Array(lower.rows);
  for (let b = 0; b < lower.rows; b++) {
    let sum = 0;
    for (let k = 0; k < objectives.length; k++) {
      const { at } = objectives[k];
      const top = at[upper.get(b, k)].log;
      sum += top + Math.log(-Math.expm1(at[lower.get(b, k)].log - top));
    }
    logs[b] = Number.isNaN(sum) ? Number.NEGATIVE_INFINITY : sum;
  }
  return logs;
}

function addSlopes(
  { lower, upper }: Edges,
  objectives: readonly Prospect[],
  weights: Float64Array,
  total: number,
  slopes: Slopes,
): void {
  for (let b = 0; b < weights.length; b++) {
    if (weights[b] < 1e-14 * total) continue;
    objectives.forEach(({ at, deviation, free }, k) => {
      const low = at[lower.get(b, k)];
      const high = at[upper.get(b, k)];
      const ratio = Math.exp(low.log - high.log);
      const share = weights[b] / (total * deviation * -Math.expm1(low.log - high.log));
      slopes.mean[k] -= share * (high.probability - ratio * low.probability);
      if (free) slopes.variance[k] += (share * (high.density - ratio * low.density)) / (2 * deviation);
    });
  }
}
