import { describe, expect, test, vi } from 'vitest';
import type { ProbabilisticModel } from '../../../src/core/model.ts';
import type { AcquisitionView } from '../../../src/core/optimizer.ts';
import { Problem } from '../../../src/core/problem.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { furthestEnd, idleRows } from '../../../src/optimization/bayesian/front-ends.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';
import { bounded, cube, output } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

// Files of this kind share what is loaded: it is loaded anew, so that the search sees the mock.
vi.hoisted(() => vi.resetModules());

vi.mock(import('../../../src/optimization/bayesian/front-ends.ts'), async (original) => {
  const actual = await original();
  return { ...actual, idleRows: vi.fn(actual.idleRows) };
});

const names = ['f0', 'f1'];
const problemWith = (constraints: Problem['constraints']) =>
  new Problem(
    cube(2),
    [...names, ...constraints.flatMap(({ reads }) => reads)].map((name) => ({ name })),
    names.map(output),
    constraints,
  );
const plain = problemWith([]);
const limited = problemWith([bounded('g')]);

/** Ten rows along a front from (0, 1) to (1, 0), where the limit holds. */
const along = ({ space, outputs }: Problem) =>
  labeled(space, outputs, 10, (u) => [u[0], 1 - u[0], -1].slice(0, outputs.length));

/** What the k-th end is to become longer by, as a share of the front's range. */
type Lengths = readonly [number, number];

/** The turn of `row`, with a model that knows a longer front beyond each end: the point of the end that is chosen, (k, k). */
function chosen(problem: Problem, row: number, counts: readonly number[], lengths: Lengths): number | undefined {
  const model = {
    predict: (x: Matrix) => Matrix.from(Array.from({ length: x.rows }, (_, i) => [i % 2, i % 2, -9])),
    posterior: (x: Matrix) => ({
      mean: Matrix.from([[0, 1].map((k) => (x.get(0, 0) === k ? -lengths[k] : 0.5)).concat(-9)]),
      variance: Matrix.from([[1e-16, 1e-16, 1e-16]]),
    }),
  } as unknown as ProbabilisticModel;
  const front = Matrix.from([
    [0, 1],
    [1, 0],
  ]);
  const view: AcquisitionView = { model, problem, history: along(problem), pending: new Matrix(0, 2), front };
  const ends = (_: unknown, k: number) => Float64Array.of(k, k);
  return furthestEnd(problem, view, { row, idle: () => counts }, ends)?.[0];
}

/** Which of the next four rows, from row 12 on, are for an end. */
const turns = (problem: Problem, counts: readonly number[], lengths: Lengths) =>
  [12, 13, 14, 15].map((row) => chosen(problem, row, counts, lengths) !== undefined);

describe('ends of a front', () => {
  test('without limits have every second row while one became longer lately, and then every fourth', () => {
    expect(turns(plain, [0, 0], [0.02, 0])).toEqual([true, false, true, false]);
    expect(turns(plain, [9, 1], [0.02, 0])).toEqual([true, false, false, false]);
    expect(turns(plain, [9, 0], [0.02, 0])).toEqual([true, false, true, false]);
    expect(turns(plain, [0, 0], [0.005, 0.005])).toEqual([false, false, false, false]);
  });

  test('under limits have the rows for which they promise enough', () => {
    expect(turns(limited, [0, 0], [0.02, 0])).toEqual([true, false, false, false]);
    expect(turns(limited, [0, 0], [0.06, 0])).toEqual([true, false, true, false]);
    expect(turns(limited, [0, 0], [0.2, 0])).toEqual([true, true, true, true]);
    expect(turns(limited, [0, 0], [0.005, 0])).toEqual([false, false, false, false]);
  });

  test('under limits are believed the less the longer an end has not become longer', () => {
    expect(turns(limited, [4, 0], [0.2, 0])).toEqual([true, false, true, false]);
    expect(turns(limited, [0, 4], [0.2, 0])).toEqual([true, true, true, true]);
    expect(turns(limited, [40, 0], [0.1, 0])).toEqual([false, false, false, false]);
    expect(chosen(limited, 12, [0, 0], [0.2, 0.15])).toBe(0);
    expect(chosen(limited, 12, [4, 0], [0.2, 0.15])).toBe(1);
    expect(chosen(plain, 12, [4, 0], [0.2, 0.15])).toBe(0);
  });

  test('have not become longer by the rows within the limits that are at them, and without limits by all', () => {
    const idle = (problem: Problem, ...rows: number[][]) => {
      const y = rows.map((row) => row.slice(0, problem.outputs.length));
      const x = Matrix.from(rows.map((_, i) => [i / rows.length, 0]));
      return idleRows(problem, dataset(problem.space, problem.outputs, x, Matrix.from(y)), 2);
    };
    const ends = [
      [0, 1, -1],
      [1, 0, -1],
    ];
    const [inside, near, beyond] = [
      [0.5, 0.5, -1],
      [0.02, 0.99, -1],
      [-0.5, 1.2, -1],
    ];
    expect(idle(limited, ...ends, inside)).toEqual([0, 0]);
    expect(idle(limited, ...ends, near, near, inside)).toEqual([2, 0]);
    expect(idle(limited, ...ends, [-0.5, 1.2, 1], near)).toEqual([1, 0]);
    expect(idle(limited, ...ends, near, beyond)).toEqual([0, 0]);
    expect(idle(plain, ...ends, inside, near)).toEqual([2, 2]);
    expect(idle(plain, ...ends, inside, beyond)).toEqual([0, 2]);
  });

  test('are looked back at once for the points of a batch, and not for rows without a turn', async () => {
    const suggest = (count: number, size: number) => {
      vi.mocked(idleRows).mockClear();
      const history = labeled(plain.space, plain.outputs, size, (u) => [u[0], 1 - u[0] + u[1]]);
      const optimizer = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 16, starts: 1 } });
      return optimizer.suggest(plain, { history, pending: new Matrix(0, 2), remaining: 9 }, count, testRun('ends'));
    };
    expect((await suggest(1, 11)).x.rows).toBe(1);
    expect(idleRows).toHaveBeenCalledTimes(0);
    expect((await suggest(6, 11)).x.rows).toBe(6);
    expect(idleRows).toHaveBeenCalledTimes(1);
  });
});
