import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import { FAILED, FEASIBLE, RunTable } from '../../src/dashboard/shared/run-table.ts';
import type { StudyCard, StudyDetails, WireRun } from '../../src/dashboard/shared/wire.ts';
import { Studies } from '../../src/dashboard/studies.ts';
import { CommandJournal } from '../../src/study/control/journal.ts';
import { type LiveStudy, writeLive } from '../../src/study/live/live-study.ts';
import { EVIL, evaluation, IDENTITY, newFolder, put, scenario, storeWith } from './stores.ts';

const folder = newFolder();
const path = join(folder, 'bowl.sqlite');
let store: Store;
let shown: Dashboard;

beforeAll(async () => {
  store = await storeWith(path, 50);
  shown = await dashboard([folder], { port: 0 });
});
afterAll(async () => {
  await shown.close();
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const json = async <T>(part: string): Promise<T> => (await fetch(`${shown.url}${part}`)).json() as Promise<T>;
const card = async () => (await json<StudyCard[]>('/api/studies'))[0];

describe('a study that runs', () => {
  test('is told in few words', async () => {
    expect(await card()).toMatchObject({
      ...{ name: scenario.name, state: 'running', path, runs: 50, planned: 100, failed: 7, epoch: 1 },
      // Number 25 is at a = 0.5 m.
      best: { row: 25, value: 0.25 },
      ...{ goal: 'minimize depth', unit: 'm' },
    });
  });

  test('is told in full', async () => {
    const { key } = await card();
    const details = await json<StudyDetails>(`/api/studies/${key}`);
    expect(details).toMatchObject({
      ...{ description: 'the least deep bowl', seed: 7, subject: 'bowl', phases: ['surrogate/design'], others: 0 },
      objectives: [{ text: 'depth', sense: 'minimize', unit: 'm' }],
      constraints: ['a >= 0.5 m'],
      failures: [{ cause: 'threw', count: 7, row: 48 }],
      best: { point: { a: 0.5 }, objectives: [0.25], constraints: [{ text: 'a >= 0.5 m', holds: true }] },
    });
    expect(Object.keys(details.parameters)).toEqual(['a', 'b', 'kind']);
  });

  test('has its runs as numbers, from any on', async () => {
    const { key } = await card();
    const table = new RunTable({ parameters: 3, outputs: 2, objectives: 1 });
    for (const from of [0, 30]) {
      table.count = from;
      const response = await fetch(`${shown.url}/api/studies/${key}/runs?from=${from}`);
      expect(response.headers.get('x-epoch')).toBe('1');
      expect(table.append(await response.arrayBuffer())).toBe(50 - from);
    }
    for (let i = 0; i < 50; i++) {
      const own = evaluation(i);
      expect([0, 1, 2].map((k) => table.numbers[k][i])).toEqual([...own.u].map(Math.fround));
      expect(table.milliseconds[i]).toBe(own.milliseconds);
      const answers = [3, 4].map((k) => table.numbers[k][i]);
      if (own.status === 'failed') {
        expect(answers).toEqual([Number.NaN, Number.NaN]);
        expect(table.flags[i]).toBe(FAILED);
      } else {
        expect(answers).toEqual([...own.values].map(Math.fround));
        expect(table.flags[i]).toBe(own.u[0] >= 0.25 ? FEASIBLE : 0);
      }
    }
  });

  test('tells some runs in full, with the reasons of failures', async () => {
    const { key } = await card();
    const [first, failed, none] = await json<(WireRun | null)[]>(`/api/studies/${key}/rows?at=1,6,999`);
    expect(first).toMatchObject({ row: 1, id: '7/surrogate/design/1', point: { a: 0.74, kind: 'round' } });
    expect(first?.stored).toBeGreaterThan(1.5e12);
    expect(failed).toMatchObject({ outputs: null, cause: 'threw', reason: `no convergence ${EVIL}, in step 6` });
    expect(none).toBeNull();
    expect((await fetch(`${shown.url}/api/studies/${key}/rows?at=1,x`)).status).toBe(400);
  });

  test('gives the selected runs as CSV', async () => {
    const { key } = await card();
    const lines = async (filter: string) =>
      (await (await fetch(`${shown.url}/api/studies/${key}/runs.csv?filter=${filter}`)).text()).trimEnd().split('\n');
    expect(await lines('')).toHaveLength(51);
    const failed = await lines('failed');
    expect(failed).toHaveLength(8);
    expect(failed[1]).toContain('7/surrogate/design/6');
    expect(await lines('0:0.5:0.75')).toHaveLength(
      1 + Array.from({ length: 50 }, (_, i) => evaluation(i).u[0]).filter((a) => a >= 0.5 && a <= 0.75).length,
    );
  });

  test('pushes what is committed', async () => {
    const events = (
      await fetch(`${shown.url}/api/events`)
    ).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const next = async (): Promise<StudyCard[]> => {
      const text = new TextDecoder().decode((await events.read()).value);
      // Signs of life come in between.
      return text.startsWith('data: ') ? (JSON.parse(text.slice(6)) as StudyCard[]) : next();
    };
    expect((await next())[0].runs).toBe(50);
    const looks = vi.spyOn(Studies.prototype, 'look');
    for (const runs of [51, 52, 53]) {
      looks.mockClear();
      put(store, runs - 1, runs);
      expect((await next())[0].runs).toBe(runs);
      // One may have begun before, and more come while what is written is on its way; each is a fifth of a second after the one before.
      expect(looks.mock.calls.length).toBeLessThan(25);
    }
    looks.mockRestore();
    await events.cancel();
  });

  test('pushes what somebody else has asked for first', async () => {
    const events = (
      await fetch(`${shown.url}/api/events`)
    ).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    await events.read();
    put(store, 53, 54);
    expect((await card()).runs).toBe(54);
    let text = '';
    while (!text.includes('"runs":54')) {
      const { done, value } = await events.read();
      expect(done).toBe(false);
      text += new TextDecoder().decode(value);
    }
    await events.cancel();
  });
});

test('what a study says of itself is told while its process lives', async () => {
  const quality = { at: 1e12, rows: 50, stage: 'surrogate', output: 'depth', measure: 'q2', value: 0.9 } as const;
  const said: LiveStudy = {
    ...{ format: 1, process: process.pid, host: 'here', started: 1e12, written: 1e12, state: 'paused' },
    ...{ progress: { phase: '7/search', since: 1e12, done: 3, total: 40, failures: 0, note: 'best 0.25' } },
    ...{ runs: 53, failed: 7, secondsLeft: 12, running: [{ id: '7/search/3', place: 0, since: 1e12 }] },
    quality: [quality],
  };
  writeLive(store, said);
  const { key, state } = await card();
  expect(state).toBe('paused');
  expect(await json<StudyDetails>(`/api/studies/${key}`)).toMatchObject({
    live: { phase: 'search', done: 3, total: 40, note: 'best 0.25', running: said.running },
    quality: [quality],
  });
  writeLive(store, { ...said, state: 'running' });
  expect(await card()).toMatchObject({ state: 'running', secondsLeft: 12 });
  writeLive(store, { ...said, state: 'ended' });
  // Its plan does not say that it has come to its end.
  expect(await card()).toMatchObject({ state: 'interrupted', secondsLeft: null });
});

test('a budget that was set by hand is planned', async () => {
  const { planned } = await card();
  const journal = new CommandJournal(store, IDENTITY, 7);
  journal.add({ id: 'one', command: { kind: 'pause' } }, { kind: 'budget', runs: 70 });
  expect([planned, (await card()).planned]).toEqual([100, 130]);
});

test('runs of another simulator are counted, and not shown', async () => {
  const before = await card();
  store.put('bowl@0', [evaluation(90)]);
  store.put(IDENTITY, [{ ...evaluation(91), id: '8/surrogate/design/91' }]);
  const { key, runs } = await card();
  expect(runs).toBe(before.runs);
  expect((await json<StudyDetails>(`/api/studies/${key}`)).others).toBe(2);
});

test('a store that comes to be is found, one that is none is told', async () => {
  const later = await storeWith(join(folder, 'later.sqlite'), 3);
  await later[Symbol.asyncDispose]();
  const names = (await json<StudyCard[]>('/api/studies')).map(({ runs }) => runs);
  expect(names).toContain(3);
});

test('a store whose lock cannot be read is told, and the others are shown', async () => {
  const own = newFolder();
  const broken = join(own, 'broken.sqlite');
  const others = [await storeWith(broken, 2), await storeWith(join(own, 'whole.sqlite'), 3)];
  for (const one of others) await one[Symbol.asyncDispose]();
  writeFileSync(`${broken}-lock`, 'not a database, but long enough to be taken for one by its size alone'.repeat(20));
  await using several = await dashboard([own], { port: 0 });
  for (let k = 0; k < 3; k++)
    expect(await (await fetch(`${several.url}/api/studies`)).json()).toMatchObject([
      { state: 'unreadable', trouble: expect.stringContaining('who holds the store'), epoch: 1 },
      { state: expect.not.stringMatching('unreadable'), runs: 3 },
    ]);
  rmSync(own, { recursive: true });
});

test('a folder that cannot be read for a while ends what is pushed, and not the server', async () => {
  const own = newFolder();
  await using several = await dashboard([own], { port: 0, notice: () => undefined });
  const events = (
    await fetch(`${several.url}/api/events`)
  ).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  await events.read();
  // Its folder of stores leads round in a circle.
  symlinkSync('.imago', join(own, '.imago'));
  await expect(events.read()).rejects.toThrow();
  expect((await fetch(`${several.url}/api/studies`)).status).toBe(500);
  rmSync(own, { recursive: true });
  expect((await fetch(`${several.url}/api/studies`)).status).toBe(200);
});

describe('who asks', () => {
  const status = (part: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${shown.url}${part}`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('is refused by another Host or from another Origin', async () => {
    expect(await status('/api/studies', { host: 'evil.example' })).toBe(421);
    expect(await status('/', { host: 'evil.example' })).toBe(421);
    expect(await status('/api/studies', { origin: 'http://evil.example' })).toBe(403);
    expect(await status('/api/studies', {})).toBe(200);
  });

  test('gets nothing but studies and the page, and changes nothing', async () => {
    const { key } = await card();
    for (const part of [
      '/etc/passwd',
      '/api/studies/00',
      `/api/studies/${key}/../../x`,
      `/api/studies/${key}/constructor`,
    ])
      expect([part, await status(part, {})]).toEqual([part, 404]);
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await fetch(`${shown.url}/api/studies/${key}`, { method })).status).toBe(405);
  });

  test('has a page that runs its own code only', async () => {
    const response = await fetch(shown.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script(?![^>]*src=)/);
  });

  test('needs the token where other machines reach the server', async () => {
    await using open = await dashboard([folder], { port: 0, host: '0.0.0.0' });
    const url = new URL(open.url);
    const local = `http://127.0.0.1:${url.port}`;
    expect((await fetch(`${local}/api/studies`)).status).toBe(401);
    expect((await fetch(`${local}/?token=wrong`)).status).toBe(401);
    const token = url.searchParams.get('token') as string;
    const entered = await fetch(`${local}/?token=${token}`, { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    const cookie = entered.headers.get('set-cookie') as string;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(`${local}/api/studies`, { headers: { cookie: cookie.split(';')[0] } })).status).toBe(200);
    // A browser sends the cookies of a host to all of its ports: another dashboard must not take this one's place.
    await using beside = await dashboard([folder], { port: 0, host: '0.0.0.0' });
    const { port, searchParams } = new URL(beside.url);
    const enteredToo = await fetch(`http://127.0.0.1:${port}/?token=${searchParams.get('token')}`, {
      redirect: 'manual',
    });
    const jar = new Map(
      [cookie, enteredToo.headers.get('set-cookie') as string].map(
        (one) => one.split(';')[0].split('=', 2) as [string, string],
      ),
    );
    const both = [...jar].map((pair) => pair.join('=')).join('; ');
    for (const own of [local, `http://127.0.0.1:${port}`])
      expect((await fetch(`${own}/api/studies`, { headers: { cookie: both } })).status).toBe(200);
    expect((await fetch(`${local}/api/studies`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

test('the command ends with its standard input, as imago run --dashboard needs it', async () => {
  const program = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, 'dashboard', folder, '--port', '0', '--attached']);
  const ended = once(child, 'close');
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [url] = /http:\S+/.exec(line) as unknown as [string];
  expect((await fetch(`${url}/api/studies`)).status).toBe(200);
  child.stdin.end();
  expect((await ended)[0]).toBe(0);
});

test('a path that leads nowhere is refused', async () => {
  await expect(dashboard([join(folder, 'none.sqlite')])).rejects.toThrow('there is no store or folder');
});
