import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { slurmExecutor } from '../../../src/execution/slurm/slurm.ts';
import { noSlurm, type OneNodeSlurm, startSlurm } from '../../fixtures/slurm.ts';
import { executorLaws } from '../../laws/executor-laws.ts';

describe.skipIf(noSlurm)(`on a real Slurm${noSlurm ? `: ${noSlurm}` : ''}`, () => {
  let slurm: OneNodeSlurm;
  const folder = mkdtempSync(join(tmpdir(), 'imago-on-slurm-'));
  beforeAll(async () => {
    slurm = await startSlurm();
  });
  afterAll(async () => {
    await slurm.stop();
    rmSync(folder, { recursive: true });
  });

  let made = 0;
  executorLaws('slurmExecutor', (wishes) =>
    slurmExecutor({ directory: join(folder, String(made++)), pilot: 1, cancel: true, lateness: 1000, ...wishes }),
  );
});
