import { expect, test } from 'vitest';
import { race } from '../../../src/study/search/race.ts';

const rising = (at: number, value: number, runs = 50) =>
  Array.from({ length: runs }, (_, i) => (i + 1 < at ? 1 : value));

test('the direct optimizer that reaches the target first is raced against, not the one that ends a little better', () => {
  const direct = new Map([
    ['ends best', rising(40, 100)],
    ['gets there first', rising(12, 99.5)],
    ['misses it', rising(3, 90)],
  ]);
  expect(race('maximize', rising(4, 99.2, 20), direct)).toEqual({
    ...{ direct: 'gets there first', directBest: 100, target: 99 },
    ...{ directEvaluations: 12, assistedEvaluations: 4, assistedBudget: 20 },
  });
});

test('where nothing is feasible there is no target', () => {
  const nothing = [null, null];
  expect(race('minimize', [3], new Map([['random', nothing]]))).toMatchObject({
    ...{ direct: 'random', directBest: null, target: null, directEvaluations: null, assistedEvaluations: null },
  });
  expect(race('minimize', [3], new Map())).toBeUndefined();
});
