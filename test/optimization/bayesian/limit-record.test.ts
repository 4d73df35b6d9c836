import { describe, expect, test } from 'vitest';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { modelData } from '../../../src/optimization/bayesian/columns.ts';
import { isMisled, withinLevels } from '../../../src/optimization/bayesian/limit-record.ts';
import { defaultOptimizer } from '../../../src/study/defaults.ts';
import { dataset, labeled } from '../../../src/testing/labeled.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { bounded, cube, problemOf } from '../../../src/testing/problems.ts';
import { pipeNetwork, REQUIRED } from '../../fixtures/pipe-network.ts';

describe('a limit with a long tail', () => {
  test('is not jumped away from once its models are fitted again', { tags: ['slow'] }, async () => {
    const { problem, answer } = pipeNetwork(4);
    const { history } = await search(defaultOptimizer(problem), { problem, answer }, { budget: 80, stream: 'network' });
    const missed = history.y.column(0).map((head) => (REQUIRED - head) / REQUIRED);
    // A search that is misled asks for rows that miss the limit by dozens of times its size.
    expect(Math.max(...missed.subarray(60))).toBeLessThan(10);
    expect(missed.some((times) => times <= 0)).toBe(true);
  });

  test('has the size that is written, and none where it is 0', () => {
    const { problem, answer } = pipeNetwork(1);
    const known = labeled(problem.space, problem.outputs, 10, answer);
    expect(modelData(problem, known).columns[1].limit).toBe(REQUIRED);
    const plain = problemOf(cube(2), [bounded('g')]);
    const rows = labeled(plain.space, plain.outputs, 5, (u) => [u[0], u[1]]);
    expect(modelData(plain, rows).columns[1].limit).toBeUndefined();
  });
});

test('models of limits are doubted after many late rows that miss them by far, not before one keeps them', () => {
  const problem = problemOf(cube(1), [bounded('g')]);
  const misled = (...g: number[]) => {
    const x = Matrix.from(g.map((_, i) => [i / g.length]));
    const known = dataset(problem.space, problem.outputs, x, Matrix.from(g.map((value) => [0, value])));
    return isMisled(modelData(problem, known));
  };
  const early = [1, 1, 1, 1, 1, 1, 1, 1, 1];
  expect(misled(...early, 9, 9, 9, 9)).toBe(false);
  expect(misled(...early, -1, 9, 9, 9, 0.5)).toBe(false);
  expect(misled(...early, -1, 9, 9, 0.5, 9, 9)).toBe(true);
  expect(misled(...early, -1, 9, 9, 9, 9, -1, 0.5, -1, 0.5, 0.5)).toBe(false);
});

test('near the best row means a level or two of it, or another category', () => {
  const space = new Space({ a: integer(0, 9), b: integer(0, 9), c: categorical('r', 's', 't'), z: real(0, 1) });
  const at = (a: number, b: number, c: 'r' | 's' | 't', z: number) => space.encode({ a, b, c, z });
  const asked: number[] = [];
  const counting = {
    value: (x: Matrix) => {
      asked.push(x.rows);
      return x.column(3);
    },
  };
  const near = withinLevels(counting, space, at(5, 5, 'r', 0.5));
  const x = Matrix.from([
    at(5, 5, 'r', 0.9),
    at(7, 5, 'r', 0.1),
    at(6, 4, 'r', 0.2),
    at(6, 5, 't', 0.3),
    at(7, 5, 't', 0.4),
    at(5, 8, 'r', 0.4),
  ]);
  expect([...near.value(x)]).toEqual([0.9, 0.1, 0.2, 0.3, Number.NaN, Number.NaN]);
  expect(asked).toEqual([4]);
});
