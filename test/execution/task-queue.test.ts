import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Task } from '../../src/core/evaluation.ts';
import { Room, TaskQueue } from '../../src/execution/task-queue.ts';

const u = Float64Array.of(0.5);

function queueOf(count: number, workers: number) {
  let drawn = 0;
  function* tasks(): Generator<Task> {
    for (; drawn < count; ) {
      drawn++;
      yield { id: String(drawn), u, stream: '' };
    }
  }
  return { queue: new TaskQueue(tasks(), workers), drawn: () => drawn };
}

/** Sizes of the batches when every task takes `pace` milliseconds. */
function sizes(count: number, workers: number, pace: number): number[] {
  const { queue } = queueOf(count, workers);
  const list: number[] = [];
  for (let next = queue.next(); next; next = queue.next()) {
    list.push(next.tasks.length);
    queue.learn(next.tasks.length, pace * next.tasks.length);
  }
  return list;
}

test('long tasks go one by one, drawn when they are handed out', () => {
  expect(sizes(20, 4, 100)).toEqual(Array(20).fill(1));
  const { queue, drawn } = queueOf(100, 4);
  queue.next();
  queue.next();
  expect(drawn()).toBe(2);
});

test('short tasks go in batches of about 50 ms, which grow from one and shrink towards the end', () => {
  const list = sizes(2000, 2, 1);
  expect(list.reduce((a, b) => a + b)).toBe(2000);
  expect(list.slice(0, 4)).toEqual([1, 8, 50, 50]);
  expect(Math.max(...list)).toBe(50);
  expect(list.slice(-3).every((size) => size <= 4)).toBe(true);
});

test('the tail of tiny tasks is not split into crumbs', () => {
  expect(sizes(100_000, 2, 0.005).length).toBeLessThan(80);
});

test('what comes back is handed out first, a suspect alone', () => {
  const { queue } = queueOf(10, 1);
  const [first] = (queue.next() as { tasks: Task[] }).tasks;
  queue.learn(1, 5);
  queue.putBack([first]);
  expect((queue.next() as { tasks: Task[] }).tasks.slice(0, 2).map(({ id }) => id)).toEqual(['1', '2']);
  queue.putBackSuspect(first);
  expect(queue.next()).toEqual({ tasks: [first], alone: true });
});

test('closing returns what was drawn and not handed out', () => {
  const { queue, drawn } = queueOf(1000, 2);
  const given = (queue.next() as { tasks: Task[] }).tasks.length;
  queue.learn(1, 1);
  const more = (queue.next() as { tasks: Task[] }).tasks.length;
  expect(queue.close().length).toBe(drawn() - given - more);
  expect(queue.next()).toBeUndefined();
});

test('so many are in a room at once, who waits longest comes first, and who gives up takes no place', async () => {
  const room = new Room(2);
  const never = new AbortController().signal;
  const impatient = new AbortController();
  const leave: (() => void)[] = [];
  const entered: string[] = [];
  const enter = (name: string, signal = never) =>
    room.within(signal, () => {
      entered.push(name);
      return new Promise<void>((resolve) => leave.push(resolve));
    });
  const all = [enter('a'), enter('b')];
  const given = enter('c', impatient.signal);
  all.push(enter('d'), enter('e'));
  await turn();
  expect(entered).toEqual(['a', 'b']);
  impatient.abort(new Error('no longer'));
  await expect(given).rejects.toThrow('no longer');
  leave[1]();
  await turn();
  expect(entered).toEqual(['a', 'b', 'd']);
  await expect(room.within(AbortSignal.abort(new Error('too late')), async () => entered.push('f'))).rejects.toThrow(
    'too late',
  );
  for (let k = 0; k < 4; k++) {
    leave[k]();
    await turn();
  }
  await Promise.all(all);
  expect(entered).toEqual(['a', 'b', 'd', 'e']);
});
