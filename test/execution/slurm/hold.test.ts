import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { namesIn } from '../../../src/execution/slurm/files.ts';
import { Hold } from '../../../src/execution/slurm/hold.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, linkSync: vi.fn(fs.linkSync) };
});

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

test('a directory of which the file system tells that somebody has it, and not who, is asked again', async () => {
  const file = join(directory, 'study.json');
  symlinkSync(join(directory, 'nothing'), file);
  const taking = Hold.take(directory);
  await new Promise((resolve) => setTimeout(resolve));
  rmSync(file);
  (await taking).release();
});

test('a file system without links is no obstacle', async () => {
  const link = vi.mocked(linkSync);
  const real = link.getMockImplementation() as typeof linkSync;
  link.mockImplementation(() => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
  });
  try {
    const hold = await Hold.take(directory);
    await expect(Hold.take(directory)).rejects.toThrow(`process ${process.pid} on ${hostname()} has the directory`);
    hold.release();
    expect(namesIn(directory)).toEqual([]);
  } finally {
    link.mockImplementation(real);
  }
});

test('signs of life that cannot be written end the study only when others may think it dead', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const hold = await Hold.take(directory);
    const file = join(directory, 'study.json');
    rmSync(file);
    mkdirSync(file);
    vi.advanceTimersByTime(3 * 5000);
    hold.check();
    vi.advanceTimersByTime(5000);
    expect(() => hold.check()).toThrow('EISDIR');
    rmSync(file, { recursive: true });
    vi.advanceTimersByTime(5000);
    hold.check();
    hold.release();
  } finally {
    vi.useRealTimers();
  }
});

test('a study that was thought dead ends when another has its directory', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const hold = await Hold.take(directory);
    leave('study.json', 'other');
    vi.advanceTimersByTime(5000);
    expect(() => hold.check()).toThrow(`process ${process.pid} on ${hostname()} has the directory ${directory}`);
    hold.release();
    expect(namesIn(directory)).toEqual(['study.json']);
  } finally {
    vi.useRealTimers();
  }
});
