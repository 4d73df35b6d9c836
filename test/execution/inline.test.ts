import { expect, test } from 'vitest';
import { inlineExecutor } from '../../src/execution/inline.ts';
import chaos from '../fixtures/chaos.ts';
import { chaosTask, evaluateAll, testRun } from '../fixtures/chaos-tasks.ts';
import { executorLaws } from '../laws/executor-laws.ts';

executorLaws('inlineExecutor', (wishes) => inlineExecutor(wishes));
executorLaws('inlineExecutor with a concurrency', (wishes) => inlineExecutor({ ...wishes, concurrency: 3 }));

/** The largest number of evaluations that were under way at once. */
async function widest(concurrency: number, limit?: number): Promise<number> {
  let now = 0;
  let most = 0;
  const simulator = {
    ...chaos,
    ...(limit !== undefined && { concurrency: limit }),
    async run() {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return { f: 0, g: 0 };
    },
  };
  const tasks = Array.from({ length: 12 }, (_, i) => chaosTask('fine', 1, String(i)));
  for await (const group of inlineExecutor({ concurrency }).evaluate(simulator, tasks, testRun()))
    for (const { status } of group) expect(status).toBe('completed');
  return most;
}

test('as many evaluations wait at once as the concurrency says, and no more than the simulator admits', async () => {
  expect(await widest(4)).toBe(4);
  expect(await widest(1)).toBe(1);
  expect(await widest(4, 2)).toBe(2);
  expect(await widest(2, 9)).toBe(2);
});

test('what is finished is handed out while another evaluation goes on, which is stopped when the consumer leaves', async () => {
  const stopped: string[] = [];
  const simulator = {
    ...chaos,
    async run({ x }: { x: number }, { signal }: { signal: AbortSignal }) {
      if (x > 1) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      if (signal.aborted) stopped.push('stopped');
      return { f: x, g: 0 };
    },
  };
  const tasks = [2, 1, 1].map((x, i) => chaosTask('fine', x, String(i)));
  const seen: string[] = [];
  for await (const group of inlineExecutor({ concurrency: 2 }).evaluate(simulator, tasks, testRun())) {
    seen.push(...group.map(({ id }) => id));
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['1', '2']);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(stopped).toEqual(['stopped']);
});

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

test('the concurrency must be a positive integer', () => {
  expect(() => inlineExecutor({ concurrency: 0 })).toThrow('concurrency must be a positive integer, got 0');
});
