import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Crew } from '../../../src/execution/slurm/crew.ts';
import { scriptOf } from '../../../src/execution/slurm/script.ts';
import { FakeSlurm } from '../../fixtures/fake-slurm.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "imago script's "));
});
afterEach(() => rmSync(folder, { recursive: true }));

const order = () => ({ directory: folder, pilot: false });
const notes = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\d/.test(name));

/** Runs the script of a task whose worker is what a line of the shell says. */
function ran(worker: string, prologue = '') {
  const lines = scriptOf(order(), prologue).split('\n');
  const script = lines.map((line) => (line.endsWith(' &') ? `${worker} &` : line)).join('\n');
  const env = {
    PATH: process.env.PATH,
    FOLDER: folder,
    SLURM_ARRAY_JOB_ID: '7',
    SLURM_ARRAY_TASK_ID: '3',
    SLURM_RESTART_COUNT: '1',
  };
  return spawnSync('bash', ['-c', script], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

test('a worker that ends by itself leaves its own farewell, one that is killed a note of the shell', () => {
  expect(ran('true')).toMatchObject({ status: 0, stderr: '' });
  expect(notes()).toEqual([]);
  expect(ran("bash -c 'kill -9 $$'", 'set -eu').status).toBe(137);
  expect(notes()).toEqual([join('ended', '7_3.1.died')]);
});

test('a directory that was deleted meanwhile stays deleted', () => {
  expect(ran(`bash -c 'rm -r "$FOLDER"; kill -9 $$'`).status).toBe(137);
  expect(existsSync(folder)).toBe(false);
  mkdirSync(folder);
});

test('the signal to end reaches the worker, whose end is waited for', () => {
  const worker = `bash -c 'trap "echo told; exit 0" TERM; while :; do kill -TERM $PPID; sleep 0.01; done'`;
  expect(ran(worker)).toMatchObject({ status: 0, stdout: 'told\n', stderr: '' });
  expect(notes()).toEqual([]);
});

test('so it does where it comes before there is a worker', () => {
  expect(ran('kill -TERM $$; sleep 30')).toMatchObject({ status: 143, stderr: '' });
});

test('of a worker that died there is news, and Slurm says what has become of its task', async () => {
  const slurm = new FakeSlurm();
  onTestFinished(() => slurm.stop());
  slurm.says('squeue', '7|3|RUNNING|None\n7|4|RUNNING|None\n');
  const crew = new Crew({
    ...{ directory: folder, name: 'imago', order: order(), sbatch: [], prologue: '', jobs: 10 },
    notice: () => undefined,
  });
  mkdirSync(join(folder, 'ended'));
  for (const name of ['7_3.1.died', '7_4.0']) writeFileSync(join(folder, 'ended', name), '');
  expect(crew.readFarewells()).toBe(true);
  expect(notes()).toEqual([]);
  await crew.look();
  expect(crew.live).toEqual(['7_3']);
});
