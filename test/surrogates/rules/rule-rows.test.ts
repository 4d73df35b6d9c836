import { expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { pauser } from '../../../src/core/pause.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { ruleRows } from '../../../src/surrogates/rules/rule-rows.ts';
import { binnedRows } from '../../../src/surrogates/rules/test-bins.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const wide = new Space(Object.fromEntries(Array.from({ length: 10 }, (_, j) => [`x${j}`, real(0, 1)] as const)));
const data = labeled(wide, outputList({ y: {} }), 20, () => [0]);

test.each([
  ['sorted', ruleRows, 5],
  ['put in bins', binnedRows, 15],
])('a run can be cancelled between two columns that are %s', async (_, prepare, at) => {
  const stop = new AbortController();
  const pause = pauser(testRun('7', { signal: stop.signal }));
  let pauses = 0;
  const prepared = prepare(data, () => {
    pauses += 1;
    if (pauses === at) stop.abort();
    return pause();
  });
  await expect(prepared).rejects.toMatchObject({ code: 'cancelled' });
  expect(pauses).toBe(at);
});
