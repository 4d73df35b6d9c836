import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCommand } from '../../src/core/control/command.ts';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import type { StudyCard, StudyDetails } from '../../src/dashboard/shared/wire.ts';
import { commandFile } from '../../src/storage/command-file.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { type LiveStudy, writeLive } from '../../src/study/live/live-study.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { inBatches, oneByOne, point } from '../laws/steering-laws.ts';
import { EVIL, newFolder, storeWith } from './stores.ts';

const folder = newFolder();
const path = join(folder, 'beam.sqlite');
let shown: Dashboard;

beforeAll(async () => {
  await (await storeWith(path, 12))[Symbol.asyncDispose]();
  shown = await dashboard([folder], { port: 0, control: true });
});
afterAll(async () => {
  await shown.close();
  rmSync(folder, { recursive: true });
});

/** Of the only study of a dashboard, by its token where it needs one. */
const detailsAt = async (address: string): Promise<StudyDetails> => {
  const { origin, searchParams } = new URL(address);
  const headers = { authorization: `Bearer ${searchParams.get('token')}` };
  const [{ key }] = (await (await fetch(`${origin}/api/studies`, { headers })).json()) as StudyCard[];
  return (await fetch(`${origin}/api/studies/${key}`, { headers })).json() as Promise<StudyDetails>;
};
const details = () => detailsAt(shown.url);

interface Reply {
  readonly status: number;
  /** What it says: of the command, or why it is refused. */
  readonly text: string;
}

/** Posts a body to the only study of a dashboard. */
async function post(body: string, headers: Record<string, string> = {}, url = shown.url): Promise<Reply> {
  const { key } = (await detailsAt(url)).card;
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const all = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers };
    const options = { port, method: 'POST', path: `/api/studies/${key}/control`, headers: all, agent: false };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        const said = JSON.parse(text) as { text?: string; error?: { message: string } };
        resolve({ status: response.statusCode as number, text: said.text ?? (said.error?.message as string) });
      });
    })
      .on('error', reject)
      .end(body);
  });
}
const tell = (command: object) => post(JSON.stringify(command));

describe('a study that no process runs', () => {
  test('keeps a budget, points and notes until it is run again, and takes nothing that is for the moment', async () => {
    const waits = { status: 200, text: 'the search takes it when the study is run again' };
    expect(await tell({ kind: 'budget', runs: 70 })).toEqual(waits);
    expect(await tell({ kind: 'try', points: [{ a: 1, b: 3, kind: EVIL }] })).toEqual(waits);
    expect(await tell({ kind: 'note', text: EVIL, run: '7/surrogate/design/9' })).toEqual({
      status: 200,
      text: 'the note is kept',
    });
    expect(await tell({ kind: 'note', text: 'of none', run: '7/search/99' })).toMatchObject({ status: 200 });
    expect(await tell({ kind: 'stop' })).toEqual({ status: 409, text: 'stop: no process runs the study' });
    expect((await details()).steering).toMatchObject({
      ...{ canControl: true, searches: true, budget: 70 },
      orders: [
        { budget: 70, points: [], after: null },
        { budget: null, points: [{ a: 1, b: 3, kind: EVIL }], after: null },
      ],
      notes: [
        { text: EVIL, run: '7/surrogate/design/9', row: 9 },
        { text: 'of none', run: '7/search/99', row: null },
      ],
    });
  });

  test('says what is wrong with a command', async () => {
    const refused = (text: string) => ({ status: 409, text: expect.stringContaining(text) });
    expect(await tell({ kind: 'try', points: [{ a: 1, width: 3 }] })).toEqual(refused("there is no parameter 'width'"));
    expect(await tell({ kind: 'try', points: [{ a: 'x', b: 3, kind: 'round' }] })).toEqual(refused('try: '));
    expect(await tell({ kind: 'budget', runs: 0.5 })).toEqual(refused('a whole number of at least 1, got 0.5'));
    expect(await tell({ kind: 'explode' })).toEqual(refused('a command is one of'));
    for (const run of ['', 3, { id: 1 }])
      expect(await tell({ kind: 'note', text: 'x', run })).toEqual(refused('note: run must be the id of a run'));
    expect(() => checkCommand({ kind: 'note', text: 'x', run: 3 as never })).toThrow('the id of a run, got 3');
    expect(await post('null')).toEqual(refused('a command is one of'));
  });

  test('takes many commands at once one after the other', async () => {
    const said = await Promise.all(['one', 'two', 'three'].map((text) => tell({ kind: 'note', text })));
    expect(said.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(
      (await details()).steering.notes
        .slice(-3)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['one', 'three', 'two']);
  });
});

describe('who controls', () => {
  const note = JSON.stringify({ kind: 'note', text: 'from elsewhere' });
  const notes = async () => (await details()).steering.notes.map(({ text }) => text);

  test('is refused by another Host, from another Origin, and by what is no JSON of some size', async () => {
    expect((await post(note, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await post(note, { origin: 'null' })).status).toBe(403);
    expect((await post(note, { host: 'evil.example' })).status).toBe(421);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
      expect((await post(note, { 'content-type': type })).status).toBe(415);
    expect((await post(`"${'x'.repeat(70_000)}"`)).status).toBe(413);
    expect((await post('['.repeat(6) + ']'.repeat(6))).status).toBe(400);
    expect((await post('{')).status).toBe(400);
    expect(await notes()).not.toContain('from elsewhere');
  });

  test('is told where the dashboard only reads', async () => {
    await using reading = await dashboard([folder], { port: 0 });
    expect(await post(note, {}, reading.url)).toEqual({
      status: 403,
      text: 'this dashboard only reads; start it with --control to control studies from it',
    });
    expect((await detailsAt(reading.url)).steering.canControl).toBe(false);
    expect(await notes()).not.toContain('from elsewhere');
  });

  test('needs the token where other machines reach the server', async () => {
    await using open = await dashboard([folder], { port: 0, host: '0.0.0.0', control: true });
    expect((await post(note, {}, open.url)).status).toBe(401);
    expect(await notes()).not.toContain('from elsewhere');
    const token = new URL(open.url).searchParams.get('token');
    expect((await post(note, { authorization: `Bearer ${token}` }, open.url)).status).toBe(200);
    expect(await notes()).toContain('from elsewhere');
  });
});

test('a study that was interrupted is so while the dashboard itself writes to its store', async () => {
  const own = join(newFolder(), 'killed.sqlite');
  await using _rest = { [Symbol.asyncDispose]: async () => rmSync(dirname(own), { recursive: true }) };
  const store = await storeWith(own, 3);
  const running = { state: 'running', progress: null, runs: 3, failed: 0, secondsLeft: null, running: [], quality: [] };
  writeLive(store, { format: 1, process: 1, host: 'here', started: 1e12, written: 1e12, ...running } as LiveStudy);
  await store[Symbol.asyncDispose]();
  await using shownAlone = await dashboard([own], { port: 0, control: true });
  const state = async () => (await detailsAt(shownAlone.url)).card.state;
  expect(await state()).toBe('interrupted');
  const states: string[] = [];
  let isWriting = true;
  const watching = (async () => {
    while (isWriting) states.push(await state());
  })();
  for (let k = 0; k < 12; k++) await post(JSON.stringify({ kind: 'note', text: `note ${k}` }), {}, shownAlone.url);
  isWriting = false;
  await watching;
  expect(new Set(states)).toEqual(new Set(['interrupted']));
});

test('a running study takes commands from the dashboard, which shows when', { tags: ['slow'] }, async () => {
  const other = join(newFolder(), 'running.sqlite');
  await using _rest = { [Symbol.asyncDispose]: async () => rmSync(dirname(other), { recursive: true }) };
  await using store = await sqliteStore(other);
  await using beside = await dashboard([other], { port: 0, control: true });
  using control = await commandFile(other);
  const orders = async () => (await detailsAt(beside.url)).steering.orders;
  const said: Reply[] = [];
  const executor = oneByOne(async (count) => {
    if (count !== 5) return;
    said.push(await post(JSON.stringify({ kind: 'try', points: [point] }), {}, beside.url));
    expect(await orders()).toMatchObject([{ points: [point], after: null }]);
  });
  const study = await runStudy(inBatches, { executor, store, control }, { clock: () => 0 });
  expect(said).toEqual([{ status: 200, text: 'the search runs 1 with its next ones' }]);
  const after = study.results.search?.byHand?.[0].after;
  expect(after).toBeGreaterThan(0);
  expect(await orders()).toMatchObject([{ points: [point], after }]);
});
