import { predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';
import type { ColumnTerms } from '../core/exportable.ts';
import {
  along,
  choose,
  divide,
  least,
  max,
  number,
  sqrt,
  square,
  subtract,
  type Term,
  total,
} from '../core/graph/term.ts';
import {
  hasLeaveOneOut,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type ProbabilisticModel,
} from '../core/model.ts';
import { FeatureMap, levelTerm } from '../core/space/feature-map.ts';
import type { PointTerms } from '../core/space/point-terms.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { comparedRows, nearest, probesOf } from './probes.ts';

/** Where a model knows what it answers. */
export interface Domain {
  /**
   * How far each row of `x` (n x d) is out of what the model knows: below 1 it is known as well as the model's own rows when they are
   * left out, above 1 it is outside.
   */
  novelty(x: Matrix): Float64Array;
  /**
   * The same as arithmetic, of a point and what the model says there; undefined where the model's own terms have no variance.
   * @internal
   */
  noveltyTerm(point: PointTerms, columns: readonly ColumnTerms[]): Term | undefined;
}

/** Share of the left-out rows that counts as inside. */
const INSIDE = 0.95;

/**
 * The domain of a fitted model. Novelty is the largest ratio, over the numeric outputs, of the posterior's standard deviation to the
 * one that 95 % of the points stay below that are as near to rows as points at random among rows would be, and 95 % of the left-out rows
 * (their distances in the lengthscales are in it); for a model without variances, the
 * distance to the nearest row over the one that 95 % of the rows have to theirs; of many rows some stand for all. A level of a category without a row is outside.
 */
export function domainOf(model: Model, given: Dataset): Domain {
  const data = given.finite();
  const known = byVariance(model, data) ?? byDistance(data);
  const unseen = unseenLevels(data);
  if (unseen.length === 0) return known;
  return {
    novelty: (x) =>
      known.novelty(x).map((value, i) => {
        const isUnseen = unseen.some(({ column, levels, of }) =>
          levels.includes(Math.min(of - 1, Math.floor(x.get(i, column) * of))),
        );
        return isUnseen ? Number.POSITIVE_INFINITY : value;
      }),
    noveltyTerm: (point, columns) => {
      const term = known.noveltyTerm(point, columns);
      return (
        term &&
        unseen.reduce((most, { column, levels, of }) => {
          const outside = levelTerm(point.u[column], of, (level) => (levels.includes(level) ? Number.MAX_VALUE : 0));
          return max(most, outside);
        }, term)
      );
    },
  };
}

/** What is to be said of the levels of categories that no row has. */
export function unseenNotes(data: Dataset): string[] {
  return unseenLevels(data).map(({ name, levels, of }) => {
    const titles = data.space.parameters[name];
    const labels = levels.map((level) => ('values' in titles ? titles.values[level] : `${level + 1} of ${of}`));
    return `no row has ${name} = ${labels.join(', ')}: what is said there is a guess from the other levels`;
  });
}

interface UnseenLevels {
  readonly name: string;
  readonly column: number;
  readonly levels: readonly number[];
  /** Number of levels in all. */
  readonly of: number;
}

/** The levels of categories that no row has. */
function unseenLevels({ points, space }: Dataset): UnseenLevels[] {
  return space.columns.flatMap(({ name, kind, levels: of }, column): UnseenLevels[] => {
    if (kind !== 'categorical') return [];
    const seen = new Set(points.column(column).map((u) => Math.min(of - 1, Math.floor(u * of))));
    const levels = Array.from({ length: of }, (_, level) => level).filter((level) => !seen.has(level));
    return levels.length > 0 ? [{ name, column, levels, of }] : [];
  });
}

/** By the posterior's standard deviation; undefined for a model that has none that tells. */
function byVariance(model: Model, data: Dataset): Domain | undefined {
  if (!isProbabilistic(model)) return undefined;
  const limits = limitsOf(model, data);
  if (limits.every((limit) => limit === undefined)) return undefined;
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
    noveltyTerm(_, columns) {
      const ratios = limits.flatMap((limit, k) => (limit ? [[limit, columns[k].variance] as const] : []));
      if (ratios.some(([, variance]) => variance === undefined)) return undefined;
      return ratios.map(([limit, variance]) => divide(sqrt(variance!), limit)).reduce(max, number(0));
    },
  };
}

/** For each prediction column the standard deviation that counts as known; undefined for classes and constants. */
function limitsOf(model: ProbabilisticModel, data: Dataset): (number | undefined)[] {
  const probes = probesOf(data);
  const known = [probes && model.posterior(probes).variance, leftOutVariance(model)];
  return predictionColumns(data.outputs).flatMap(({ start, width }, k) =>
    Array.from({ length: width }, () => {
      if (data.outputs[k].classes) return undefined;
      const limits = known.flatMap((variance) => {
        const limit = variance ? upper(variance.column(start).filter((v) => !Number.isNaN(v))) : 0;
        return limit > 0 ? [Math.sqrt(limit)] : [];
      });
      return limits.length > 0 ? Math.min(...limits) : undefined;
    }),
  );
}

function leftOutVariance(model: Model): Matrix | undefined {
  if (hasLeaveOneOut(model)) return model.leaveOneOut().variance;
  return isCrossValidated(model) ? model.crossValidation().variance : undefined;
}

function byDistance({ points: all, space }: Dataset): Domain {
  const map = new FeatureMap(space.columns);
  const x = comparedRows(all, map.width);
  const rows = map.of(x);
  const own = Float64Array.from({ length: x.rows }, (_, i) => nearest(rows, i, rows, map.width, i));
  const limit = x.rows > 1 ? upper(own) : 0;
  return {
    novelty(queries) {
      const features = map.of(queries);
      return Float64Array.from({ length: queries.rows }, (_, i) => {
        const distance = nearest(features, i, rows, map.width, -1);
        return limit > 0 ? distance / limit : distance > 0 ? Number.POSITIVE_INFINITY : 0;
      });
    },
    noveltyTerm(point) {
      const axis = { length: x.rows };
      const ones = new Float64Array(space.dimension).fill(1);
      const squares = map.terms(point, ones).map((feature, f) => {
        const column = Float64Array.from({ length: x.rows }, (_, i) => rows[i * map.width + f]);
        return square(subtract(feature, along(axis, column)));
      });
      const distance = sqrt(least(axis, total(squares)));
      return limit > 0 ? divide(distance, limit) : choose(distance, 'at-most', 0, 0, Number.MAX_VALUE);
    },
  };
}

/** The value that 95 % stay below. */
function upper(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(INSIDE * sorted.length))];
}
