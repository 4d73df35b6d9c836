import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SlurmTrouble } from '../../../src/execution/slurm/commands.ts';
import { memoryKills } from '../../../src/execution/slurm/memory-kills.ts';
import { pastStatesOf } from '../../../src/execution/slurm/past.ts';
import { isOver, isStuck, isWaiting, statesOf, verdictOn } from '../../../src/execution/slurm/states.ts';
import { durationOf } from '../../../src/execution/slurm/time-left.ts';

/** `squeue --noheader --array --states=all --format=%F|%K|%T|%r`, as Slurm 22.05 writes it. */
const RECORDED = `7|4|PENDING|Resources
7|0|COMPLETED|None
7|1|OUT_OF_MEMORY|OutOfMemory
7|2|TIMEOUT|TimeLimit
7|3|CANCELLED|None
8|0|PREEMPTED|None
8|1|NODE_FAIL|NodeDown
8|2|FAILED|NonZeroExitCode
8|3|PENDING|BeginTime
8|4|PENDING|launch failed requeued held
8|5|RUNNING|None
8|6|COMPLETING|None
8|7|BOOT_FAIL|BootFail
8|8|PENDING|JobHeldAdmin
8|9|PENDING|PartitionTimeLimit
8|10|PENDING|QOSMaxCpuPerUserLimit
`;

const states = statesOf(RECORDED);
const state = (task: string) => states.get(task) as { word: string; reason: string };

test('what squeue writes is read', () => {
  expect(states.size).toBe(16);
  expect(state('8_4')).toEqual({ word: 'PENDING', reason: 'launch failed requeued held' });
  expect([...states].filter(([, one]) => isOver(one)).map(([task]) => task)).toEqual([
    '7_0',
    '7_1',
    '7_2',
    '7_3',
    '8_0',
    '8_1',
    '8_2',
    '8_7',
  ]);
  expect(isOver(undefined)).toBe(true);
  expect([...states].filter(([, one]) => isWaiting(one)).map(([task]) => task)).toEqual([
    '7_4',
    '8_3',
    '8_4',
    '8_8',
    '8_9',
    '8_10',
  ]);
  expect([...states].filter(([, one]) => isStuck(one)).map(([task]) => task)).toEqual(['8_4', '8_8', '8_9']);
});

test.each([
  ['7_1', true, 'out-of-memory', false],
  ['7_1', false, 'out-of-memory', false],
  ['7_2', true, 'timed-out', false],
  ['7_2', false, 'timed-out', true],
  ['7_3', true, 'crashed', false],
  ['8_0', true, 'infrastructure', true],
  ['8_1', true, 'infrastructure', true],
  ['8_2', true, 'crashed', true],
  ['8_7', false, 'infrastructure', true],
] as const)(
  'the run that the end of task %s (first of it: %s) met has the cause %s, again: %s',
  (task, first, cause, again) => {
    const verdict = verdictOn(state(task), task, first);
    expect(verdict).toMatchObject({ cause, again });
    expect(verdict.words).toContain(state(task).word);
    expect(verdict.words).toContain(task);
  },
);

test('a task that Slurm has forgotten is begun again', () => {
  expect(verdictOn(undefined, '3_1', true)).toEqual({
    cause: 'infrastructure',
    again: true,
    words: 'Slurm does not know its task 3_1 any more',
  });
});

test.each([
  ['sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)', 'away'],
  ['squeue: error: slurm_receive_msg: Zero Bytes were transmitted or received', 'away'],
  ['sbatch: error: Batch job submission failed: Socket timed out on send/recv operation', 'away'],
  [
    "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'full',
  ],
  [
    "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'full',
  ],
  [
    'sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified',
    'refused',
  ],
  ['sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified', 'refused'],
  ["sbatch: unrecognized option '--foo'", 'refused'],
])('%j is: %s', (words, kind) => {
  expect(new SlurmTrouble('sbatch', words).kind).toBe(kind);
});

test.each([
  ['5:00', 300_000],
  ['0:07', 7000],
  ['1:02:03', 3_723_000],
  ['2-00:00:01', 172_801_000],
  ['UNLIMITED', Number.POSITIVE_INFINITY],
  ['INVALID', Number.POSITIVE_INFINITY],
  ['', Number.POSITIVE_INFINITY],
])('%j is a duration of %d ms', (text, milliseconds) => {
  expect(durationOf(text)).toBe(milliseconds);
});

test('what sacct writes is read, lines of steps left out', () => {
  const states = pastStatesOf(
    '12_0|OUT_OF_MEMORY|0:125\n12_0.batch|OUT_OF_MEMORY|0:125\n12_1|CANCELLED by 1000|0:15\n12_2|TIMEOUT|0:0\n',
  );
  expect([...states]).toEqual([
    ['12_0', { word: 'OUT_OF_MEMORY', reason: 'exit code 0:125' }],
    ['12_1', { word: 'CANCELLED', reason: 'exit code 0:15' }],
    ['12_2', { word: 'TIMEOUT', reason: 'exit code 0:0' }],
  ]);
});

test.each([
  [
    '0::/slurm/job_12/step_batch\n',
    'slurm/job_12/step_batch',
    'memory.events',
    'low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n',
    2,
  ],
  [
    '9:cpuset:/x\n4:memory:/slurm/job_12\n',
    'memory/slurm/job_12',
    'memory.oom_control',
    'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
    1,
  ],
  ['0::/elsewhere\n', 'slurm', 'memory.events', 'oom_kill 5\n', 0],
])('of control groups %j in %s, %s tells what was ended for want of memory', (groups, folder, file, text, kills) => {
  const root = mkdtempSync(join(tmpdir(), 'imago-groups-'));
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, file), text);
  writeFileSync(join(root, 'self'), groups);
  expect(memoryKills(join(root, 'self'), root)).toBe(kills);
  expect(memoryKills(join(root, 'nobody'), root)).toBe(0);
  rmSync(root, { recursive: true });
});
