import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { excessOf } from '../../../src/study/sensitivity/effects.ts';

const objective = { text: 'f', reads: ['f'], sense: 'minimize' as const, evaluate: () => 0 };
const limit = {
  text: 'f <= 0.5',
  reads: ['f'],
  kind: 'inequality' as const,
  evaluate: (_: unknown, { f }: { f?: unknown }) => Number(f) - 0.5,
};
const problem = new Problem(new Space({ x: real(0, 1) }), [{ name: 'f' }], [objective], [limit]);
/** A model that is 0.1 too large everywhere: f is x. */
const predicted = (x: Matrix) => Matrix.from(Array.from({ length: x.rows }, (_, i) => [x.get(i, 0) + 0.1]));
const at = Matrix.from([[0.4], [0.5], [0.7]]);

test('a point that the simulator allowed is allowed on pictures, however the model errs there', () => {
  const plain = [...excessOf(problem, predicted, undefined)!(at)];
  expect(plain.map((value) => value > 0)).toEqual([false, true, true]);
  const known = [...excessOf(problem, predicted, Float64Array.of(0.5))!(at)];
  expect(known.map((value) => value > 0)).toEqual([false, false, true]);
  // Where the model finds room at the point itself nothing is taken off.
  expect([...excessOf(problem, predicted, Float64Array.of(0.2))!(at)]).toEqual(plain);
});

test('an active limit whose inputs are held hides no room that another limit leaves', () => {
  const space = new Space({ x: real(0, 1), load: real(0, 1) });
  const held = {
    text: 'load >= 0.5',
    reads: ['load'],
    kind: 'inequality' as const,
    evaluate: ({ load }: { load?: unknown }) => 0.5 - Number(load),
  };
  const both = new Problem(space, [{ name: 'f' }], [objective], [limit, held]);
  const excess = excessOf(both, predicted, Float64Array.of(0.2, 0.5))!;
  const [inside, outside] = excess(
    Matrix.from([
      [0.3, 0.5],
      [0.7, 0.5],
    ]),
  );
  expect([inside, outside]).toEqual([expect.closeTo(-0.1), expect.closeTo(0.3)]);
  expect(excess(Matrix.from([[0.3, 0.4]]))[0]).toBeCloseTo(0.1);
  // At the point itself all limits are as they are there.
  expect(excess(Matrix.from([[0.2, 0.5]]))[0]).toBe(0);
});

test('without limits nothing is exceeded', () => {
  expect(excessOf(undefined, predicted, undefined)).toBeUndefined();
  expect(excessOf(new Problem(problem.space, problem.outputs, [objective]), predicted, undefined)).toBeUndefined();
});
