import { expect, test } from 'vitest';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { problemOf } from '../../../src/study/scenario/goal.ts';
import { quantitiesOf } from '../../../src/study/sensitivity/effects.ts';

test('each of several computed objectives has one value for each row', async () => {
  const space = new Space({ x: real(0, 1) });
  const outputs = [{ name: 'f' }, { name: 'g' }];
  const problem = await problemOf({ maximize: ['2 * f', '3 * g'] }, space, outputs);
  const quantities = quantitiesOf(outputs, problem);
  expect(quantities.map(({ name }) => name)).toEqual(['2 * f', '3 * g', 'f', 'g']);
  const y = Matrix.from(
    [
      [1, 10],
      [2, 20],
      [3, 30],
    ],
    2,
  );
  const [twice, thrice] = quantities.map((quantity) => [...quantity.of(new Matrix(3, 1), y)]);
  expect(twice).toEqual([2, 4, 6]);
  expect(thrice).toEqual([30, 60, 90]);
});
