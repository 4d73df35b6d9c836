import { describe, expect, test } from 'vitest';
import { predictionColumns } from '../core/columns.ts';
import { hasIntervals, isNoisy, isProbabilistic, type Model } from '../core/model.ts';
import type { Output } from '../core/output.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { PointModel } from '../surrogates/point-model.ts';
import type { Fitted } from './fitted.ts';

/** What every model of a surrogate promises to those who ask in their own units; `make` is called once. */
export function pointLaws(name: string, make: () => Promise<Fitted>): void {
  describe(`${name}, asked in the author's units`, () => {
    let fitted: Promise<Fitted> | undefined;
    const get = async () => {
      fitted ??= make();
      const { model, data } = await fitted;
      return { model: model as PointModel, data };
    };

    test('answers a point with what it predicts at the row that stands for it', async () => {
      const { model, data } = await get();
      for (let i = 0; i < 5; i++) {
        const point = data.space.decode(data.x.row(i));
        const x = Matrix.from([data.space.encode(point)]);
        const answers = model.at(point);
        expect(Object.keys(answers)).toEqual(data.outputs.map((output) => output.name));
        expectAnswers(model, x, data.outputs, answers);
      }
    });

    test('refuses a point that is none, and says why', async () => {
      const { model, data } = await get();
      const point = data.space.decode(data.x.row(0)) as Record<string, number | string>;
      const [first] = data.space.names;
      const { [first]: _, ...rest } = point;
      expect(() => model.at(rest)).toThrow(`at: parameter '${first}' has no value`);
      expect(() => model.at({ ...point, absent: 1 })).toThrow("at: there is no parameter 'absent'; known: ");
      for (const wrong of ['steal', 1e9, Number.NaN])
        expect(() => model.at({ ...point, [first]: wrong })).toThrow(`at: parameter '${first}' cannot be `);
      expect(() => model.at(undefined as never)).toThrow('at: a point is an object such as');
    });

    test('refuses rows that are no points of the unit cube, and says what to ask instead', async () => {
      const { model, data } = await get();
      const x = Matrix.from([data.x.row(0), data.x.row(1)]);
      for (const wrong of [8000, -0.1, Number.NaN]) {
        const given = Matrix.from([x.row(0), x.row(1)]);
        given.set(1, 0, wrong);
        const words = `'${data.space.names[0]}' is ${wrong} in row 1, but rows are points of the unit cube`;
        expect(() => model.predict(given)).toThrow(words);
        expect(() => model.predict(given)).toThrow(`model.at({ ${data.space.names[0]}: ${wrong}`);
        if (isProbabilistic(model)) expect(() => model.posterior(given)).toThrow(words);
        if (hasIntervals(model)) expect(() => model.interval(given)).toThrow(words);
      }
      expect(() => model.predict(new Matrix(1, data.x.columns + 1))).toThrow(`${data.x.columns} coordinates`);
    });
  });
}

function expectAnswers(
  model: Model,
  x: Matrix,
  outputs: readonly Output[],
  answers: ReturnType<PointModel['at']>,
): void {
  const belief = isNoisy(model) ? model.observation(x) : isProbabilistic(model) ? model.posterior(x) : undefined;
  const predicted = model.predict(x);
  const mean = belief?.mean ?? predicted;
  predictionColumns(outputs).forEach(({ start, width }, k) => {
    const { value, deviation, interval, inDomain, class: told, probabilities } = answers[outputs[k].name];
    expect(typeof inDomain).toBe('boolean');
    const { classes } = outputs[k];
    if (classes) {
      const row = predicted.row(0).subarray(start, start + width);
      expect(told).toBe(classes[value]);
      expect(row[value]).toBe(Math.max(...row));
      expect(probabilities).toEqual(Object.fromEntries(classes.map((name, c) => [name, row[c]])));
      return;
    }
    expect(value).toBe(mean.get(0, start));
    if (belief) expect(deviation).toBe(Math.sqrt(Math.max(0, belief.variance.get(0, start))));
    else expect(deviation).toBeUndefined();
    expect(interval === undefined).toBe(!belief && !hasIntervals(model));
    if (interval) expect(interval[0] <= value && value <= interval[1]).toBe(true);
  });
}
