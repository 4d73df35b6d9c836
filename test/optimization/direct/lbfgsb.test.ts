import { expect, test } from 'vitest';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { lbfgsb } from '../../../src/optimization/direct/lbfgsb.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { minimizerLaws, wavyBowl } from '../../../src/testing/minimizer-laws.ts';
import { cube } from '../../../src/testing/problems.ts';

minimizerLaws('multi-start L-BFGS-B', lbfgsb());

test('finds the bottom of a bowl with about a thousand dents to ten digits', async () => {
  const space = cube(3);
  const found = await lbfgsb().minimize(wavyBowl(space), space, new Matrix(0, 3), testRun('test'));
  expect(found.value).toBeLessThan(1e-10);
});

test('says what to use when there is no gradient', async () => {
  const space = cube(3);
  const { value } = wavyBowl(space);
  await expect(lbfgsb().minimize({ value }, space, new Matrix(0, 3), testRun('test'))).rejects.toThrow(
    /gradient.*cmaEs/,
  );
});
