import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelDesk } from '../../src/dashboard/models/model-desk.ts';
import { modelMap } from '../../src/dashboard/models/model-map.ts';
import { withSource } from '../../src/dashboard/models/model-source.ts';
import type { WirePart } from '../../src/dashboard/shared/wire.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { EVIL, finishedStudy, newFolder } from './stores.ts';

const path = join(newFolder(), 'finished.sqlite');
const signal = new AbortController().signal;

beforeAll(() => finishedStudy(path));
afterAll(() => rmSync(dirname(path), { recursive: true }));

const mapOf = (choice: Parameters<typeof modelMap>[1]) => withSource(path, async (source) => modelMap(source, choice));

test('a map shows a quantity of a kept model over two inputs, what is forbidden, and how unsure the model is', async () => {
  const { title, html } = await mapOf({ quantity: 'depth', over: ['b', 'a'] });
  expect(title).toBe('depth, by surrogate');
  expect(html.match(/<svg/g)).toHaveLength(2);
  expect(html).toContain('depth over a and b, the others as at the best point');
  expect(html).toContain('class="hatch"');
  expect(html).toContain('standard deviation of depth [m]');
  expect((await mapOf({ quantity: `weight ${EVIL}`, over: ['a', 'kind'] })).html).not.toContain('<img');
});

test('a map of a conformal model shows how wide the intervals are that it claims', async () => {
  const own = join(dirname(path), 'conformal.sqlite');
  await finishedStudy(own, conformal(responseSurface()));
  const { html } = await withSource(own, async (source) => modelMap(source, { quantity: 'depth', over: ['a', 'b'] }));
  expect(html).toContain('half the width of its 95 % interval');
  expect(html).not.toContain('standard deviation');
});

test('what is not there is refused by name', async () => {
  await expect(mapOf({ stage: 'tree', over: [] })).rejects.toThrow("no model of a stage 'tree'; there are surrogate");
  await expect(mapOf({ quantity: 'dept', over: [] })).rejects.toThrow("there is no 'dept'; did you mean depth?");
  await expect(mapOf({ over: ['a', 'c'] })).rejects.toThrow("there is no 'c'");
  for (const over of [['a'], ['a', 'a'], ['a', 'b', 'kind']])
    await expect(mapOf({ over })).rejects.toThrow('a map is over two inputs');
});

test('models are asked in another process, some at a time', { tags: ['slow'] }, async () => {
  const desk = new ModelDesk();
  const ask = async (over: string[]) => JSON.parse(await desk.ask({ path, map: { over } }, signal)) as WirePart[];
  const [[one], refused, gone] = await Promise.all([
    ask(['a', 'b']),
    ask(['a', 'c']).catch((error) => error),
    desk.ask({ path }, AbortSignal.abort()).catch((error) => error),
  ]);
  expect(one.title).toBe('depth, by surrogate');
  expect(refused).toMatchObject({ status: 404, message: expect.stringContaining("there is no 'c'") });
  expect(gone.constructor.name).toBe('Gone');
  await expect(desk.ask({ path: `${path}-none` }, signal)).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('there is no store'),
  });
  const waiting = await Promise.allSettled(Array.from({ length: 20 }, () => ask(['a', 'b'])));
  const turnedAway = waiting.filter(({ status }) => status === 'rejected');
  expect(turnedAway).toHaveLength(4);
  expect(turnedAway[0]).toMatchObject({ reason: { status: 503 } });
  desk.close();
  await expect(ask(['a', 'b'])).rejects.toMatchObject({ status: 503, message: 'the server is closing' });
});

test('a process that ended while it was asked nothing is begun anew by the next question', {
  tags: ['slow'],
}, async () => {
  const desk = new ModelDesk();
  const ask = () => desk.ask({ path, map: { over: ['a', 'b'] } }, signal);
  const first = await ask();
  process.kill(desk.process as number, 'SIGKILL');
  while (desk.process !== undefined) await new Promise(setImmediate);
  expect(await ask()).toBe(first);
  desk.close();
});

test('a model that takes too long is given up, and the next question is answered', async () => {
  const desk = new ModelDesk(1);
  await expect(desk.ask({ path }, signal)).rejects.toThrow('not asked to its end within 0.001 s');
  await expect(desk.ask({ path }, signal)).rejects.toThrow('not asked to its end');
  desk.close();
});
