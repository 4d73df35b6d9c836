import { expect, test } from 'vitest';
import { integer } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { multiStart } from '../../../src/optimization/inner-search/multi-start.ts';
import { testRun } from '../../../src/testing/labeled.ts';

test('over many discrete inputs it asks for no point twice on its way, and for pairs only from the best', () => {
  const space = new Space(Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`n${j}`, integer(1, 5)])));
  const steep = (u: Float64Array) => u.reduce((sum, v, j) => sum + (1 + (j % 3)) * (v - 0.3) ** 2, 0);
  // From the best single steps only two inputs at a time lead further.
  const value = (u: Float64Array) => steep(u) + 2 * Math.abs(u[0] - u[1]) + Math.sin(9 * u[2] * u[3]);
  const asked: string[] = [];
  const criterion = {
    value: (x: Matrix) =>
      Float64Array.from({ length: x.rows }, (_, i) => {
        asked.push(x.row(i).join());
        return value(x.row(i));
      }),
  };
  const { values } = multiStart(criterion, space, new Matrix(0, 20), testRun('discrete'), { raw: 512 });
  const onTheWay = asked.slice(512);
  expect(new Set(onTheWay).size).toBe(onTheWay.length);
  // Ten descents that all moved pairs of coordinates asked for more than 4,000.
  expect(onTheWay.length).toBeLessThan(2500);
  expect(values[0]).toBeLessThan(0.3);
});
