import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch, type Waiting } from '../../../src/execution/slurm/batch.ts';
import { Crew } from '../../../src/execution/slurm/crew.ts';
import { placesOf } from '../../../src/execution/slurm/order.ts';
import { Recovery } from '../../../src/execution/slurm/recovery.ts';
import { someTasks } from '../../fixtures/fake-slurm.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imago-recovery-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a run that is posted in the middle of a look is not taken for lost, and one whose file is gone is', () => {
  const order = { directory, pilot: false };
  const crew = new Crew({ directory, name: 'x', order, sbatch: [], prologue: '', jobs: 1, notice: () => undefined });
  const recovery = new Recovery(crew, { retries: 3, lateness: 0 });
  const places = placesOf(directory);
  for (const folder of [places.open, places.taken, places.answers]) mkdirSync(folder);
  const batch = new Batch(directory);
  const again: string[] = [];
  const waiting = (key: string): Waiting => ({
    ...{ key, task: someTasks(1)[0], attempts: 0, settle: () => undefined },
    again: () => void again.push(key),
  });
  const look = (meanwhile: () => void = () => undefined) => {
    const [open, claims] = [new Set(batch.open()?.keys()), batch.claims()];
    meanwhile();
    recovery.findLost(batch, open, claims);
  };
  look(() => batch.post([waiting('late')]));
  expect(again).toEqual([]);
  batch.post([waiting('gone')]);
  rmSync(join(places.open, [...(batch.open()?.keys() ?? [])][1]));
  look();
  look();
  expect(again).toEqual(['gone']);
});
