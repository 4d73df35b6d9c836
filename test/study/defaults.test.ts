import { expect, test } from 'vitest';
import type { Optimizer } from '../../src/core/optimizer.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/parameter.ts';
import { Problem } from '../../src/core/problem.ts';
import { Space } from '../../src/core/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { autoOptimizer } from '../../src/optimization/auto.ts';
import { defaultOptimizer, searchSurrogate } from '../../src/study/defaults.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labelled, testRun } from '../fixtures/labelled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = outputList({ y: {}, g: {} });
const objective = {
  sense: 'minimize',
  text: 'y',
  reads: ['y'],
  evaluate: (_: unknown, { y }: Record<string, unknown>) => Number(y),
} as const;
const modelled = {
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
const history = labelled(space, outputs, 9, ([a, b, c]) => [Math.sin(5 * a) + b * b - c * a, b - 0.7]);

async function next(optimizer: Optimizer, problem: Problem): Promise<Float64Array> {
  const knowledge = { history, pending: new Matrix(0, 3), remaining: 10 };
  return (await optimizer.suggest(problem, knowledge, 1, testRun('defaults'))).x.row(0);
}

const averaged = () => autoOptimizer({ surrogate: gaussianProcess({ transform: 'none', calibrate: false, draws: 8 }) });
const single = (stochastic = false) => autoOptimizer({ surrogate: searchSurrogate(), stochastic });

test.each([
  ['without constraints', []],
  ['under a closed form of the inputs', [closed]],
])('the default search %s averages over hyper-parameters', async (_, constraints) => {
  const problem = new Problem(space, outputs, [objective], constraints);
  const u = await next(defaultOptimizer(problem), problem);
  expect(u).toEqual(await next(averaged(), problem));
  expect(u).not.toEqual(await next(single(), problem));
});

test('with a modelled constraint or noise it does not', async () => {
  const constrained = new Problem(space, outputs, [objective], [modelled]);
  expect(await next(defaultOptimizer(constrained), constrained)).toEqual(await next(single(), constrained));
  const noisy = new Problem(space, outputs, [objective], []);
  expect(await next(defaultOptimizer(noisy, true), noisy)).toEqual(await next(single(true), noisy));
});
