import { expect, test, vi } from 'vitest';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { autoOptimizer } from '../../../src/optimization/auto/auto.ts';
import { isSolved } from '../../../src/optimization/auto/solved.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { closed, cube, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

type Answer = (u: Float64Array) => number;

const auto = () => autoOptimizer({ surrogate: kernelSurrogate(), initial: 7, search: { raw: 64, starts: 3 } });
const sum = (u: Float64Array, term: (v: number, j: number) => number) => u.reduce((all, v, j) => all + term(v, j), 0);

/** An ill-conditioned bowl whose axes are not those of the inputs, and one whose least value lies on a face. */
const valley: Answer = (u) => 7 + sum(u, (v, j) => 10 ** j * (v - 0.4 + 0.3 * u[(j + 1) % u.length] - 0.1) ** 2);
const beyond: Answer = (u) => sum(u, (v) => (v - 1.3) ** 2) + u[0] * u[1];
const plane: Answer = (u) => 3 - sum(u, (v, j) => (j - 1.5) * v);

async function run(answer: Answer, d: number, budget: number) {
  const { history, last } = await search(
    auto(),
    { problem: problemOf(cube(d)), answer: (u) => [answer(u)] },
    { budget },
  );
  return { size: history.size, stop: last?.stop, best: Math.min(...history.y.data) };
}

test('a quadratic and a linear function are solved, and the rest of the budget is not spent', {
  tags: ['slow'],
}, async () => {
  const bowl = await run(valley, 3, 100);
  expect(bowl).toMatchObject({ stop: 'solved', best: expect.closeTo(7, 8) });
  expect(bowl.size).toBeLessThan(50);
  expect(await run(beyond, 3, 100)).toMatchObject({
    stop: 'solved',
    best: expect.closeTo(0.09 + 2.6 * 1.3 - 2.6 ** 2 / 3, 9),
  });
  const slope = await run(plane, 4, 100);
  expect(slope).toMatchObject({ stop: 'solved', best: expect.closeTo(3 - 2, 9) });
  expect(slope.size).toBeLessThan(40);
});

const wavy: readonly [string, Answer][] = [
  ['waves on a bowl', (u) => sum(u, (v) => (v - 0.3) ** 2 - 0.02 * Math.cos(25 * v))],
  [
    'two wells',
    (u) =>
      Math.min(
        sum(u, (v) => (v - 0.2) ** 2),
        0.01 + sum(u, (v) => (v - 0.8) ** 2),
      ),
  ],
  ['a bowl with a cubic term of a millionth', (u) => sum(u, (v) => (v - 0.6) ** 2 + 1e-6 * v ** 3)],
  ['a bowl of the fourth degree', (u) => sum(u, (v) => (v - 0.5) ** 2) ** 2],
  ['a saddle', (u) => sum(u, (v, j) => (j % 2 === 0 ? 1 : -1) * (v - 0.45) ** 2)],
  ['a trough', (u) => (u[0] - u[1] ** 2) ** 2 + 0.01 * sum(u, (v) => (v - 0.5) ** 2)],
  ['a tilted plane with a crease', (u) => sum(u, (v) => v) + Math.max(0, u[0] - 0.6)],
  ['a constant', () => 2],
];

test.each(wavy)('%s is never called solved, however many rows lie around its best point', (_, answer) => {
  for (const d of [2, 3, 5])
    for (const stream of ['a', 'b', 'c']) {
      const { space } = problemOf(cube(d));
      const first = points(space, 3 * (d + 1), new Rng(`solved/${stream}`));
      const values = Array.from({ length: first.rows }, (_, i) => answer(first.row(i)));
      const best = first.row(values.indexOf(Math.min(...values)));
      const rng = new Rng(`solved/${stream}/near`);
      const near = Array.from({ length: 60 }, (_, i) =>
        space.canonical(best.map((v) => Math.min(1, Math.max(0, v + 0.3 * 0.8 ** i * rng.normal())))),
      );
      const x = first.stack(Matrix.from(near));
      const y = Matrix.from(Array.from({ length: x.rows }, (_, i) => [answer(x.row(i))]));
      for (let n = 1; n <= x.rows; n += 3) {
        const rows = Array.from({ length: n }, (_, i) => i);
        const known = dataset(space, [{ name: 'f' }], x.select(rows), y.select(rows));
        expect(isSolved(problemOf(space), known)).toBe(false);
      }
    }
});

test('a search among wells goes on to its budget', { tags: ['slow'] }, async () => {
  for (const [, answer] of wavy.slice(0, 2)) expect(await run(answer, 2, 45)).toMatchObject({ size: 45 });
});

test('nothing is solved where a run failed, a limit cuts the space or an input is discrete', () => {
  const { space } = problemOf(cube(2));
  const x = points(space, 30, new Rng('solved')).stack(Matrix.from([[0.5, 0.5]]));
  const y = Matrix.from(Array.from({ length: x.rows }, (_, i) => [sum(x.row(i), (v) => (v - 0.5) ** 2)]));
  const known = dataset(space, [{ name: 'f' }], x, y);
  expect(isSolved(problemOf(space), known)).toBe(true);
  const limited = problemOf(space, [closed('x0 <= 0.9', (point) => (point.x0 as number) - 0.9)]);
  expect(isSolved(limited, known)).toBe(false);
  const failing = Matrix.from([...Array.from({ length: 30 }, (_, i) => [y.get(i, 0)]), [Number.NaN]]);
  expect(isSolved(problemOf(space), dataset(space, [{ name: 'f' }], x, failing))).toBe(false);
  const mixed = new Space({ x0: real(0, 1), x1: integer(0, 20) });
  expect(isSolved(problemOf(mixed), dataset(mixed, [{ name: 'f' }], x, y))).toBe(false);
});

test.each([
  ['waves', (u: Float64Array) => sum(u, (v) => Math.cos(7 * v)), 0],
  ['a plane that is seen to end at row 40', (u: Float64Array) => sum(u, (v) => v) + Math.max(0, u[0] - 0.9), 40],
] as const)('%s are told from few rows, however many there are', (_, answer, flat) => {
  const looked = (n: number) => {
    const { space } = problemOf(cube(4));
    const all = points(space, 2 * n, new Rng('solved/many'));
    const ordered = Array.from({ length: all.rows }, (_, i) => i).filter((i) => i >= flat || all.get(i, 0) < 0.9);
    const x = all.select(ordered.slice(0, n));
    const y = Matrix.from(Array.from({ length: n }, (_, i) => [answer(x.row(i))]));
    const known = dataset(space, [{ name: 'f' }], x, y);
    const problem = problemOf(space);
    problem.score(known.x, known.y);
    const rows = vi.spyOn(Matrix.prototype, 'row');
    problem.score(known.x, known.y);
    const scoring = rows.mock.calls.length;
    expect(isSolved(problem, known)).toBe(false);
    const count = rows.mock.calls.length - 2 * scoring;
    rows.mockRestore();
    return count;
  };
  const few = looked(200);
  expect(few).toBeLessThan(1000);
  expect(looked(800)).toBe(few);
});

test('noisy answers are never called solved', async () => {
  const { space } = problemOf(cube(2));
  const x = points(space, 30, new Rng('solved')).stack(Matrix.from([[0.5, 0.5]]));
  const y = Matrix.from(Array.from({ length: x.rows }, (_, i) => [sum(x.row(i), (v) => (v - 0.5) ** 2)]));
  const knowledge = {
    history: dataset(space, [{ name: 'f' }], x, y),
    pending: new Matrix(0, 2),
    remaining: 10,
  };
  const asked = (stochastic: boolean) =>
    autoOptimizer({ surrogate: kernelSurrogate(), search: { raw: 64, starts: 3 }, stochastic }).suggest(
      problemOf(space),
      knowledge,
      1,
      testRun('solved'),
    );
  expect((await asked(false)).stop).toBe('solved');
  const { x: next, stop } = await asked(true);
  expect([next.rows, stop]).toEqual([1, undefined]);
});
