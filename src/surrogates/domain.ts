import type { Dataset } from '../core/dataset.ts';
import { FeatureMap } from '../core/feature-map.ts';
import {
  hasLeaveOneOut,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type ProbabilisticModel,
} from '../core/model.ts';
import { predictionColumns } from '../core/output.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { equalRows } from './parts.ts';

/** Where a model knows what it answers. */
export interface Domain {
  /**
   * How far each row of `x` (n x d) is out of what the model knows: below 1 it is known as well as the model's own rows when they are
   * left out, above 1 it is outside.
   */
  novelty(x: Matrix): Float64Array;
}

/** Share of the left-out rows that counts as inside. */
const INSIDE = 0.95;

/**
 * The domain of a fitted model. Novelty is the largest ratio, over the numeric outputs, of the posterior's standard deviation to the
 * one that 95 % of the left-out rows stay below (their distances in the lengthscales are in it); for a model without variances, the
 * distance to the nearest row over the one that 95 % of the rows have to theirs.
 */
export function domainOf(model: Model, given: Dataset): Domain {
  const data = given.finite();
  if (isProbabilistic(model)) {
    const limits = limitsOf(model, data);
    if (limits.some((limit) => limit !== undefined))
      return {
        novelty(x) {
          const { variance } = model.posterior(x);
          return Float64Array.from({ length: x.rows }, (_, i) => {
            let most = 0;
            limits.forEach((limit, k) => {
              if (limit) most = Math.max(most, Math.sqrt(variance.get(i, k)) / limit);
            });
            return most;
          });
        },
      };
  }
  return byDistance(data);
}

/** For each prediction column the standard deviation that counts as known; undefined for classes and constants. */
function limitsOf(model: ProbabilisticModel, data: Dataset): (number | undefined)[] {
  const left = isCrossValidated(model) ? model.crossValidation() : undefined;
  const known = left?.variance.data.some((v) => !Number.isNaN(v))
    ? left
    : hasLeaveOneOut(model)
      ? model.leaveOneOut()
      : undefined;
  return predictionColumns(data.outputs).flatMap(({ start, width }, k) =>
    Array.from({ length: width }, () => {
      if (data.outputs[k].classes || !known) return undefined;
      const limit = upper(known.variance.column(start).filter((v) => !Number.isNaN(v)));
      return limit > 0 ? Math.sqrt(limit) : undefined;
    }),
  );
}

function byDistance({ x: all, space }: Dataset): Domain {
  const map = new FeatureMap(space.columns);
  const x = all.select(equalRows(all).map(([row]) => row));
  const rows = map.of(x);
  const own = Float64Array.from({ length: x.rows }, (_, i) => nearest(rows, i * map.width, rows, map.width, i));
  const limit = x.rows > 1 ? upper(own) : 0;
  return {
    novelty(queries) {
      const features = map.of(queries);
      return Float64Array.from({ length: queries.rows }, (_, i) => {
        const distance = nearest(features, i * map.width, rows, map.width, -1);
        return limit > 0 ? distance / limit : distance > 0 ? Number.POSITIVE_INFINITY : 0;
      });
    },
  };
}

/** Distance of the features at `at` to the nearest of `rows`, one of them left out. */
function nearest(from: Float64Array, at: number, rows: Float64Array, width: number, skipped: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i * width < rows.length; i++) {
    if (i === skipped) continue;
    let square = 0;
    for (let j = 0; j < width; j++) square += (from[at + j] - rows[i * width + j]) ** 2;
    least = Math.min(least, square);
  }
  return Math.sqrt(least);
}

/** The value that 95 % stay below. */
function upper(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(INSIDE * sorted.length))];
}
