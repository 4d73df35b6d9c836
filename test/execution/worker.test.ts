import { expect, test } from 'vitest';
import { SharedBatch } from '../../src/execution/shared-batch.ts';
import { performOrder } from '../../src/execution/worker.ts';
import { chaosTask, type Mode } from '../fixtures/chaos-tasks.ts';

/** What comes of runs that behave so, on a worker that keeps its batch in its own way. */
async function performed(Batch: typeof SharedBatch, modes: readonly Mode[], timeLimit: number) {
  const tasks = modes.map((mode) => chaosTask(mode, 1, mode));
  const batch = new Batch({ count: tasks.length, inputs: tasks[0].u.length, outputs: 2, shares: 0 });
  batch.points.set(tasks.flatMap(({ u }) => [...u]));
  const source = { module: new URL('../fixtures/chaos.ts', import.meta.url).href };
  await performOrder(batch, {
    source,
    streams: tasks.map(({ stream }) => stream),
    timeLimit,
    alone: false,
    patience: 1,
  });
  return batch.results(0, tasks.length, 0).outcomes;
}

/** A batch whose worker stands still for a moment between the announcement of a task and the task's own clock. */
class HaltingBatch extends SharedBatch {
  override point(k: number): Float64Array {
    for (const end = performance.now() + 60; performance.now() < end; );
    return super.point(k);
  }
}

test('a simulator that obeys when its time is over is out of time, also on a worker that was held up', async () => {
  const outcomes = await performed(HaltingBatch, ['obeys'], 100);
  expect(outcomes).toMatchObject([{ cause: 'timed-out', reason: 'longer than 100 ms' }]);
});

/** A batch whose announcements take their time, as those of a process whose channel is full. */
class SlowBatch extends SharedBatch {
  override async begin(): Promise<void> {
    if (this.finished > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    await super.begin();
  }
}

test('a simulator is not told to stop for the time that passed before it began', async () => {
  const outcomes = await performed(SlowBatch, ['fine', 'obeys'], 50);
  expect(outcomes).toMatchObject([{ status: 'completed' }, { cause: 'timed-out' }]);
});
