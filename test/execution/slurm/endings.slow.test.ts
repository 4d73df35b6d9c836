import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evaluateAll, testRun } from '../../fixtures/chaos-tasks.ts';
import { causesOf, PlayedStudy, someTasks } from '../../fixtures/fake-slurm.ts';
import { until } from '../../fixtures/slurm.ts';

let study: PlayedStudy;
beforeEach(() => {
  study = new PlayedStudy();
});
afterEach(() => study.end());

describe('a run whose task has ended, by recorded words of Slurm', () => {
  test.each([
    ['OUT_OF_MEMORY|OutOfMemory', /^out-of-memory: Slurm: OUT_OF_MEMORY, .*\(task 12_0\)$/],
    ['TIMEOUT|TimeLimit', /^timed-out: Slurm: TIMEOUT/],
    ['CANCELLED|None', /^crashed: Slurm: CANCELLED/],
  ])('%s: it has failed, and costs nothing else', async (words, reason) => {
    const answers = evaluateAll(study.make(), someTasks(2));
    await study.lieOpen(2);
    study.take('12_0.0', 1);
    study.slurm.says('squeue', `12|0|${words}\n12|1|RUNNING|None\n`);
    study.take('12_1.0').answer();
    expect(causesOf(await answers).sort()).toEqual(['completed', expect.stringMatching(reason)]);
  });

  test.each([['PREEMPTED|None'], ['NODE_FAIL|NodeDown'], ['FAILED|NonZeroExitCode']])(
    '%s: it is run again by another',
    async (words) => {
      const answers = evaluateAll(study.make(), someTasks(1));
      await study.lieOpen(1);
      study.take('12_0.0');
      study.slurm.says('squeue', `12|0|${words}\n`);
      await study.lieOpen(1);
      study.take('13_0.0').answer();
      expect(causesOf(await answers)).toEqual(['completed']);
    },
  );

  test('preempted and in the queue again: what it had is free for others at once', async () => {
    const answers = evaluateAll(study.make({ lateness: 60_000 }), someTasks(1));
    await study.lieOpen(1);
    study.take('12_0.0');
    study.slurm.says('squeue', '12|0|PENDING|BeginTime\n12|1|RUNNING|None\n');
    await study.lieOpen(1);
    study.take('12_1.0').answer();
    expect(causesOf(await answers)).toEqual(['completed']);
  });

  test('of two runs that one task had, neither is blamed: each is run again by itself', async () => {
    const executor = study.make({ group: 1 });
    const answers = evaluateAll(executor, someTasks(2));
    await study.lieOpen(2);
    study.take('12_0.0');
    study.slurm.says('squeue', '12|0|OUT_OF_MEMORY|OutOfMemory\n12|1|RUNNING|None\n');
    await study.lieOpen(2);
    study.take('12_1.0').answer();
    expect(causesOf(await answers)).toEqual(['completed', 'completed']);
  });

  test('a run that ends every task that takes it fails after the last repetition', async () => {
    const answers = evaluateAll(study.make({ retries: 1 }), someTasks(1));
    for (const job of [12, 13]) {
      await study.lieOpen(1);
      study.take(`${job}_0.0`);
      study.slurm.says('squeue', '12|0|FAILED|NonZeroExitCode\n13|0|FAILED|NonZeroExitCode\n');
    }
    expect(causesOf(await answers)).toEqual([
      expect.stringMatching(
        /^crashed: 2 tasks ended while they had this run; the last: Slurm: FAILED, .*NonZeroExitCode/,
      ),
    ]);
  });
});

test('an answer that the file system shows late is waited for, though its task has ended', async () => {
  const answers = evaluateAll(study.make({ lateness: 60_000 }), someTasks(1));
  await study.lieOpen(1);
  const taken = study.take('12_0.0');
  study.slurm.says('squeue', '12|0|COMPLETED|None\n');
  await until(() => study.slurm.calls('squeue').length > 2);
  const late = join(study.folder, 'late');
  mkdirSync(late);
  taken.answer(late);
  await pause(300);
  renameSync(join(late, '12_0.0.0'), join(taken.places.answers, '12_0.0.0'));
  expect(causesOf(await answers)).toEqual(['completed']);
});

test('a controller that is away is waited for, with a note when it goes and when it is back', async () => {
  study.slurm.fails(
    'sbatch',
    'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)',
  );
  const answers = evaluateAll(study.make(), someTasks(1));
  await until(() => study.notes.length === 1);
  expect(study.notes[0]).toBe(
    'sbatch says: Batch job submission failed: Unable to contact slurm controller (connect failure); the study waits for it, and its tasks go on',
  );
  study.slurm.fails('sbatch');
  await until(() => study.slurm.calls('sbatch').length > 0);
  expect(study.notes[1]).toBe('Slurm answers again');
  study.take('12_0.0').answer();
  expect(causesOf(await answers)).toEqual(['completed']);
});

test('tasks that end before they take anything end the study, with what the last of them said', async () => {
  mkdirSync(join(study.folder, 'log'), { recursive: true });
  writeFileSync(join(study.folder, 'log', '12_3.txt'), 'bash: line 2: module: command not found\n');
  const ended = expect(evaluateAll(study.make(), someTasks(1))).rejects.toThrow(
    'the tasks of Slurm end before they begin anything: FAILED, NonZeroExitCode (task 12_3); its log ends: bash: line 2: module: command not found',
  );
  // What has ended before the study submits anything is not held against it.
  await study.lieOpen(1);
  study.slurm.says('squeue', [0, 1, 2, 3].map((k) => `12|${k}|FAILED|NonZeroExitCode\n`).join(''));
  await ended;
});

test('where Slurm holds a job, a note says so once', async () => {
  const answers = evaluateAll(study.make(), someTasks(1));
  await study.lieOpen(1);
  study.slurm.says('squeue', '12|0|PENDING|launch failed requeued held\n');
  await until(() => study.notes.length > 0);
  expect(study.notes).toEqual(['Slurm holds job 12: PENDING, launch failed requeued held']);
  study.take('12_0.1').answer();
  await answers;
});

test('where no more jobs may be queued, a note tells it in the words of Slurm, and fewer are tried', async () => {
  const words = "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
  study.slurm.fails('sbatch', `sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: ${words}`);
  const answers = evaluateAll(study.make(), someTasks(8));
  await study.lieOpen(8);
  await until(() => study.notes.length > 0);
  expect(study.notes).toEqual([
    `sbatch says: QOSMaxSubmitJobPerUserLimit / ${words}; the other runs wait until there is room`,
  ]);
  study.slurm.fails('sbatch');
  await until(() => study.slurm.calls('sbatch').length > 0);
  expect(study.slurm.calls('sbatch')[0]).toContain('--array=0-3 ');
  study.take('12_0.0').answer();
  expect(causesOf(await answers)).toEqual(Array(8).fill('completed'));
});

test('what became of a task that the controller has forgotten is asked of the accounting', async () => {
  study.slurm.says('sacct', '12_0|OUT_OF_MEMORY|0:125\n');
  const first = study.make();
  const stop = new AbortController();
  const cancelled = evaluateAll(first, someTasks(1), testRun(stop.signal));
  await study.lieOpen(1);
  study.take('12_0.0');
  stop.abort();
  await cancelled;
  await first[Symbol.asyncDispose]();
  expect(causesOf(await evaluateAll(study.make(), someTasks(1)))).toEqual([
    expect.stringMatching(/^out-of-memory: Slurm: OUT_OF_MEMORY/),
  ]);
});
