import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { ExtendableModel, ProbabilisticModel, Surrogate } from '../../../src/core/model.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import type { Fidelity } from '../../../src/study/chain/fidelity.ts';
import { GOAL, learningOf } from '../../../src/study/chain/learning.ts';

const space = new Space({ x: real(0, 1) });
const run = { rng: new Rng('learning'), clock: () => 0 };

function line(n: number): Dataset {
  const x = Matrix.from(Array.from({ length: n }, (_, i) => [(i + 0.5) / n]));
  const rows = Array.from({ length: n }, (_, i) => ({ id: `r/${i}`, status: 'completed' as const, milliseconds: 1 }));
  return new Dataset(space, [{ name: 'y' }], x, new Matrix(n, 1, x.data.slice()), rows);
}

/** Predicts y with a relative error of 1 / n, of either sign: 1 - q2 falls with the square of n. */
const exact: Surrogate = {
  name: 'exact but for 1/n',
  fit: async (data) => ({
    health: { points: data.size, notes: [] },
    predict: (x) =>
      new Matrix(
        x.rows,
        1,
        x.data.map((u, i) => u + (i % 2 === 0 ? 1 : -1) * (3 / data.size)),
      ),
  }),
};

const fidelity = (q2: number): Fidelity[] => [
  {
    kind: 'number',
    output: 'y',
    method: 'leave-one-out',
    points: 40,
    q2,
    nrmse: Math.sqrt(1 - q2),
    parity: [],
  },
];

/** Its deviation is 0.2 / n, and whatever it is told counts as a point. */
function sure(n: number): ProbabilisticModel & Pick<ExtendableModel<ProbabilisticModel>, 'conditioned' | 'extended'> {
  const predict = (x: Matrix) => new Matrix(x.rows, 1, x.data.slice());
  return {
    health: { points: n, notes: [] },
    predict,
    posterior: (x) => ({
      mean: predict(x),
      variance: new Matrix(
        x.rows,
        1,
        x.data.map(() => (0.2 / n) ** 2),
      ),
    }),
    conditioned: (x) => sure(n + x.rows),
    extended: () => undefined,
  };
}

const plain = (n: number) => exact.fit(line(n), run);

test('a process foresees how the expected error falls with more points', async () => {
  const [curve] = (await learningOf(exact, sure(40), line(40), fidelity(0.98), [0.05], run)) ?? [];
  expect(curve.nrmse).toBe(0.05);
  expect(curve.doubledNrmse).toBeCloseTo(0.025, 12);
  // The larger of what is expected now and the error at left-out points has to fall to 0.1, at a rate of 1.
  expect(curve.pointsToGoal).toBe(Math.ceil((40 * Math.sqrt(0.02)) / 0.1));
});

test('the error is taken to fall as a power of the number of points', async () => {
  const [half] = (await learningOf(exact, await plain(40), line(40), fidelity(0.999), [0.03], run)) ?? [];
  expect(half).toMatchObject({ output: 'y', halfPoints: 20, points: 40, q2: 0.999, pointsToGoal: null });
  const error = 1 - half.halfQ2;
  expect(error).toBeCloseTo(0.15 ** 2 / (1 / 12), 1);
  // A quarter of that error with twice the points is a rate of 2: ten times too much error takes sqrt(10) times the points.
  const whole = 1 - error / 4;
  const [promised] =
    (await learningOf(exact, await plain(40), line(40), fidelity(whole), [Math.sqrt(1 - whole)], run)) ?? [];
  expect(promised.doubledNrmse).toBeCloseTo(Math.sqrt(error) / 4, 9);
  expect(promised.pointsToGoal).toBe(Math.ceil(40 * Math.sqrt((1 - whole) / (1 - GOAL))));
});

test('nothing is promised when the error does not fall, and nothing is said of small designs', async () => {
  const [stuck] = (await learningOf(exact, await plain(40), line(40), fidelity(0.2), [0.9], run)) ?? [];
  expect(stuck.pointsToGoal).toBeNull();
  expect(await learningOf(exact, await plain(15), line(15), fidelity(0.5), [0.7], run)).toBeUndefined();
});
