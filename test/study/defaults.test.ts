import { expect, test } from 'vitest';
import type { Optimizer } from '../../src/core/optimizer.ts';
import { outputList } from '../../src/core/output.ts';
import { Problem } from '../../src/core/problem.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { autoOptimizer } from '../../src/optimization/auto/auto.ts';
import { defaultOptimizer } from '../../src/study/defaults.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = outputList({ y: {}, g: {} });
const objective = {
  sense: 'minimize',
  text: 'y',
  reads: ['y'],
  evaluate: (_: unknown, { y }: Record<string, unknown>) => Number(y),
} as const;
const modeled = {
  text: 'g <= 0',
  kind: 'inequality',
  reads: ['g'],
  evaluate: (_: unknown, o: Record<string, unknown>) => Number(o.g),
} as const;
const closed = {
  text: 'a <= 0.8',
  kind: 'inequality',
  reads: [],
  evaluate: ({ a }: Record<string, unknown>) => Number(a) - 0.8,
} as const;
const history = labeled(space, outputs, 20, ([a, b, c]) => [Math.sin(5 * a) + b * b - c * a, b - 0.7]);

/** What is proposed after the first rows, one more each time: engines without a prior have some of the turns. */
async function next(optimizer: Optimizer, problem: Problem): Promise<Float64Array[]> {
  const proposals: Float64Array[] = [];
  for (let n = 8; n <= history.size; n += 3) {
    const known = history.select(Array.from({ length: n }, (_, i) => i));
    const knowledge = { history: known, pending: new Matrix(0, 3), remaining: 10 };
    proposals.push((await optimizer.suggest(problem, knowledge, 1, testRun('defaults'))).x.row(0));
  }
  return proposals;
}

const drawnTo = (prior: 'median' | 'mode', stochastic: boolean) =>
  autoOptimizer({ surrogate: gaussianProcess({ transform: 'none', calibrate: false, prior }), stochastic });

test.each([
  ['without constraints', [], false],
  ['under a closed form of the inputs', [closed], false],
  ['under a modeled constraint', [modeled], false],
  ['of noisy answers', [], true],
])(
  'the default search %s draws lengthscales to the mode of their prior',
  { tags: ['slow'] },
  async (_, constraints, stochastic) => {
    const problem = new Problem(space, outputs, [objective], constraints);
    const u = await next(defaultOptimizer(problem, stochastic), problem);
    expect(u).toEqual(await next(drawnTo('mode', stochastic), problem));
    expect(u).not.toEqual(await next(drawnTo('median', stochastic), problem));
  },
);
