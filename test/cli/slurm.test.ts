import { expect, test } from 'vitest';
import { checkSlurm } from '../../src/cli/elsewhere/slurm.ts';

test.each<[Parameters<typeof checkSlurm>[0], boolean, string]>([
  [{ slurmPilot: 2 }, false, '--slurm-pilot needs --executor slurm'],
  [{ slurmSbatch: ['--mem=1G'] }, false, '--slurm-sbatch needs --executor slurm'],
  [{}, true, '--executor slurm needs --slurm-directory'],
  [{ slurmDirectory: 'd', workers: 2 }, true, '--workers is for threads and processes'],
  [{ slurmDirectory: 'd', memoryLimit: 500 }, true, '--slurm-sbatch=--mem=500M'],
])('%j, on Slurm: %s, is refused: %s', (options, isSlurm, words) => {
  expect(() => checkSlurm(options, isSlurm)).toThrow(words);
});

test('what has a meaning is taken', () => {
  checkSlurm({ slurmDirectory: 'd', slurmGroup: 3 }, true);
  checkSlurm({ workers: 2 }, false);
});
