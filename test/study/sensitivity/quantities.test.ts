import { expect, test } from 'vitest';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { problemOf } from '../../../src/study/scenario/goal.ts';
import { quantitiesOf } from '../../../src/study/sensitivity/effects.ts';

test('the first of several objectives has one value for each row', async () => {
  const space = new Space({ x: real(0, 1) });
  const outputs = [{ name: 'f' }, { name: 'g' }];
  const problem = await problemOf({ maximize: ['2 * f', '3 * g'] }, space, outputs);
  const [first, ...others] = quantitiesOf(outputs, problem);
  expect([first.name, ...others.map(({ name }) => name)]).toEqual(['2 * f', 'f', 'g']);
  const values = first.of(
    new Matrix(3, 1),
    Matrix.from(
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      2,
    ),
  );
  expect([...values]).toEqual([2, 4, 6]);
});
