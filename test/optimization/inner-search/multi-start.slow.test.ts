import { expect, test } from 'vitest';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { logExpectedImprovement } from '../../../src/optimization/acquisition/log-expected-improvement.ts';
import { lowerConfidenceBound } from '../../../src/optimization/acquisition/lower-confidence-bound.ts';
import { multiStart } from '../../../src/optimization/inner-search/multi-start.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const mixed = new Space({
  a: real(0, 1),
  b: real(0, 1, { periodic: true }),
  n: integer(0, 200),
  k: categorical('p', 'q', 'r', 's'),
  e: real(0, 1, { activeWhen: { k: ['p', 'q'] } }),
});
const listed = new Space({ n: integer(0, 9), m: integer(0, 9), k: categorical('p', 'q', 'r') });

const wavy = (u: Float64Array) => [u.reduce((sum, v, j) => sum + Math.sin(7 * v + j) + (v - 0.4) ** 2, 0)];

test.each([
  ['two dimensions', cube(2)],
  ['six dimensions', cube(6)],
  ['a mixed space', mixed],
  ['a small finite space', listed],
])('an acquisition is maximized at least as well as by the best of 20,000 random points, in %s', async (_, space) => {
  for (const seed of [1, 2, 3]) {
    const problem = problemOf(space);
    const history = labeled(space, problem.outputs, 15, wavy, `multi-start/${seed}`);
    const model = await kernelSurrogate().fit(history, testRun('fit'));
    const incumbent = Math.min(...history.y.data);
    const view = { model, problem, history, pending: new Matrix(0, space.dimension), incumbent };
    const best = history.x.select([history.y.data.indexOf(incumbent)]);
    for (const acquisition of [logExpectedImprovement(), lowerConfidenceBound()]) {
      const criterion = acquisition(view, testRun('acquisition'));
      const negative = {
        value: (x: Matrix) => criterion.value(x).map((v) => -v),
        gradient: (u: Float64Array) => {
          const { value, gradient } = criterion.gradient!(u);
          return { value: -value, gradient: gradient.map((g) => -g) };
        },
      };
      const many = Math.max(...criterion.value(points(space, 20_000, new Rng(`many/${seed}`))));
      const { x, values } = multiStart(negative, space, best, testRun(`search/${seed}`));
      expect(-values[0]).toBeGreaterThanOrEqual(many - 1e-9 * Math.abs(many));
      expect(criterion.value(x.select([0]))[0]).toBe(-values[0]);
      expect([...values]).toEqual([...values].sort((a, b) => a - b));
      const blind = multiStart({ value: negative.value }, space, best, testRun(`search/${seed}`));
      expect(-blind.values[0]).toBeGreaterThanOrEqual(many - 1e-3 * Math.abs(many));
    }
  }
});
