import { expect, test } from 'vitest';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { random } from '../../../src/optimization/direct/random.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { cube, problemOf, valleys } from '../../../src/testing/problems.ts';

const fitted = bayesian({ surrogate: gaussianProcess() });

test('needs a tenth of the evaluations of random search on a plain problem', async () => {
  const problem = problemOf(cube(2));
  const answer = (u: Float64Array) => [valleys(u)];
  let wins = 0;
  for (let seed = 0; seed < 5; seed++) {
    const stream = `valleys/${seed}`;
    const mine = await search(fitted, { problem, answer }, { budget: 25, stream });
    const theirs = await search(random(), { problem, answer }, { budget: 250, q: 250, stream });
    if (Math.min(...mine.history.y.data) < Math.min(...theirs.history.y.data)) wins++;
  }
  expect(wins).toBeGreaterThanOrEqual(4);
});
