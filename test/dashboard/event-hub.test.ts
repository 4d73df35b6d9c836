import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { EventHub } from '../../src/dashboard/event-hub.ts';

test('a page that came while the studies were read is sent away where the dashboard was closed meanwhile', async () => {
  let read = (): void => undefined;
  const studies = {
    look: () => new Promise<void>((resolve) => (read = resolve)),
    cards: () => [],
    news: () => [],
  };
  const told: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    destroyed: false,
    writeHead: () => undefined,
    write: (text: string) => told.push(text),
    end() {
      response.destroyed = true;
      response.emit('close');
    },
  });
  const hub = new EventHub(studies as never);
  const joined = hub.join({ method: 'GET' } as never, response as never);
  hub.close();
  read();
  await Promise.race([joined, new Promise((resolve) => setTimeout(resolve, 1000))]);
  expect(response.destroyed).toBe(true);
  expect(told).toEqual([]);
  await joined;
});
