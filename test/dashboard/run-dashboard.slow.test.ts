import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { StudyCard } from '../../src/dashboard/shared/wire.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { studyNotes } from '../../src/study/control/journal.ts';
import { newFolder } from './stores.ts';

const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const PROGRAM = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const SCENARIO = `
name: Slow
simulator:
  name: slow
  command: [node, -e, "setTimeout(() => console.log('y {{x}}'), 100)"]
  parameters: { x: { real: [0, 1] } }
  outputs: { y: { pattern: '^y (\\S+)' } }
search: { on: simulator, minimize: y, optimizer: random, budget: 1000 }
`;
writeFileSync(join(folder, 'slow.yaml'), SCENARIO);

function imago(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const told = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      told.text += text;
    });
  return { told, ended: once(child, 'close') };
}

test('imago run --dashboard --control is told and stopped from its page', async () => {
  const { told, ended } = imago('run', 'slow.yaml', '--dashboard', '--control');
  let url: string | undefined;
  const isOver = ended.then(() => 'over');
  while (!url) {
    if ((await Promise.race([isOver, setTimeout(20)])) === 'over') throw new Error(told.text);
    url = /Dashboard at (http:\S+)/.exec(told.text)?.[1];
  }
  let card: StudyCard | undefined;
  while (card?.state !== 'running' || card.runs === 0) {
    [card] = (await (await fetch(`${url}/api/studies`)).json()) as StudyCard[];
    await setTimeout(20);
  }
  const { key } = card;
  const say = async (command: object) => {
    const response = await fetch(`${url}/api/studies/${key}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
    return (await response.json()) as unknown;
  };
  expect(await say({ kind: 'note', text: 'from its page' })).toEqual({ text: 'the note is kept' });
  expect(await say({ kind: 'stop' })).toEqual({ text: 'it ends after the runs in progress; the same command goes on' });
  await ended;
  expect(told.text).toContain('stopped; ');
  await using store = await sqliteStore(join(folder, '.imago', 'slow.sqlite'), { readOnly: true });
  expect(studyNotes(store)).toMatchObject([{ text: 'from its page' }]);
  const report = imago('report', join('.imago', 'slow.sqlite'));
  await report.ended;
  expect(report.told.text).toContain('Note: from its page');
});

test('imago run --control without --dashboard says what to say', async () => {
  const { told, ended } = imago('run', 'slow.yaml', '--control');
  expect((await ended)[0]).toBeGreaterThan(0);
  expect(told.text).toContain('--control is for the dashboard: say --dashboard --control');
});
