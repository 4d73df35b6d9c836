import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import { ImagoError } from '../../src/core/errors.ts';
import {
  hasJoint,
  hasLeaveOneOut,
  isDifferentiable,
  isExtendable,
  isProbabilistic,
  isReadable,
  type Model,
  type TreeNode,
} from '../../src/core/model.ts';
import { predictionColumns } from '../../src/core/output.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { points } from '../fixtures/labelled.ts';

/** A fitted model and the data that it was fitted to. */
export interface Fitted {
  readonly model: Model;
  readonly data: Dataset;
}

/** What every fitted model promises, and what its capabilities add; `make` is called once. */
export function modelLaws(name: string, make: () => Promise<Fitted>): void {
  describe(`${name} as a model`, () => {
    let fitted: Promise<Fitted> | undefined;
    const get = () => {
      fitted ??= make();
      return fitted;
    };
    describePredictions(get);
    describePosterior(get);
    describeJoint(get);
    describeExtension(get);
    describeGradients(get);
    describeStructure(get);
  });
}

/** Number of prediction columns of the data's outputs. */
export function columnCount(data: Dataset): number {
  return predictionColumns(data.outputs).reduce((sum, { width }) => sum + width, 0);
}

function queries(data: Dataset, count = 37): Matrix {
  return points(data.space, count, new Rng('model-laws/queries'));
}

/** Largest difference of corresponding numbers, relative to the largest number of `b`. */
function difference(a: Float64Array, b: Float64Array): number {
  let scale = 0;
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    scale = Math.max(scale, Math.abs(b[i]));
    worst = Math.max(worst, Math.abs(a[i] - b[i]));
  }
  return scale === 0 ? worst : worst / scale;
}

function describePredictions(get: () => Promise<Fitted>): void {
  test('answers n points with n rows and one column for each number or class', async () => {
    const { model, data } = await get();
    const columns = columnCount(data);
    for (const count of [0, 1, 2, 37]) {
      const answer = model.predict(queries(data, count));
      expect([answer.rows, answer.columns]).toEqual([count, columns]);
    }
  });

  test('answers finite numbers everywhere in the cube, corners and training points included', async () => {
    const { model, data } = await get();
    const corners = Matrix.from([0, 0.5, 1].map((u) => data.space.canonical(new Float64Array(data.x.columns).fill(u))));
    for (const x of [queries(data, 200), corners, data.finite().x])
      expect(model.predict(x).data.every(Number.isFinite)).toBe(true);
  });

  test('answers a point in the same way alone, in a batch and again, and leaves the points as they were', async () => {
    const { model, data } = await get();
    const x = queries(data);
    const before = x.data.slice();
    const batch = model.predict(x);
    expect(model.predict(x).data).toEqual(batch.data);
    expect(x.data).toEqual(before);
    const alone = new Float64Array(batch.data.length);
    for (let i = 0; i < x.rows; i++) alone.set(model.predict(x.select([i])).data, i * batch.columns);
    expect(difference(alone, batch.data)).toBeLessThan(1e-9);
  });

  test('answers a class with probabilities', async () => {
    const { model, data } = await get();
    const answer = model.predict(queries(data, 200));
    predictionColumns(data.outputs).forEach(({ start, width }, k) => {
      if (!data.outputs[k].classes) return;
      for (let i = 0; i < answer.rows; i++) {
        const row = answer.row(i).subarray(start, start + width);
        expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      }
    });
  });

  test('refuses points of another dimension', async () => {
    const { model, data } = await get();
    expect(() => model.predict(new Matrix(2, data.x.columns + 1))).toThrow(ImagoError);
  });

  test('reports the rows that it used, and leave-one-out figures for as many outputs as there are', async () => {
    const { model, data } = await get();
    expect(model.health.points).toBe(data.finite().size);
    expect(model.health.notes.every((note) => note.length > 0)).toBe(true);
    if (model.health.q2Loo) expect(model.health.q2Loo).toHaveLength(data.outputs.length);
  });
}

function describePosterior(get: () => Promise<Fitted>): void {
  test('a posterior has the prediction of a number as its mean, and a variance that is finite and not negative', async () => {
    const { model, data } = await get();
    if (!isProbabilistic(model)) return;
    const x = queries(data, 100);
    const { mean, variance } = model.posterior(x);
    const prediction = model.predict(x);
    expect([mean.rows, mean.columns, variance.rows, variance.columns]).toEqual(
      [prediction, prediction].flatMap((m) => [m.rows, m.columns]),
    );
    expect(mean.data.every(Number.isFinite)).toBe(true);
    expect(variance.data.every((v) => v >= 0 && v < Number.POSITIVE_INFINITY)).toBe(true);
    predictionColumns(data.outputs).forEach(({ start }, k) => {
      if (data.outputs[k].classes) return;
      expect(difference(mean.column(start), prediction.column(start))).toBeLessThan(1e-12);
    });
  });

  test('leave-one-out answers every row used with a finite mean and a positive variance', async () => {
    const { model, data } = await get();
    if (!hasLeaveOneOut(model)) return;
    const { mean, variance } = model.leaveOneOut();
    expect([mean.rows, mean.columns]).toEqual([data.finite().size, columnCount(data)]);
    expect([variance.rows, variance.columns]).toEqual([mean.rows, mean.columns]);
    expect(mean.data.every(Number.isFinite)).toBe(true);
    expect(variance.data.every((v) => v > 0 && v < Number.POSITIVE_INFINITY)).toBe(true);
  });
}

function describeJoint(get: () => Promise<Fitted>): void {
  test('a joint posterior has the means and variances of the posterior, and correlations from -1 to 1', async () => {
    const { model, data } = await get();
    if (!hasJoint(model)) return;
    const x = queries(data, 13);
    const { mean, variance } = model.posterior(x);
    const { mean: same, covariance } = model.joint(x);
    expect(covariance).toHaveLength(mean.columns);
    expect(difference(same.data, mean.data)).toBeLessThan(1e-9);
    covariance.forEach((matrix, k) => {
      expect([matrix.rows, matrix.columns]).toEqual([13, 13]);
      const diagonal = Float64Array.from({ length: 13 }, (_, i) => matrix.get(i, i));
      expect(difference(diagonal, variance.column(k))).toBeLessThan(1e-6);
      for (let i = 0; i < 13; i++)
        for (let j = 0; j < i; j++) {
          expect(matrix.get(i, j)).toBe(matrix.get(j, i));
          expect(matrix.get(i, j) ** 2).toBeLessThanOrEqual(diagonal[i] * diagonal[j] * (1 + 1e-6) + 1e-300);
        }
    });
  });

  test('samples of a joint posterior are those of their stream, and finite at equal points too', async () => {
    const { model, data } = await get();
    if (!hasJoint(model)) return;
    const x = queries(data, 7);
    const samples = model.samples(x.stack(x), 5, new Rng('model-laws/samples'));
    expect(samples).toHaveLength(columnCount(data));
    for (const sample of samples) {
      expect([sample.rows, sample.columns]).toEqual([5, 14]);
      expect(sample.data.every(Number.isFinite)).toBe(true);
    }
    expect(model.samples(x.stack(x), 5, new Rng('model-laws/samples'))).toEqual(samples);
    expect(model.samples(x.stack(x), 5, new Rng('model-laws/others'))).not.toEqual(samples);
  });
}

function describeExtension(get: () => Promise<Fitted>): void {
  test('believing its own predictions changes no prediction and makes nothing less sure', async () => {
    const { model, data } = await get();
    if (!isExtendable(model) || data.outputs.some(({ classes }) => classes)) return;
    const x = queries(data, 5);
    const believing = model.conditioned(x, model.predict(x));
    const fresh = points(data.space, 20, new Rng('model-laws/fresh'));
    const before = model.predict(fresh);
    expect(difference(believing.predict(fresh).data, before.data)).toBeLessThan(1e-5);
    expect(believing.health.points).toBe(model.health.points + 5);
    if (!isProbabilistic(model) || !isProbabilistic(believing)) return;
    const variance = model.posterior(fresh).variance.data;
    believing.posterior(fresh).variance.data.forEach((v, i) => {
      expect(v).toBeLessThan(variance[i] * (1 + 1e-6) + 1e-9 * spread(data) ** 2);
    });
  });

  test('rows at once and one after the other come to the same', async () => {
    const { model, data } = await get();
    if (!isExtendable(model)) return;
    const rows = queries(data, 3);
    const fresh = points(data.space, 20, new Rng('model-laws/fresh'));
    const answers = believed(data, model.predict(rows));
    let slowly: Model = model;
    for (let i = 0; i < 3; i++)
      if (isExtendable(slowly)) slowly = slowly.conditioned(rows.select([i]), answers.select([i]));
    const atOnce = model.conditioned(rows, answers).predict(fresh);
    expect(difference(slowly.predict(fresh).data, atOnce.data)).toBeLessThan(1e-4);
    expect(model.conditioned(rows.select([]), answers.select([])).predict(fresh)).toEqual(model.predict(fresh));
    expect(() => model.conditioned(rows, answers.select([0]))).toThrow(ImagoError);
  });

  test('extends to data that begin with its own, and to no others', async () => {
    const { model, data } = await get();
    if (!isExtendable(model)) return;
    expect(model.extended(data)?.health.points).toBe(model.health.points);
    expect(model.extended(data.finite().select([0]))).toBeUndefined();
    const more = model.extended(data.concat(data.finite().select([0])));
    expect(more?.health.points ?? model.health.points + 1).toBe(model.health.points + 1);
  });
}

/** Answers that the predictions make likely: numbers as they are, the most probable class. */
function believed({ outputs }: Dataset, prediction: Matrix): Matrix {
  const y = new Matrix(prediction.rows, outputs.length);
  predictionColumns(outputs).forEach(({ start, width }, k) => {
    for (let i = 0; i < y.rows; i++) {
      const row = prediction.row(i).subarray(start, start + width);
      y.set(i, k, outputs[k].classes ? row.indexOf(row.reduce((a, b) => Math.max(a, b))) : row[0]);
    }
  });
  return y;
}

function describeGradients(get: () => Promise<Fitted>): void {
  test('posterior gradients agree with the posterior and with its finite differences', async () => {
    const { model, data } = await get();
    if (!isDifferentiable(model)) return;
    // Where a model is nearly linear its differences carry rounding errors of about 1e-8 of the values.
    const h = 1e-4;
    const x = queries(data, 8);
    for (let i = 0; i < x.rows; i++) {
      const u = x.row(i).map((value, j) => (isReal(data, j) ? 0.1 + 0.8 * value : value));
      const gradient = model.posteriorGradient(u);
      const here = model.posterior(new Matrix(1, u.length, u));
      expect(difference(gradient.mean, here.mean.data)).toBeLessThan(1e-9);
      expect(difference(gradient.variance, here.variance.data)).toBeLessThan(1e-6);
      for (let j = 0; j < u.length; j++) {
        if (!isReal(data, j)) continue;
        const sides = Matrix.from([u, u]);
        sides.set(0, j, u[j] + h);
        sides.set(1, j, u[j] - h);
        const { mean, variance } = model.posterior(sides);
        for (let k = 0; k < mean.columns; k++) {
          const near = (value: number, m: Matrix, scale: number) =>
            expect(Math.abs(value - (m.get(0, k) - m.get(1, k)) / (2 * h))).toBeLessThan(1e-3 * scale + 1e-300);
          near(gradient.meanGradient.get(k, j), mean, largest(gradient.meanGradient.row(k)) + spread(data));
          near(gradient.varianceGradient.get(k, j), variance, largest(gradient.varianceGradient.row(k)) + spread(data));
        }
      }
    }
  });
}

function isReal(data: Dataset, j: number): boolean {
  return data.space.columns[j].levels === Number.POSITIVE_INFINITY;
}

function largest(values: Float64Array): number {
  return values.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0);
}

/** Largest finite output, as a scale for comparisons. */
function spread(data: Dataset): number {
  return largest(data.finite().y.data);
}

function describeStructure(get: () => Promise<Fitted>): void {
  test('a tree that can be read says what the model predicts', async () => {
    const { model, data } = await get();
    if (!isReadable(model)) return;
    const root = model.structure();
    const x = queries(data, 100);
    const answer = model.predict(x);
    for (let i = 0; i < x.rows; i++) {
      const { value } = leafAt(root, x.row(i), data);
      expect(difference(Float64Array.from(value), answer.row(i))).toBeLessThan(1e-12);
    }
    expectCounts(root);
  });
}

function leafAt(node: TreeNode, u: Float64Array, data: Dataset): TreeNode & { kind: 'leaf' } {
  let at = node;
  while (at.kind === 'split') {
    const { column, levels } = at;
    const level = Math.floor(u[column] * data.space.columns[column].levels);
    at = (levels ? levels.includes(level) : u[column] <= at.threshold) ? at.left : at.right;
  }
  return at;
}

function expectCounts(node: TreeNode): void {
  if (node.kind === 'leaf') return;
  expect(node.left.count + node.right.count).toBe(node.count);
  expectCounts(node.left);
  expectCounts(node.right);
}
