import { describe, expect, test } from 'vitest';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { classicalRegression } from '../../../src/surrogates/classical/classical-regression.ts';
import { KINDS } from '../../../src/surrogates/classical/kinds.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

// Of one input, or with logarithms of answers of both signs, little is learned of a function of three.
for (const kind of KINDS)
  surrogateLaws(`classicalRegression({ kind: '${kind}' })`, () => classicalRegression({ kind }), {
    capabilities: [],
    q2: { multiple: 0.7, 'kernel-ridge': 0.9 }[kind as string] ?? -0.5,
    accuracy: { multiple: 0.85, 'kernel-ridge': 0.85 }[kind as string] ?? 0.4,
    runs: 6,
  });

const space = new Space({
  width: real(1, 10),
  depth: real(1, 100, { scale: 'log' }),
  side: categorical('a', 'b', 'c'),
});
const outputs = [{ name: 'y' }];

describe('what is learned exactly', () => {
  const physical = (u: Float64Array) => ({ width: 1 + 9 * u[0], depth: 100 ** u[1] });
  test.each([
    ['simple', (u: Float64Array) => 3 - 2 * physical(u).width],
    ['polynomial', (u: Float64Array) => physical(u).width ** 2 - 1],
    ['exponential', (u: Float64Array) => -5 * Math.exp(0.7 * physical(u).width)],
    ['power', (u: Float64Array) => 4 * physical(u).width ** -3],
    // Along the logarithm, an exponential is a power law.
    ['exponential', (u: Float64Array) => 2 * physical(u).depth ** 1.5],
    ['power', (u: Float64Array) => 2 * physical(u).depth ** 1.5],
    ['theil-sen', (u: Float64Array) => 3 - 2 * physical(u).width],
    ['robust-polynomial', (u: Float64Array) => physical(u).width ** 2],
    ['multiple', (u: Float64Array) => 3 - 2 * physical(u).width + Math.log(physical(u).depth) + (u[2] > 0.5 ? 4 : 0)],
  ] as const)('by %s', async (kind, answer) => {
    const data = labeled(space, outputs, 40, (u) => [answer(u)]);
    const model = await classicalRegression({ kind }).fit(data, testRun('exact'));
    const fresh = labeled(space, outputs, 30, (u) => [answer(u)], 'fresh');
    const spread = Math.max(...fresh.y.data.map(Math.abs));
    model.predict(fresh.x).data.forEach((value, i) => {
      expect(Math.abs(value - fresh.y.data[i])).toBeLessThan(1e-9 * spread);
    });
  });
});

test('outliers do not move the robust ones', async () => {
  const line = new Space({ x: real(0, 1) });
  const data = labeled(line, outputs, 41, (u) => [u[0] > 0.8 ? 100 : 1 + 2 * u[0]]);
  const at = Matrix.from([[0], [0.5]]);
  for (const kind of ['theil-sen', 'robust-polynomial'] as const) {
    const robust = (await classicalRegression({ kind, degree: 1 }).fit(data, testRun('outliers'))).predict(at);
    expect(robust.data[0]).toBeCloseTo(1, kind === 'theil-sen' ? 0 : 8);
    expect(robust.data[1]).toBeCloseTo(2, kind === 'theil-sen' ? 0 : 8);
  }
  const plain = (await classicalRegression({ kind: 'simple' }).fit(data, testRun('outliers'))).predict(at);
  expect(Math.abs(plain.data[1] - 2)).toBeGreaterThan(5);
});

test('says which input a curve is of, or why there is none', async () => {
  const data = labeled(space, outputs, 20, (u) => [(1 + 9 * u[0]) ** 2]);
  const notes = async (kind: 'power' | 'exponential', input?: string, y = data) =>
    (await classicalRegression({ kind, input }).fit(y, testRun('notes'))).health.notes;
  expect(await notes('power')).toEqual(['y: a power law in width']);
  expect(await notes('power', 'depth')).toEqual(['y: a power law in depth']);
  const signs = labeled(space, outputs, 20, (u) => [u[0] - 0.5]);
  expect((await notes('exponential', undefined, signs))[0]).toMatch(/no exponential.*one sign.*the mean answers/);
});

test('draws from the stream, not from Math.random', async () => {
  const data = labeled(space, outputs, 40, (u) => [u[0] + u[1] ** 3]);
  const random = Math.random;
  let draws = 0;
  Math.random = () => {
    draws++;
    return 0.5;
  };
  try {
    await classicalRegression({ kind: 'robust-polynomial' }).fit(data, testRun('stream'));
    expect(draws).toBe(0);
  } finally {
    Math.random = random;
  }
});

test('many rows are drawn from, and it is said', async () => {
  const line = new Space({ x: real(0, 1) });
  const x = Matrix.from(Array.from({ length: 2000 }, (_, i) => [i / 1999]));
  const y = Matrix.from(Array.from({ length: 2000 }, (_, i) => [3 * i]));
  const model = await classicalRegression({ kind: 'theil-sen' }).fit(dataset(line, outputs, x, y), testRun('many'));
  expect(model.health.notes).toContain('1500 of 2000 rows were used, drawn at random');
  expect(model.predict(Matrix.from([[1]])).data[0]).toBeCloseTo(5997, 6);
});

test.each([
  [{ kind: 'cubic' }, /kind must be one of simple, .*, got 'cubic'/],
  [{ kind: 'polynomial', degree: 0 }, /degree must be a whole number from 1 to 10, got 0/],
  [{ kind: 'multiple', input: 'width' }, /multiple knows every input, got input 'width'/],
  [{ kind: 'simple', ridge: 1 }, /ridge is a positive number of kernel-ridge, got 1 of simple/],
  [{ kind: 'kernel-ridge', width: 0 }, /width must be a number above 0, got 0/],
])('%o is refused', (options, message) => {
  expect(() => classicalRegression(options as never)).toThrow(message);
});

test('an input that is no number, or not there, is refused with those that are', async () => {
  const data = labeled(space, outputs, 10, (u) => [u[0]]);
  await expect(classicalRegression({ kind: 'simple', input: 'side' }).fit(data, testRun('no'))).rejects.toThrow(
    /input must be a numeric parameter, got 'side'; known: width, depth/,
  );
});
