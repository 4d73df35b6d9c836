import { describe, expect, test } from 'vitest';
import { columnCount, predictionColumns } from '../core/columns.ts';
import { ImagoError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { ModelState, SavableModel } from '../core/state/model-state.ts';
import { Matrix } from '../numerics/matrix.ts';
import { restoreModel } from '../surrogates/restore.ts';
import { type Capability, expectCapabilities } from './capabilities.ts';
import { CAPABILITY_LAWS } from './capability-laws.ts';
import { difference, type Fitted, type Get, queries } from './fitted.ts';
import { describeState } from './state-laws.ts';

/**
 * What every fitted model promises, and what the capabilities add that are claimed of it; `make` is called once. `restore` gives a model
 * back from its state, where it has one; the default knows the models of imago.
 */
export function modelLaws(
  name: string,
  make: () => Promise<Fitted>,
  claimed: readonly Capability[],
  restore: (state: ModelState) => SavableModel = restoreModel,
): void {
  describe(`${name} as a model`, () => {
    let fitted: Promise<Fitted> | undefined;
    const get = <M extends Model>() => {
      fitted ??= make();
      return fitted as Promise<Fitted<M>>;
    };
    test('has the capabilities that are claimed of it, and no others', async () => {
      expectCapabilities((await get()).model, claimed);
    });
    describePredictions(get);
    describeState(get, restore);
    for (const [capability, laws] of CAPABILITY_LAWS)
      describe.skipIf(!claimed.includes(capability))(`with ${capability}`, () => laws(get));
  });
}

function describePredictions(get: Get): void {
  test('answers n points with n rows and one column for each number or class', async () => {
    const { model, data } = await get();
    const columns = columnCount(data.outputs);
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
