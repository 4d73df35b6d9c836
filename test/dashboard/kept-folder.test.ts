import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import { keptFolder } from '../../src/dashboard/kept-folder.ts';
import type { StudyCard } from '../../src/dashboard/shared/wire.ts';
import { EVIL, evaluation, IDENTITY, newFolder, storeWith } from './stores.ts';

// Everything of these tests happens in a folder for temporary files of their own.
const before = process.env.TMPDIR;
const home = realpathSync(mkdtempSync(join(tmpdir(), 'imago-kept-')));
const secret = join(home, 'secret.txt');
let shown: Dashboard;

/** A folder of a failed run with those files. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(home, name);
  mkdirSync(path, { mode: 0o700 });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

beforeAll(() => {
  process.env.TMPDIR = home;
  writeFileSync(secret, 'the secret');
});
afterAll(async () => {
  await shown?.close();
  process.env.TMPDIR = before;
  if (before === undefined) delete process.env.TMPDIR;
  rmSync(home, { recursive: true });
});

test('shows the end of what a program wrote, as text, and the files beside it', async () => {
  const errors = `${'é'.repeat(6000)}\nstep 7: \u001b[31mno convergence\u001b[0m\u0007 ${EVIL}\n`;
  const path = folderOf('imago-failed-wing-0123456789ab', {
    ...{ 'imago-stderr.txt': errors, 'imago-stdout.txt': 'step 6\n', 'input.txt': 'span = 3' },
  });
  symlinkSync(secret, join(path, 'link.txt'));
  const kept = await keptFolder(path);
  expect(kept).toMatchObject({ path, others: 0 });
  expect(kept.trouble).toBeUndefined();
  expect(kept.files.map(({ name }) => name)).toEqual(['imago-stderr.txt', 'imago-stdout.txt', 'input.txt']);
  expect(kept.files[2].bytes).toBe(8);
  const [first, second] = kept.tails;
  expect(first).toMatchObject({ name: 'imago-stderr.txt', isCut: true });
  expect(first.text).toMatch(/^é+\nstep 7: no convergence <img .*\n$/);
  expect(second).toEqual({ name: 'imago-stdout.txt', text: 'step 6\n', isCut: false });
});

test('reads no file by way of a link, and no folder that a store only claims to be one of a failed run', async () => {
  const linked = folderOf('imago-failed-linked-0123456789ab', {});
  symlinkSync(secret, join(linked, 'imago-stdout.txt'));
  expect(await keptFolder(linked)).toEqual({ path: linked, files: [], others: 0, tails: [] });
  const real = folderOf('elsewhere', { 'imago-stdout.txt': 'the secret' });
  const alias = join(home, 'imago-failed-alias-0123456789ab');
  symlinkSync(real, alias);
  const deeper = folderOf('imago-failed-deep-0123456789ab', {});
  mkdirSync(join(deeper, 'imago-failed-deep-0123456789ab'));
  for (const path of [
    ...[real, alias, '/etc', '', '.', join(home, 'imago-failed-gone-0123456789ab')],
    ...[`${deeper}/../elsewhere`, `${linked}/`, `${deeper}/imago-failed-deep-0123456789ab`],
    'imago-failed-linked-0123456789ab',
  ]) {
    const kept = await keptFolder(path);
    expect(kept).toEqual({ path, files: [], others: 0, tails: [], trouble: expect.stringMatching(/\.$/) });
    expect([path, JSON.stringify(kept).includes('the secret')]).toEqual([path, false]);
  }
});

test('is found by the reason of a run, and nothing is said of a run that kept none', async () => {
  const folder = newFolder();
  const path = folderOf('imago-failed-bowl-0123456789ab', { 'imago-stdout.txt': EVIL });
  await using store = await storeWith(join(folder, 'bowl.sqlite'), 7);
  const reason = `exit code 3; standard output ends: ${EVIL} (kept in ${path})`;
  store.put(IDENTITY, [{ ...evaluation(7), status: 'failed', cause: 'threw', reason } as never]);
  shown = await dashboard([folder], { port: 0 });
  const [{ key }] = (await (await fetch(`${shown.url}/api/studies`)).json()) as StudyCard[];
  const ask = async (row: string) => {
    const response = await fetch(`${shown.url}/api/studies/${key}/kept?row=${row}`);
    return [response.status, response.headers.get('content-type'), await response.json()];
  };
  const json = 'application/json';
  expect(await ask('7')).toMatchObject([
    200,
    json,
    { kept: { path, tails: [{ name: 'imago-stdout.txt', text: EVIL }] } },
  ]);
  for (const row of ['0', '6', '99']) expect([row, await ask(row)]).toEqual([row, [200, json, { kept: null }]]);
  for (const row of ['', '-1', '1.5', 'x', '../7'])
    expect([row, await ask(row)]).toMatchObject([row, [400, json, { error: expect.anything() }]]);
});
