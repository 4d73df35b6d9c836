import { ensure } from '../core/errors.ts';
import type { ColumnTerms, ExportableModel } from '../core/exportable.ts';
import {
  along,
  choose,
  divide,
  each,
  entry,
  least,
  map,
  min,
  multiply,
  nearest as nearestOf,
  square,
  subtract,
  sum,
  total,
} from '../core/graph/term.ts';
import type { Health } from '../core/model.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import type { PointTerms } from '../core/space/point-terms.ts';
import type { Column } from '../core/space/space.ts';
import type { MatrixState } from '../core/state/matrix-state.ts';
import type { ModelState, SavableModel } from '../core/state/model-state.ts';
import { Matrix } from '../numerics/matrix.ts';

/** Rows to look among as plain data. */
export interface NeighborState extends ModelState {
  readonly kind: 'nearest neighbors';
  readonly neighbors: number;
  readonly columns: readonly Column[];
  /** c numbers, 1 where the column is the share of a class. */
  readonly isClass: Uint8Array;
  /** Of the n rows, n x width, and what they answered, n x c. */
  readonly features: Float64Array;
  readonly targets: MatrixState;
  readonly health: Health;
}

/** Answers with the nearest of the rows. */
export class NeighborModel implements ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: NeighborState;
  readonly health: Health;
  readonly #map: FeatureMap;

  constructor(state: NeighborState) {
    this.state = state;
    this.health = state.health;
    this.#map = new FeatureMap(state.columns);
  }

  predict(x: Matrix): Matrix {
    const { neighbors, isClass, features: known, targets } = this.state;
    const map = this.#map;
    ensure(
      x.columns === map.dimension,
      'invalid-argument',
      `the model answers points of ${map.dimension} coordinates, got ${x.columns}`,
    );
    const width = targets.columns;
    const answer = new Matrix(x.rows, width);
    const features = map.of(x);
    for (let q = 0; q < x.rows; q++) {
      const near = nearest(features.subarray(q * map.width, (q + 1) * map.width), known, targets.rows, neighbors);
      const to = answer.row(q);
      for (const { row, share } of near)
        for (let k = 0; k < width; k++) {
          to[k] += share * targets.data[row * width + k];
          // Shares that make one may sum to a last digit more.
          if (isClass[k] === 1) to[k] = Math.min(1, to[k]);
        }
    }
    return answer;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    const { neighbors, isClass, features: known, targets } = this.state;
    const { width } = this.#map;
    const n = targets.rows;
    const [rows, near] = [{ length: n }, { length: Math.min(neighbors, n) }];
    const z = this.#map.terms(point, new Float64Array(this.#map.dimension).fill(1));
    const column = (of: ArrayLike<number>, columns: number, k: number) =>
      Float64Array.from({ length: n }, (_, i) => of[i * columns + k]);
    const features = z.map((_, f) => column(known, width, f));
    const all = map(rows, total(z.map((one, f) => square(subtract(one, along(rows, features[f]))))));
    const row = each(nearestOf(near, all));
    const distance = each(map(near, total(z.map((one, f) => square(subtract(one, entry(features[f], row)))))));
    const nearestSquare = least(near, distance);
    const isExact = choose(distance, 'equal', 0, 1, 0);
    const weight = each(map(near, choose(nearestSquare, 'equal', 0, isExact, divide(nearestSquare, distance))));
    const weights = sum(near, weight);
    return Array.from(isClass, (share, k) => {
      const mean = sum(near, multiply(divide(weight, weights), entry(column(targets.data, targets.columns, k), row)));
      return { mean: share === 1 ? min(1, mean) : mean };
    });
  }
}

/** The nearest rows of n x width features and their shares of the answer; rows at the query itself answer alone. */
function nearest(query: Float64Array, known: Float64Array, n: number, count: number) {
  const width = query.length;
  const best: { row: number; square: number }[] = [];
  for (let row = 0; row < n; row++) {
    let square = 0;
    for (let j = 0; j < width; j++) square += (query[j] - known[row * width + j]) ** 2;
    if (best.length === count && square >= best[count - 1].square) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].square > square) at--;
    best.splice(at, 0, { row, square });
    if (best.length > count) best.pop();
  }
  const exact = best.filter(({ square }) => square === 0);
  if (exact.length > 0) return exact.map(({ row }) => ({ row, share: 1 / exact.length }));
  // Relative to the nearest one, so that no distance is too small to be divided by.
  const weights = best.map(({ square }) => best[0].square / square);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return best.map(({ row }, i) => ({ row, share: weights[i] / sum }));
}
