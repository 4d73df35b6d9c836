import { expect, test } from 'vitest';
import { columnCount, outputsOf, predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';
import { ImagoError } from '../core/errors.ts';
import {
  type CrossValidated,
  type DifferentiableModel,
  type ExtendableModel,
  type IntervalModel,
  isExtendable,
  isProbabilistic,
  type JointModel,
  type LeaveOneOut,
  type Model,
  type NoisyModel,
  type ProbabilisticModel,
} from '../core/model.ts';
import { answerOf, type ReadableModel, type Structure, type TreeNode } from '../core/structure.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import type { Capability } from './capabilities.ts';
import { difference, type Get, queries } from './fitted.ts';
import { points } from './labeled.ts';

/** What each capability promises. */
export const CAPABILITY_LAWS: readonly (readonly [Capability, (get: Get) => void])[] = [
  ['posterior', describePosterior],
  ['observation', describeObservation],
  ['leave-one-out', describeLeaveOneOut],
  ['cross-validation', describeCrossValidation],
  ['joint', describeJoint],
  ['extension', describeExtension],
  ['gradient', describeGradients],
  ['interval', describeInterval],
  ['structure', describeStructure],
];

function describePosterior(get: Get): void {
  test('a posterior has the prediction of a number as its mean, and a variance that is finite and not negative', async () => {
    const { model, data } = await get<ProbabilisticModel>();
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
}

function describeLeaveOneOut(get: Get): void {
  test('leave-one-out answers every row used with a finite mean and a positive variance', async () => {
    const { model, data } = await get<Model & LeaveOneOut>();
    const { mean, variance } = model.leaveOneOut();
    expect([mean.rows, mean.columns]).toEqual([data.finite().size, columnCount(data.outputs)]);
    expect([variance.rows, variance.columns]).toEqual([mean.rows, mean.columns]);
    expect(mean.data.every(Number.isFinite)).toBe(true);
    expect(variance.data.every((v) => v > 0 && v < Number.POSITIVE_INFINITY)).toBe(true);
  });
}

function describeObservation(get: Get): void {
  test('an answer has the mean of the posterior, and is never surer than that', async () => {
    const { model, data } = await get<NoisyModel>();
    const x = queries(data, 50);
    const [latent, answer] = [model.posterior(x), model.observation(x)];
    expect(answer.mean.data).toEqual(latent.mean.data);
    answer.variance.data.forEach((v, i) => {
      expect(v).toBeGreaterThanOrEqual(latent.variance.data[i]);
    });
    expect(answer.variance.data.every(Number.isFinite)).toBe(true);
  });
}

function describeCrossValidation(get: Get): void {
  test('cross-validation has a mean and a variance that is not negative for rows used, or none', async () => {
    const { model, data } = await get<Model & CrossValidated>();
    const { mean, variance } = model.crossValidation();
    for (const m of [mean, variance])
      expect([m.rows, m.columns]).toEqual([data.finite().size, columnCount(data.outputs)]);
    mean.data.forEach((value, i) => {
      expect(Number.isNaN(variance.data[i])).toBe(Number.isNaN(value));
    });
    expect(variance.data.every((v) => Number.isNaN(v) || v >= 0)).toBe(true);
  });
}

function describeInterval(get: Get): void {
  test('an interval holds the one of a lower level', async () => {
    const { model, data } = await get<IntervalModel>();
    const x = queries(data, 20);
    const [wide, narrow] = [model.interval(x, 0.9), model.interval(x, 0.5)];
    for (const { lower, upper } of [wide, narrow])
      lower.data.forEach((low, i) => {
        expect(low).toBeLessThanOrEqual(upper.data[i]);
      });
    narrow.lower.data.forEach((low, i) => {
      expect(wide.lower.data[i]).toBeLessThanOrEqual(low);
      expect(wide.upper.data[i]).toBeGreaterThanOrEqual(narrow.upper.data[i]);
    });
  });
}

function describeJoint(get: Get): void {
  test('a joint posterior has the means and variances of the posterior, and correlations from -1 to 1', async () => {
    const { model, data } = await get<JointModel>();
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
    const { model, data } = await get<JointModel>();
    const x = queries(data, 7);
    const samples = model.samples(x.stack(x), 5, new Rng('model-laws/samples'));
    expect(samples).toHaveLength(columnCount(data.outputs));
    for (const sample of samples) {
      expect([sample.rows, sample.columns]).toEqual([5, 14]);
      expect(sample.data.every(Number.isFinite)).toBe(true);
    }
    expect(model.samples(x.stack(x), 5, new Rng('model-laws/samples'))).toEqual(samples);
    expect(model.samples(x.stack(x), 5, new Rng('model-laws/others'))).not.toEqual(samples);
  });
}

function describeExtension(get: Get): void {
  test('believing its own predictions changes no prediction of a number and makes nothing less sure', async () => {
    const { model, data } = await get<ExtendableModel>();
    const x = queries(data, 5);
    const believing = model.conditioned(x, outputsOf(data.outputs, model.predict(x)));
    expect(isProbabilistic(believing)).toBe(isProbabilistic(model));
    expect(believing.health.points).toBe(model.health.points + 5);
    const fresh = points(data.space, 20, new Rng('model-laws/fresh'));
    const [before, after] = [model, believing].map((one) => answersOf(one, fresh));
    predictionColumns(data.outputs).forEach(({ start }, k) => {
      if (data.outputs[k].classes) return;
      expect(difference(after.mean.column(start), before.mean.column(start))).toBeLessThan(1e-5);
      const variance = before.variance?.column(start) ?? [];
      after.variance?.column(start).forEach((v, i) => {
        expect(v).toBeLessThan(variance[i] * (1 + 1e-6) + 1e-9 * spread(data) ** 2);
      });
    });
  });

  test('rows at once and one after the other come to the same', async () => {
    const { model, data } = await get<ExtendableModel>();
    const rows = queries(data, 3);
    const fresh = points(data.space, 20, new Rng('model-laws/fresh'));
    const answers = outputsOf(data.outputs, model.predict(rows));
    let slowly: Model = model;
    for (let i = 0; i < 3; i++) {
      expect(isExtendable(slowly)).toBe(true);
      slowly = (slowly as ExtendableModel).conditioned(rows.select([i]), answers.select([i]));
    }
    const atOnce = model.conditioned(rows, answers).predict(fresh);
    expect(difference(slowly.predict(fresh).data, atOnce.data)).toBeLessThan(1e-4);
    expect(model.conditioned(rows.select([]), answers.select([])).predict(fresh)).toEqual(model.predict(fresh));
    expect(() => model.conditioned(rows, answers.select([0]))).toThrow(ImagoError);
  });

  test('extends to data that begin with its own, and to no others', async () => {
    const { model, data } = await get<ExtendableModel>();
    expect(model.extended(data)?.health.points).toBe(model.health.points);
    expect(model.extended(data.finite().select([0]))).toBeUndefined();
    const more = model.extended(data.concat(data.finite().select([0])));
    expect(more?.health.points ?? model.health.points + 1).toBe(model.health.points + 1);
  });
}

/** Mean, and variance where there is one. */
function answersOf(model: Model, x: Matrix): { readonly mean: Matrix; readonly variance?: Matrix } {
  return isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) };
}

function describeGradients(get: Get): void {
  test('posterior gradients agree with the posterior and with its finite differences', async () => {
    const { model, data } = await get<DifferentiableModel>();
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

function describeStructure(get: Get): void {
  test('what can be read of it answers as the model predicts', async () => {
    const { model, data } = await get<ReadableModel>();
    const structure = model.structure();
    const x = queries(data, 100);
    const answer = model.predict(x);
    for (let i = 0; i < x.rows; i++)
      expect(difference(answerOf(structure, x.row(i), data.space), answer.row(i))).toBeLessThan(1e-12);
  });

  test('what is counted in it adds up', async () => {
    const { model } = await get<ReadableModel>();
    expectCounts(model.structure());
  });
}

function expectCounts(structure: Structure): void {
  if (structure.kind === 'tree') expectNodeCounts(structure.root);
  else if (structure.kind === 'rules')
    for (const { count, precision } of [...structure.rules, structure.otherwise]) {
      expect(count).toBeGreaterThanOrEqual(0);
      expectShare(precision);
    }
  else
    for (const { coverage, density, support, volume } of structure.boxes)
      for (const share of [coverage, density, support, volume]) expectShare(share);
}

function expectNodeCounts(node: TreeNode): void {
  if (node.kind === 'leaf') return;
  expect(node.left.count + node.right.count).toBe(node.count);
  expectNodeCounts(node.left);
  expectNodeCounts(node.right);
}

function expectShare(share: number): void {
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
}
