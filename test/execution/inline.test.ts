import { expect, test } from 'vitest';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { chaosTask, evaluateAll } from '../fixtures/chaos-tasks.ts';
import { executorLaws } from '../laws/executor-laws.ts';

executorLaws('inlineExecutor', (wishes) => inlineExecutor(wishes));

test('the event loop turns while a synchronous simulator runs', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await evaluateAll(
    inlineExecutor(),
    Array.from({ length: 60 }, (_, i) => chaosTask('slow', 1, String(i))),
  );
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});

test('a time limit must be positive', () => {
  expect(() => inlineExecutor({ timeLimit: 0 })).toThrow('timeLimit must be positive, got 0');
});
