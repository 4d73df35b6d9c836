import { expect, test } from 'vitest';
import { Evaluator } from '../../src/explorer/page/evaluator.ts';
import type { PageData, PageProgram } from '../../src/explorer/page-data.ts';

/** The page of a model f(x) = x + 0.01 of an answer x, with the limit x <= 0.5, which is active at the best point. */
function pageWith(best: PageData['best'], also: (values: readonly number[]) => number[] = () => []): Evaluator {
  const data = {
    ...{ title: 'line', notes: [], rules: null, best },
    parameters: [{ name: 'x', spec: { kind: 'real', from: 0, to: 1 } }],
    outputs: [{ name: 'f', unit: '', classes: [], hasInterval: false, hasDomain: false }],
    objectives: [],
    constraints: [0, ...also([0, 0])].map(() => ({ text: 'a limit', isEquality: false, tolerance: 0 })),
  } as unknown as PageData;
  const answers = (x: ArrayLike<number>) => [x[0] + 0.01, x[0], 1, 1];
  const program: PageProgram = { answers, values: answers, goal: (_, [f]) => [(f as number) - 0.5, ...also([0, 0])] };
  return new Evaluator(data, program);
}

const best = { point: [0.5], name: 'best known point', words: '' };

test('what the model errs by at an allowed point forbids nothing, there or elsewhere', () => {
  const page = pageWith({ ...best, isAllowed: true });
  expect(page.at([0.5]).violation()).toBe(0);
  expect(page.at([0.52]).violation()).toBeCloseTo(0.02, 12);
  expect(page.at([0.3]).violation()).toBeCloseTo(-0.2, 12);
  // What is said of the model stays what it says.
  expect(page.at([0.5]).holds(0)).toBe(false);
});

test('a limit that is as at the allowed point, since its inputs are held, hides nothing of the room that others leave', () => {
  const page = pageWith({ ...best, isAllowed: true }, ([, held]) => [held]);
  expect(page.at([0.3]).violation()).toBeCloseTo(-0.2, 12);
  expect(page.at([0.5]).violation()).toBe(0);
});

test('where nobody has answered, a limit is where the model says', () => {
  for (const one of [null, { ...best, isAllowed: false }])
    expect(pageWith(one).at([0.5]).violation()).toBeCloseTo(0.01, 12);
});
