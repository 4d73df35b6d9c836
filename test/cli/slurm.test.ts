import { expect, test } from 'vitest';
import { imagoHere } from '../fixtures/command-line.ts';

const sample = (...args: string[]) => imagoHere('sample', 'cantilever-beam', '--size', '1', ...args);

test.each([
  [['--slurm-pilot', '2'], '--slurm-pilot needs --executor slurm'],
  [['--executor', 'threads', '--slurm-sbatch', '--mem=1G'], '--slurm-sbatch needs --executor slurm'],
  [['--executor', 'slurm'], '--executor slurm needs --slurm-directory'],
  [['--executor', 'slurm', '--slurm-directory', 'd', '-w', '2'], '--workers is for threads and processes'],
  [['--executor', 'slurm', '--slurm-directory', 'd', '--memory-limit', '500'], '--slurm-sbatch=--mem=500M'],
  [
    ['--executor', 'slurm', '--slurm-directory', 'd', '--slurm-sbatch', '--wait'],
    "an option that the executor gives itself, got '--wait'",
  ],
])('%j is refused: %s', async (args, words) => {
  const { code, stderr } = await sample(...args);
  expect(stderr).toContain(words);
  expect(code).toBe(2);
});
