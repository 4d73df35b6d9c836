import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, type Point, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { termsOf } from '../../src/export/terms.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, real(0, 1)])));
const answer = ([a, b, c, d, e]: Float64Array) => Math.exp(a) * Math.cos(b) + c * d + 0.1 * e ** 2;

/** Rows of a design, and as many that a search has put ever closer to a point. */
function searched(): Dataset {
  const design = labeled(space, outputList({ f: {} }), 40, (u) => [answer(u)]);
  const x = new Matrix(40, 5, design.x.data.slice());
  for (let i = 20; i < 40; i++)
    for (let j = 0; j < 5; j++) x.set(i, j, 0.4 + (x.get(i, j) - 0.5) * 10 ** -((i - 20) / 6));
  const y = Matrix.from(Array.from({ length: 40 }, (_, i) => [answer(x.row(i))]));
  return new Dataset(space, design.outputs, x, y, design.rows);
}

test('bounds of a process of nearly dependent rows are those of the model', async () => {
  const data = searched();
  const recipe = gaussianProcess({ kernel: 'squared-exponential', nugget: 'interpolate', starts: 1 });
  const model = await recipe.fit(data, testRun('ill'));
  const exported = exportedModel(model, { name: 'smooth', data });
  const terms = termsOf(exported.outputs);
  const points = testPoints(space);
  const answers = points.map((point) => [...evaluateTerms(terms, rawPoint(space, point))]);
  const { promised, bounds } = differenceOf(exported, model, data, points, answers);
  expect(promised).toBeLessThanOrEqual(1);
  expect(bounds).toBeLessThanOrEqual(1e-7);
});

test('of a process without noise a wrong domain is a failure, unless rounding decides it', async () => {
  const plane = new Space({ a: real(0, 1), b: real(0, 1) });
  const rows = labeled(plane, outputList({ f: {} }), 20, ([a, b]) => [Math.exp(a) * Math.cos(b)]);
  const recipe = gaussianProcess({ kernel: 'squared-exponential', nugget: 'interpolate', starts: 1 });
  const model = await recipe.fit(rows, testRun('flags'));
  const exported = exportedModel(model, { name: 'smooth', data: rows });
  const terms = termsOf(exported.outputs);
  const told = (point: Point) => [...evaluateTerms(terms, rawPoint(plane, point))];
  const isKnown = (point: Point) => told(point).at(-1) === 1;
  const promised = (point: Point, numbers: number[]) =>
    differenceOf(exported, model, rows, [point], [numbers]).promised;
  const turned = (point: Point) => promised(point, told(point).with(-1, isKnown(point) ? 0 : 1));

  const row = plane.decode(rows.x.row(3));
  const asked = [row, { a: 0.5, b: 0.5 }, { a: 0.2, b: 0.7 }, { a: 1, b: 0 }, { a: 0, b: 0 }];
  expect(asked.map(isKnown)).toEqual([true, true, true, false, false]);
  expect(asked.filter((point) => promised(point, told(point)) > 1)).toEqual([]);
  expect(asked.filter((point) => turned(point) <= 1)).toEqual([]);

  let [inside, outside] = [0, 1];
  const between = (share: number) => ({ a: 0.5 + share / 2, b: 0.5 - share / 2 });
  while (outside - inside > 1e-14) {
    const share = (inside + outside) / 2;
    if (isKnown(between(share))) inside = share;
    else outside = share;
  }
  expect(turned(between(inside))).toBeLessThanOrEqual(1);
});

test('a process without noise is exported where points coincide with its rows', async () => {
  const counts = new Space({ teeth: integer(1, 6), kind: categorical('spur', 'helical') });
  const rows = labeled(counts, outputList({ f: {} }), 25, ([a, b]) => [1e3 + Math.sin(3 * a) + b]);
  const model = await gaussianProcess({ nugget: 'interpolate', starts: 1 }).fit(rows, testRun('counts'));
  const exported = exportedModel(model, { name: 'counts', data: rows });
  const terms = termsOf(exported.outputs);
  const points = testPoints(counts);
  const answers = points.map((point) => [...evaluateTerms(terms, rawPoint(counts, point))]);
  expect(differenceOf(exported, model, rows, points, answers).promised).toBeLessThanOrEqual(1);
});

test.each([1, 4])(
  'outside of all bounds, as at a level without a row, a wrong domain is no rounding: %d rows',
  async (count) => {
    const kinds = new Space({ a: real(0, 1), kind: categorical('p', 'q', 'r', 's', 't', 'u') });
    const rows = labeled(kinds, outputList({ f: {} }), count, ([a]) => [a]);
    const model = await nearestNeighbor().fit(rows, testRun('levels'));
    const exported = exportedModel(model, { name: 'levels', data: rows });
    const terms = termsOf(exported.outputs);
    const told = testPoints(kinds).map((point) => [point, [...evaluateTerms(terms, rawPoint(kinds, point))]] as const);
    const outside = told.filter(([, answers]) => answers.at(-1) === 0);
    expect(outside.length).toBeGreaterThan(1);
    for (const [point, answers] of outside)
      expect(differenceOf(exported, model, rows, [point], [answers.with(-1, 1)]).promised).toBeGreaterThan(1);
  },
);
