import { describe, expect, test } from 'vitest';
import { Dataset, type Row } from '../../src/core/dataset.ts';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../src/numerics/packed-matrix.ts';

const space = new Space({ a: real(0, 1), b: categorical('p', 'q') });
const outputs = [{ name: 'f' }, { name: 'g' }];

const completed = (id: string, u: number[], values: number[]): Evaluation => ({
  id,
  u: Float64Array.from(u),
  milliseconds: 3,
  status: 'completed',
  values: Float64Array.from(values),
});
const failed = (id: string, u: number[]): Evaluation => ({
  id,
  u: Float64Array.from(u),
  milliseconds: 5,
  status: 'failed',
  cause: 'threw',
  reason: 'too hot',
});

const data = Dataset.empty(space, outputs).append([
  completed('0', [0.1, 0.25], [1, 2]),
  failed('1', [0.2, 0.75]),
  completed('2', [0.3, 0.25], [3, 4]),
]);

test('evaluations become rows in their order, and a failed one keeps its cause', () => {
  expect(data.size).toBe(3);
  expect(data.x).toEqual(
    Matrix.from([
      [0.1, 0.25],
      [0.2, 0.75],
      [0.3, 0.25],
    ]),
  );
  expect(data.y).toEqual(
    Matrix.from([
      [1, 2],
      [Number.NaN, Number.NaN],
      [3, 4],
    ]),
  );
  expect(data.rows).toEqual([
    { id: '0', status: 'completed', milliseconds: 3 },
    { id: '1', status: 'failed', milliseconds: 5, cause: 'threw', reason: 'too hot' },
    { id: '2', status: 'completed', milliseconds: 3 },
  ]);
});

test('appending gives a new data set and leaves the old one as it was', () => {
  const longer = data.append([completed('3', [0.4, 0.75], [5, 6])]);
  expect([data.size, longer.size]).toEqual([3, 4]);
  expect(longer.x.row(3)).toEqual(Float64Array.of(0.4, 0.75));
  expect(longer.rows.slice(0, 3)).toEqual(data.rows);
  expect(data.append([]).y).toEqual(data.y);
});

test('an appended point is copied', () => {
  const u = Float64Array.of(0.5, 0.25);
  const one = Dataset.empty(space, outputs).append([{ ...completed('0', [], [1, 2]), u }]);
  u[0] = 0.9;
  expect(one.x.get(0, 0)).toBe(0.5);
});

test('rows can be selected in any order, twice, or not at all', () => {
  const chosen = data.select([2, 0, 2]);
  expect(chosen.x.column(0)).toEqual(Float64Array.of(0.3, 0.1, 0.3));
  expect(chosen.rows.map(({ id }) => id)).toEqual(['2', '0', '2']);
  expect(data.select([]).size).toBe(0);
});

test('the finite rows are those that a surrogate can learn from', () => {
  expect(data.finite().rows.map(({ id }) => id)).toEqual(['0', '2']);
  const all = data.finite();
  expect(all.finite()).toBe(all);
  const half = Dataset.empty(space, outputs).append([completed('0', [0, 0.25], [1, Number.POSITIVE_INFINITY])]);
  expect(half.finite().size).toBe(0);
});

test('other outputs can stand beside the same points', () => {
  const other = data.withOutputs([{ name: 'h' }], Matrix.from([[7], [8], [9]]));
  expect(other.x).toBe(data.x);
  expect(other.rows).toBe(data.rows);
  expect(other.outputs).toEqual([{ name: 'h' }]);
});

test('shapes that do not fit each other are refused with both of them', () => {
  const make = (x: Matrix, y: Matrix, rows = data.rows) => new Dataset(space, outputs, x, y, rows);
  expect(() => make(new Matrix(3, 3), data.y)).toThrow(/x has 3 columns, the space has 2/);
  expect(() => make(data.x, new Matrix(3, 1))).toThrow(/y has 1 columns, there are 2 outputs/);
  expect(() => make(data.x, new Matrix(2, 2))).toThrow(/x has 3 rows, y 2, rows 3/);
  expect(() => make(data.x, data.y, data.rows.slice(1))).toThrow(/x has 3 rows, y 3, rows 2/);
  expect(() => make(data.x, new Matrix(2, 2))).toThrow(expect.objectContaining({ code: 'invalid-data' }));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 5, -0.001])(
  'a coordinate of %f is refused with its row and parameter',
  (value) => {
    const x = data.x.select([0, 1, 2]);
    x.set(1, 0, value);
    const make = () => new Dataset(space, outputs, x, data.y, data.rows);
    expect(make).toThrow(`row 1 of x: parameter 'a' is ${value}`);
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-data' }));
  },
);

test('packed points stay packed in what is made of them, and are unpacked for who asks for x', () => {
  const reals = new Space({ a: real(0, 1), b: real(0, 1) });
  const bytes = new PackedMatrix(3, 2, Uint8Array.of(0, 51, 102, 153, 204, 255));
  const packed = new Dataset(reals, outputs, bytes, data.y, data.rows);
  expect(packed.x).toEqual(
    Matrix.from([
      [0, 0.2],
      [0.4, 0.6],
      [0.8, 1],
    ]),
  );
  expect(packed.x).toBe(packed.x);
  expect(packed.select([2]).points).toEqual(bytes.select([2]));
  expect(packed.concat(packed).points).toEqual(bytes.stack(bytes));
  expect(packed.withOutputs([{ name: 'h' }], new Matrix(3, 1)).points).toBe(bytes);
  expect(packed.finite().points).toBeInstanceOf(PackedMatrix);
  expect(packed.append([completed('3', [0.5, 0.5], [1, 2])]).x.rows).toBe(4);
  const floats = new PackedMatrix(3, 2, Float32Array.of(0, 1, 0, 1.5, 0, 0));
  expect(() => new Dataset(reals, outputs, floats, data.y, data.rows)).toThrow("row 1 of x: parameter 'b' is 1.5");
  expect(() => new Dataset(space, outputs, bytes, data.y, data.rows)).toThrow(/real parameters only/);
});

describe('a data set with shares and weights', () => {
  const doubtful = outputList({ g: {}, verdict: { classes: ['good', 'fair', 'bad'] } });
  const y = Matrix.from([
    [1, 0],
    [2, 1],
    [Number.NaN, Number.NaN],
  ]);
  const shares = Matrix.from([
    [1, 0.7, 0.2, 0.1],
    [2, 0.1, 0.9, 0],
    [Number.NaN, Number.NaN, Number.NaN, Number.NaN],
  ]);
  const weights = Float64Array.of(1, 2, 0.5);
  const x = Matrix.from([[0.1], [0.2], [0.3]]);
  const one = new Space({ a: real(0, 1) });
  const rows = ['completed', 'completed', 'failed'].map(
    (status, i) => ({ id: `${i}`, status, milliseconds: 1 }) as Row,
  );
  const unsure = new Dataset(one, doubtful, x, y, rows, { shares, weights });
  const sure = new Dataset(one, doubtful, x, y, rows);

  test('teaches the shares, or ones and zeros where it is certain', () => {
    expect(unsure.targets()).toEqual(shares);
    expect([...sure.targets().select([0, 1]).data]).toEqual([1, 1, 0, 0, 2, 0, 1, 0]);
  });

  test('keeps them for the rows that are chosen, and joins them to rows that have none', () => {
    expect(unsure.finite().shares).toEqual(shares.select([0, 1]));
    expect(unsure.select([1]).weights).toEqual(Float64Array.of(2));
    const both = sure.select([1]).concat(unsure.select([0]));
    expect([...(both.shares?.data ?? [])]).toEqual([2, 0, 1, 0, 1, 0.7, 0.2, 0.1]);
    expect(both.weights).toEqual(Float64Array.of(1, 1));
    expect(sure.concat(sure).shares).toBeUndefined();
    expect([...(unsure.only([1]).shares?.row(0) ?? [])]).toEqual([0.7, 0.2, 0.1]);
  });

  test('takes them from evaluations', () => {
    const answer = { id: '0', u: Float64Array.of(0.1), milliseconds: 1, status: 'completed' as const };
    const values = Float64Array.of(1, 0);
    const data = Dataset.empty(one, doubtful).append([
      { ...answer, values, shares: shares.row(0) },
      { ...answer, values },
    ]);
    expect([...data.targets().data]).toEqual([1, 0.7, 0.2, 0.1, 1, 1, 0, 0]);
  });

  test.each([
    [
      'that do not sum to 1',
      [1, 0.7, 0.2, 0.2],
      /row 0, output 'verdict': the shares of good, fair, bad sum to 1\.\d+/,
    ],
    ['below 0', [1, 1.1, -0.1, 0], "row 0, output 'verdict': the share of fair is -0.1, not a number from 0 to 1"],
    ['that are none', [1, Number.NaN, 0.5, 0.5], "row 0, output 'verdict': the share of good is NaN"],
    ['of another number', [3, 1, 0, 0], "row 0, output 'g': shares have 3 for the number 1"],
  ])('refuses shares %s', (_, row, message) => {
    const wrong = new Matrix(1, 4, Float64Array.from(row));
    const make = () => new Dataset(one, doubtful, x.select([0]), y.select([0]), rows.slice(0, 1), { shares: wrong });
    expect(make).toThrow(message);
  });

  test.each([
    [Float64Array.of(1, 2), 'there are 2 weights for 3 rows'],
    [Float64Array.of(1, 0, 1), 'the weight of row 1 is 0, not a number above 0'],
    [Float64Array.of(1, 1, Number.NaN), 'the weight of row 2 is NaN'],
  ])('refuses the weights %j', (wrong, message) => {
    expect(() => sure.weighted(wrong)).toThrow(message);
  });
});
