import type { Dataset } from '../core/dataset.ts';
import { ensure } from '../core/errors.ts';
import { isConclusive } from '../core/evaluation.ts';
import type { Health, Surrogate } from '../core/model.ts';
import { equalRows } from '../core/parts.ts';
import { pauser } from '../core/pause.ts';
import { FeatureMap } from '../core/space/feature-map.ts';
import type { Column } from '../core/space/space.ts';
import type { ModelState, SavableModel } from '../core/state/model-state.ts';
import { Matrix } from '../numerics/matrix.ts';
import { type Logistic, logistic, logLikelihood, probabilityOf } from './success-calibration.ts';

/** The prediction is n x 1: the probability in (0, 1) that the simulator answers there. */
export type SuccessModel = SavableModel;

/** Fewest points of either kind for a calibration. */
const FEWEST = 3;
/** Nearest rows of each kind that are tried: more of them where failures are a matter of chance. */
const NEIGHBORS = [1, 3, 9];

/**
 * The chance of an answer, learned from completed and failed rows alike. The score of a point is the contrast
 * (b - a) / (a + b) of its mean distances a to the nearest completed rows and b to the nearest failed ones (1, 3 or 9 of each); a logistic curve that is fitted to the
 * scores of the rows, each without those at its point, turns it into a probability [Platt1999], and its likelihood chooses the number of neighbors. Rows that the infrastructure lost, or that were
 * cancelled, say nothing. Each row counts once, whatever its weight. With fewer than 3 points of either kind the probability is (completed + 1) / (rows + 2) everywhere.
 */
export function success(): Surrogate<SuccessModel> {
  return {
    name: 'chance of success',
    async fit(given, run) {
      await pauser(run)();
      const data = given.select(Array.from(given.rows.keys()).filter((i) => isConclusive(given.rows[i])));
      ensure(data.size > 0, 'no-data', 'a chance of success needs at least one row that the simulator itself ended');
      const failed = data.rows.map(({ status }) => status === 'failed');
      const failures = failed.filter(Boolean).length;
      const { space, x } = data;
      const map = new FeatureMap(space.columns);
      const features = map.of(x);
      const point = new Int32Array(data.size);
      equalRows(x).forEach((rows, k) => {
        for (const row of rows) point[row] = k;
      });
      const rows = { features, failed: Uint8Array.from(failed, Number) };
      const places = (wanted: boolean) => new Set(point.filter((_, i) => failed[i] === wanted)).size;
      const known = places(true) >= FEWEST && places(false) >= FEWEST;
      const hits = failed.map((one) => !one);
      const curves = known
        ? NEIGHBORS.map((count) => {
            const scores = Float64Array.from(failed, (_, i) =>
              contrast(rows, features, i * map.width, count, point, point[i]),
            );
            const curve = logistic(scores, hits);
            return { curve, count, likelihood: logLikelihood(curve, scores, hits) };
          }).sort((one, other) => other.likelihood - one.likelihood)
        : [];
      const best = curves.at(0);
      const share = (data.size - failures + 1) / (data.size + 2);
      return new ChanceModel({
        kind: 'chance of success',
        columns: space.columns,
        ...rows,
        share,
        ...(best && { curve: best.curve, neighbors: best.count }),
        health: {
          points: data.size,
          notes: known || failures === 0 ? [] : [`${failures} failures of ${data.size} are too few to learn where`],
        },
      });
    },
  };
}

/** The rows of which some failed. */
interface KnownRows {
  /** n x width. */
  readonly features: Float64Array;
  /** n numbers, 1 for a row that failed. */
  readonly failed: Uint8Array;
}

/** A chance of success as plain data. */
export interface ChanceState extends ModelState, KnownRows {
  readonly kind: 'chance of success';
  readonly columns: readonly Column[];
  /** The chance where nothing is known of the places of failures. */
  readonly share: number;
  /** Turns scores, by that number of neighbors of each kind, into probabilities. */
  readonly curve?: Logistic;
  readonly neighbors?: number;
  readonly health: Health;
}

/** Tells the chance of an answer; see {@link success}. */
export class ChanceModel implements SuccessModel {
  readonly state: ChanceState;
  readonly health: Health;
  readonly #map: FeatureMap;

  constructor(state: ChanceState) {
    this.state = state;
    this.health = state.health;
    this.#map = new FeatureMap(state.columns);
  }

  predict(x: Matrix): Matrix {
    const { curve, neighbors, share } = this.state;
    const map = this.#map;
    ensure(
      x.columns === map.dimension,
      'invalid-argument',
      `the model answers points of ${map.dimension} coordinates, got ${x.columns}`,
    );
    const from = map.of(x);
    const chances = Float64Array.from({ length: x.rows }, (_, i) =>
      curve && neighbors ? probabilityOf(curve, contrast(this.state, from, i * map.width, neighbors)) : share,
    );
    return new Matrix(x.rows, 1, chances);
  }
}

/** (b - a) / (a + b) of the mean distances of the features at `at` to completed and failed rows; `places` are the points of the rows, one of which is skipped. */
function contrast(
  rows: KnownRows,
  from: Float64Array,
  at: number,
  count: number,
  places?: Int32Array,
  skipped?: number,
): number {
  const [a, b] = distances(from, at, rows, count, places, skipped);
  return a + b > 0 ? (b - a) / (a + b) : 0;
}

/** Mean distances of the features at `at` to the nearest completed rows and to the nearest failed ones, without the rows of the point `skipped`. */
function distances(
  from: Float64Array,
  at: number,
  { features: rows, failed }: KnownRows,
  count: number,
  places: Int32Array | undefined,
  skipped: number | undefined,
): [completed: number, failed: number] {
  const width = rows.length / failed.length;
  const nearest: [Float64Array, Float64Array] = [
    new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    new Float64Array(count).fill(Number.POSITIVE_INFINITY),
  ];
  for (let i = 0; i < failed.length; i++) {
    if (places && places[i] === skipped) continue;
    let square = 0;
    for (let j = 0; j < width; j++) square += (from[at + j] - rows[i * width + j]) ** 2;
    const list = nearest[failed[i] ? 1 : 0];
    let place = count;
    while (place > 0 && list[place - 1] > square) place--;
    if (place === count) continue;
    list.copyWithin(place + 1, place, count - 1);
    list[place] = square;
  }
  const mean = (squares: Float64Array) => {
    const found = squares.filter(Number.isFinite);
    return found.reduce((sum, square) => sum + Math.sqrt(square), 0) / found.length;
  };
  return [mean(nearest[0]), mean(nearest[1])];
}

/** Mean squared difference of chances and what became of the rows (1 completed, 0 failed): the Brier score, 0 to 1. */
export function brierScore(model: SuccessModel, given: Dataset): number {
  const data = given.select(Array.from(given.rows.keys()).filter((i) => isConclusive(given.rows[i])));
  const chances = model.predict(data.x).data;
  return (
    chances.reduce((sum, p, i) => sum + (p - (data.rows[i].status === 'completed' ? 1 : 0)) ** 2, 0) / chances.length
  );
}
