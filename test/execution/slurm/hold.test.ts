import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { namesIn } from '../../../src/execution/slurm/files.ts';
import { Hold } from '../../../src/execution/slurm/hold.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imago-hold-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What a process that is no more has left. */
function leave(file: string, name: string): void {
  const holder = { name, host: hostname(), pid: process.pid, began: 'long ago', beats: 7 };
  writeFileSync(join(directory, file), JSON.stringify(holder));
}

test.each([
  ['nobody has', []],
  ['a dead process has left', [['study.json', 'one']]],
  [
    'a dead process has left, and another that died while it took it over',
    [
      ['study.json', 'one'],
      ['study.json.one', 'two'],
    ],
  ],
])('of several studies that begin at once in a directory that %s one gets it', async (_, left) => {
  for (const [file, name] of left) leave(file, name);
  const taken = await Promise.allSettled(Array.from({ length: 4 }, () => Hold.take(directory)));
  const holds = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const reasons = taken.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(holds).toHaveLength(1);
  expect(reasons).toHaveLength(3);
  for (const reason of reasons) expect(reason).toContain(`process ${process.pid} on ${hostname()} has the directory`);
  expect(namesIn(directory)).toEqual(['study.json']);
  holds[0].release();
  expect(namesIn(directory)).toEqual([]);
  (await Hold.take(directory)).release();
});
