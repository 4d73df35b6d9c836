import { expect, test } from 'vitest';
import { SharedBatch } from '../../src/execution/shared-batch.ts';
import { performOrder } from '../../src/execution/worker.ts';
import { chaosTask } from '../fixtures/chaos-tasks.ts';

/** A batch whose worker stands still for a moment between the announcement of a task and the task's own clock. */
class HaltingBatch extends SharedBatch {
  override point(k: number): Float64Array {
    for (const end = performance.now() + 60; performance.now() < end; );
    return super.point(k);
  }
}

test('a simulator that obeys when its time is over is out of time, also on a worker that was held up', async () => {
  const task = chaosTask('obeys', 1, 'obeys');
  const batch = new HaltingBatch({ count: 1, inputs: task.u.length, outputs: 2 });
  batch.points.set(task.u);
  const source = { module: new URL('../fixtures/chaos.ts', import.meta.url).href };
  await performOrder(batch, { source, streams: [task.stream], timeLimit: 100, alone: false });
  expect(batch.results(0, 1, 0).outcomes).toMatchObject([{ cause: 'timed-out', reason: 'longer than 100 ms' }]);
});
