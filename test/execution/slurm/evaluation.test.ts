import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { namesIn, writeWhole } from '../../../src/execution/slurm/files.ts';
import { keyOf, type Question, questionOf, taskOf } from '../../../src/execution/slurm/order.ts';
import { type SlurmOptions, slurmExecutor } from '../../../src/execution/slurm/slurm.ts';
import { SlurmWorker } from '../../../src/execution/slurm/worker.ts';
import chaos from '../../fixtures/chaos.ts';
import { evaluateAll, testRun } from '../../fixtures/chaos-tasks.ts';
import { causesOf, PlayedStudy, someTasks } from '../../fixtures/fake-slurm.ts';
import { until } from '../../fixtures/slurm.ts';

let study: PlayedStudy;
beforeEach(() => {
  study = new PlayedStudy();
});
afterEach(() => study.end());

test('runs are posted, Slurm is asked for an array no larger than it allows, and answers are taken and removed', async () => {
  const executor = study.make({ sbatch: ['--partition=short'], prologue: 'module load node', group: 2 });
  const answers = evaluateAll(executor, someTasks(30));
  await study.lieOpen(30);
  await until(() => study.slurm.calls('sbatch').length > 0);
  expect(study.slurm.calls('sbatch')[0]).toMatch(
    /^--parsable --array=0-9 --job-name=imago-[0-9a-f]{12} --output=\S+%A_%a\.txt --open-mode=append --requeue --partition=short$/,
  );
  study.take('12_0.0').answer();
  const outcomes = await answers;
  expect(outcomes.size).toBe(30);
  expect(new Set(causesOf(outcomes))).toEqual(new Set(['completed']));
  expect(namesIn(join(study.folder, 'batches'))).toEqual([]);
  expect(namesIn(study.folder)).toEqual(['batches', 'log', 'study.json']);
});

test('an own point arrives as it is, and is another question than one that JSON takes for the same', () => {
  const { u } = someTasks(1)[0];
  const task = (a: number) => ({ id: 'a', stream: 'a', u, point: { a, b: undefined, c: 'x' } });
  const question = JSON.parse(JSON.stringify(questionOf('k', task(-0)))) as Question;
  expect(taskOf('a', question)).toStrictEqual(task(-0));
  expect(keyOf('beam@1', 1, task(-0))).not.toBe(keyOf('beam@1', 1, task(0)));
});

test('an executor that is disposed of while it takes its directory lets it go', async () => {
  const executor = study.make();
  const first = executor.evaluate(chaos, someTasks(1), testRun())[Symbol.asyncIterator]().next();
  await executor[Symbol.asyncDispose]();
  await first;
  expect(namesIn(study.folder)).not.toContain('study.json');
});

test('what sbatch refuses ends the study with its words', async () => {
  study.slurm.fails(
    'sbatch',
    'sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified',
  );
  await expect(evaluateAll(study.make({ sbatch: ['--partition=nope'] }), someTasks(1))).rejects.toThrow(
    'slurmExecutor: sbatch says: invalid partition specified: nope / Batch job submission failed: Invalid partition name specified; the option sbatch is ["--partition=nope"]',
  );
});

test('a batch whose folder was deleted by hand is posted again, with a note', async () => {
  const answers = evaluateAll(study.make(), someTasks(2));
  await study.lieOpen(2);
  const [name] = namesIn(join(study.folder, 'batches')) ?? [];
  rmSync(join(study.folder, 'batches', name), { recursive: true });
  await study.lieOpen(2);
  expect(study.notes).toEqual([`the folder of batch ${name} was deleted; its runs without an answer are posted again`]);
  study.take('12_0.0').answer();
  expect(causesOf(await answers)).toEqual(['completed', 'completed']);
});

test('after a cancellation what was posted goes on, and the next study takes its answers and asks for nothing twice', async () => {
  const stop = new AbortController();
  const first = study.make();
  const cancelled = evaluateAll(first, someTasks(3), testRun(stop.signal));
  await study.lieOpen(3);
  await until(() => study.slurm.calls('sbatch').length > 0);
  const taken = study.take('12_0.0', 1);
  stop.abort();
  expect(causesOf(await cancelled)).toEqual(Array(3).fill('cancelled: cancelled'));
  await first[Symbol.asyncDispose]();
  expect(study.slurm.calls('scancel')).toEqual([]);
  taken.answer();
  study.slurm.says('squeue', '12|0|RUNNING|None\n12|1|RUNNING|None\n');
  const answers = evaluateAll(study.make(), someTasks(4));
  await study.lieOpen(3);
  expect(study.batches.length).toBe(2);
  for (const [k, places] of study.batches.entries()) study.take(`12_1.${k}`, 9, places).answer();
  expect(causesOf(await answers)).toEqual(Array(4).fill('completed'));
  expect(study.slurm.calls('sbatch').length).toBe(1);
});

test('what an earlier study has posted and no task will take is posted anew only when it is asked for', async () => {
  const stop = new AbortController();
  const first = study.make();
  const cancelled = evaluateAll(first, someTasks(3), testRun(stop.signal));
  await study.lieOpen(3);
  stop.abort();
  await cancelled;
  await first[Symbol.asyncDispose]();
  study.slurm.says('squeue', '');
  const answers = evaluateAll(study.make(), someTasks(2));
  await study.lieOpen(2);
  study.take('14_0.0').answer();
  expect((await answers).size).toBe(2);
  expect(namesIn(join(study.folder, 'batches'))).toEqual([]);
});

test('tasks that an earlier study has cancelled are not held against this one', async () => {
  study.slurm.says('squeue', Array.from({ length: 9 }, (_, k) => `11|${k}|CANCELLED|None\n`).join(''));
  const answers = evaluateAll(study.make(), someTasks(1));
  await study.lieOpen(1);
  await until(() => study.slurm.calls('sbatch').length > 0);
  study.take('12_0.0').answer();
  expect(causesOf(await answers)).toEqual(['completed']);
});

test('a directory that a living process has is refused', async () => {
  const answers = evaluateAll(study.make(), someTasks(1));
  await study.lieOpen(1);
  await expect(evaluateAll(study.make(), someTasks(1))).rejects.toThrow(
    new RegExp(
      `slurmExecutor: process ${process.pid} on .* has the directory ${study.folder}; give each study its own, or end that one`,
    ),
  );
  study.take('12_0.0').answer();
  await answers;
});

test('a study whose directory another has taken leaves tasks and files to it', async () => {
  const stop = new AbortController();
  const executor = study.make({ cancel: true });
  const answers = evaluateAll(executor, someTasks(1), testRun(stop.signal));
  await study.lieOpen(1);
  await until(() => study.slurm.calls('sbatch').length > 0);
  const other = { name: 'other', host: 'elsewhere', pid: 1, began: '', beats: 7 };
  writeWhole(join(study.folder, 'study.json'), other);
  study.take('12_0.0', 1);
  const left = namesIn(study.folder);
  stop.abort();
  await answers;
  await executor[Symbol.asyncDispose]();
  expect(study.slurm.calls('scancel')).toEqual([]);
  expect(namesIn(study.folder)).toEqual(left);
});

test('a directory that is deleted while the study runs is no trouble at its end, and stays deleted', async () => {
  const stop = new AbortController();
  const executor = study.make();
  const answers = evaluateAll(executor, someTasks(1), testRun(stop.signal));
  await study.lieOpen(1);
  rmSync(study.folder, { recursive: true });
  stop.abort();
  await answers;
  await executor[Symbol.asyncDispose]();
  expect(existsSync(study.folder)).toBe(false);
});

test.each(['scontrol', 'sbatch'])(
  'so it does where it is deleted while %s is asked, and nothing is left in the queue',
  async (command) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const answers = study.slurm.holds(command);
    onTestFinished(answers);
    const stop = new AbortController();
    const executor = study.make();
    const outcomes = evaluateAll(executor, someTasks(1), testRun(stop.signal));
    await until(() => study.slurm.calls(command).length > 0);
    rmSync(study.folder, { recursive: true });
    stop.abort();
    await outcomes;
    const closing = executor[Symbol.asyncDispose]();
    vi.advanceTimersByTime(60_000);
    answers();
    await closing;
    expect(existsSync(study.folder)).toBe(false);
    expect(study.slurm.calls('scancel')).toHaveLength(study.slurm.calls('sbatch').length);
  },
);

test('a worker does not bring a directory back that was deleted', async () => {
  rmSync(study.folder, { recursive: true });
  await new SlurmWorker({ directory: study.folder, pilot: false }, '12_0.0', 60_000).work();
  expect(existsSync(study.folder)).toBe(false);
});

test('tasks that Slurm does not cancel, since it is away, are told with the command that does', async () => {
  const stop = new AbortController();
  const executor = study.make({ cancel: true });
  const answers = evaluateAll(executor, someTasks(1), testRun(stop.signal));
  await study.lieOpen(1);
  await until(() => study.slurm.calls('sbatch').length > 0);
  study.slurm.fails('scancel', 'scancel: error: Unable to contact slurm controller (connect failure)');
  stop.abort();
  await answers;
  await executor[Symbol.asyncDispose]();
  expect(study.notes.at(-1)).toMatch(
    /^the tasks of this study were not cancelled; scancel --name=imago-[0-9a-f]{12} does$/,
  );
});

test('what a worker refuses is told', async () => {
  const answers = evaluateAll(study.make(), someTasks(1));
  await study.lieOpen(1);
  writeWhole(study.batches[0].refusal, { reason: 'the study asks for runs of chaos@1' });
  await expect(answers).rejects.toThrow('the study asks for runs of chaos@1');
});

test.each<[Partial<SlurmOptions>, string]>([
  [{ directory: '' }, "slurmExecutor: directory must be the path of a folder that all nodes see, got ''"],
  [{ sbatch: ['partition=short'] }, 'slurmExecutor: sbatch must be a list of options'],
  [
    { sbatch: ['--array=0-3'] },
    "slurmExecutor: sbatch must not have an option that the executor gives itself, got '--array=0-3'",
  ],
  [{ group: 0 }, 'slurmExecutor: group must be a positive whole number, got 0'],
  [{ pilot: 1.5 }, 'slurmExecutor: pilot must be a positive whole number, got 1.5'],
  [{ lateness: -1 }, 'slurmExecutor: lateness must be at least 0, got -1'],
  [{ timeLimit: 0 }, 'slurmExecutor: timeLimit must be positive, got 0'],
])('options that cannot be: %j', (options, message) => {
  expect(() => slurmExecutor({ directory: study.folder, ...options })).toThrow(message);
});

test('where there is no Slurm, the error names the command', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    await expect(evaluateAll(study.make(), someTasks(1))).rejects.toThrow(/there is no command squeue here/);
  } finally {
    process.env.PATH = PATH;
  }
});
