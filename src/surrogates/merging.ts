import type { Dataset } from '../core/dataset.ts';
import {
  type ExtendableModel,
  hasLeaveOneOut,
  isCrossValidated,
  isExtendable,
  type Model,
  type Posterior,
  type Surrogate,
} from '../core/model.ts';
import { equalRows } from '../core/parts.ts';
import { type MatrixState, matrixOf, matrixState } from '../core/state/matrix-state.ts';
import type { ModelState, Restore, SavableModel } from '../core/state/model-state.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { composed } from './composed.ts';
import { type Recipe, recipe } from './recipe.ts';

/** Which of n completed rows a fit needs. */
export interface Merged {
  /** The rows that are kept, in their order. */
  readonly kept: readonly number[];
  /** For each of the n rows the place of the kept one that stands for it. */
  readonly place: Int32Array;
}

/**
 * The rows that say something new; undefined where all do. Rows at one point with the same answers are one answer that was written down
 * more than once. Where answers at a point differ they are replicates, and each counts as often as its share of them asks: the numbers of
 * equal ones are divided by what they have in common, so that a file and the same file twice are the same data.
 */
export function mergedRows({ points: x, y, shares = y }: Dataset): Merged | undefined {
  const place = Int32Array.from({ length: x.rows }, (_, i) => i);
  const isKept = new Uint8Array(x.rows).fill(1);
  for (const rows of equalRows(x)) {
    if (rows.length === 1) continue;
    const answers = equalAnswers(rows, shares);
    const divisor = answers.reduce((common, { length }) => commonDivisor(common, length), 0);
    for (const same of answers)
      same.forEach((row, i) => {
        const of = same[i % (same.length / divisor)];
        place[row] = of;
        isKept[row] = row === of ? 1 : 0;
      });
  }
  const kept = Array.from(isKept.keys()).filter((i) => isKept[i] === 1);
  if (kept.length === x.rows) return undefined;
  const at = new Int32Array(x.rows);
  kept.forEach((row, i) => {
    at[row] = i;
  });
  return { kept, place: place.map((row) => at[row]) };
}

/** The surrogate, fitted to data in which exact twins are one row; what its models say of their rows they say of each row given. */
export function merging<M extends Model>(surrogate: Surrogate<M>): Recipe<M> {
  const { fit, refit } = surrogate;
  const reduced = async (given: Dataset, by: (data: Dataset) => Promise<M>): Promise<M> => {
    const data = given.finite();
    const merged = mergedRows(data);
    return merged
      ? spread(await by(withFailed(given, data.select(merged.kept))), { x: data.x, answers: answersIn(data) }, merged)
      : by(given);
  };
  return recipe({
    ...surrogate,
    fit: (given, run, previous) => reduced(given, (data) => fit.call(surrogate, data, run, previous)),
    ...(refit && {
      refit: (given: Dataset, run, previous) => reduced(given, (data) => refit.call(surrogate, data, run, previous)),
    }),
  });
}

/** A model of kept rows as one of all n, as plain data. */
export interface MergedState extends ModelState, Merged {
  readonly kind: 'merged rows';
  readonly model: ModelState;
  /** All rows, n x d, and their answers. */
  readonly x: MatrixState;
  readonly answers: MatrixState;
}

/** The model of a state. */
export function restoreMerged({ model, x, answers, kept, place }: MergedState, restore: Restore): SavableModel {
  return spread(restore(model), { x: matrixOf(x), answers: matrixOf(answers) }, { kept, place });
}

/** All rows that were given. */
interface Given {
  readonly x: Matrix;
  readonly answers: Matrix;
}

/** The model of the kept rows as one of all n. */
function spread<M extends Model>(model: M, given: Given, merged: Merged): M {
  const [n, m] = [given.x.rows, merged.kept.length];
  const note = `${n - m} of ${n} rows repeat others with the same answers: each point counts once`;
  const { points, notes } = model.health;
  const health = { ...model.health, points: points - m + n, notes: [...notes, note] };
  const members = {
    health,
    ...(hasLeaveOneOut(model) && { leaveOneOut: () => spreadRows(model.leaveOneOut(), merged) }),
    ...(isCrossValidated(model) && { crossValidation: () => spreadRows(model.crossValidation(), merged) }),
    ...(isExtendable<M>(model) && {
      conditioned: (x: Matrix, y: Matrix) => spread(model.conditioned(x, y), given, merged),
      extended: (all: Dataset) => spreadExtension(model, given, merged, all),
    }),
  };
  return composed(model, members, (inner): MergedState => {
    const [x, answers] = [matrixState(given.x), matrixState(given.answers)];
    return { kind: 'merged rows', model: inner, x, answers, ...merged };
  });
}

/** Rows that were kept as often as they were given; rows behind them, of a model that was extended, as they are. */
function spreadRows({ mean, variance }: Posterior, { kept, place }: Merged): Posterior {
  const rows = [...place, ...Array.from({ length: mean.rows - kept.length }, (_, i) => kept.length + i)];
  return { mean: mean.select(rows), variance: variance.select(rows) };
}

/** The extension by rows at new points, which say something new. */
function spreadExtension<M extends Model>(
  model: M & ExtendableModel<M>,
  before: Given,
  merged: Merged,
  given: Dataset,
): M | undefined {
  const all = given.finite();
  const n = before.x.rows;
  if (all.size < n || !begins(all.x, before.x) || !begins(answersIn(all), before.answers)) return undefined;
  const isNew = equalRows(all.x).every((rows) => rows.length === 1 || rows.every((row) => row < n));
  if (!isNew) return undefined;
  const rows = [...merged.kept, ...Array.from({ length: all.size - n }, (_, i) => n + i)];
  const longer = model.extended(all.select(rows));
  return longer && spread(longer, before, merged);
}

function begins(all: Matrix, first: Matrix): boolean {
  return first.data.every((value, i) => value === all.data[i]);
}

/** The rows of `data` and the failed ones of `given`, of which a model may tell how many there were. */
function withFailed(given: Dataset, data: Dataset): Dataset {
  const failed = Array.from(given.rows.keys()).filter((i) => !given.y.row(i).every(Number.isFinite));
  return failed.length > 0 ? data.concat(given.select(failed)) : data;
}

/** What tells one answer from another: shares where there are some. */
function answersIn({ y, shares = y }: Dataset): Matrix {
  return shares;
}

/** The rows at one point by their answers. */
function equalAnswers(rows: readonly number[], y: Matrix): number[][] {
  const known = new Map<string, number[]>();
  for (const row of rows) {
    const key = y.row(row).join();
    const before = known.get(key);
    if (before) before.push(row);
    else known.set(key, [row]);
  }
  return [...known.values()];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
