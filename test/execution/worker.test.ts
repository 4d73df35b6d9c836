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

/** A batch whose announcements take their time, as those of a process whose channel is full. */
class SlowBatch extends SharedBatch {
  override async begin(): Promise<void> {
    if (this.finished > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await super.begin();
  }
}

test('a simulator is not told to stop for the time that passed before it began', async () => {
  const tasks = [chaosTask('fine', 1, 'first'), chaosTask('obeys', 1, 'second')];
  const batch = new SlowBatch({ count: 2, inputs: tasks[0].u.length, outputs: 2 });
  tasks.forEach(({ u }, k) => {
    batch.point(k).set(u);
  });
  const source = { module: new URL('../fixtures/chaos.ts', import.meta.url).href };
  await performOrder(batch, { source, streams: ['first', 'second'], timeLimit: 50, alone: false });
  expect(batch.results(0, 2, 0).outcomes).toMatchObject([{ status: 'completed' }, { cause: 'timed-out' }]);
});
