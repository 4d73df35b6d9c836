import { noSlurm } from '../../test/fixtures/slurm.ts';
import type { Case, Engine, Running } from './engine.ts';
import { controllerKilled, nodeKilled, studyKilled, workerKilled } from './slurm-faults.ts';
import { SlurmPlace } from './slurm-place.ts';

const cases = [{ workers: 2, runMilliseconds: 1000, runs: 200 }];

const startWith =
  (usesPilots: boolean) =>
  async (asked: Case): Promise<Running> => {
    const place = await SlurmPlace.start(asked.workers);
    const executor = place.executor(usesPilots ? { pilot: asked.workers } : {});
    return {
      executor,
      async [Symbol.asyncDispose]() {
        await executor[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  };

/** Arrays of a Slurm of this machine, with as many cores as workers, the waiting for its scheduler included. */
export const slurm: Engine = {
  name: 'slurm',
  missing: () => noSlurm,
  cases,
  isCold: true,
  quickCases: [],
  start: startWith(false),
  faults: {
    'worker-killed': workerKilled,
    'study-killed': studyKilled,
    'slurmctld-killed': controllerKilled,
    'slurmd-killed': nodeKilled,
  },
  quickFaults: [],
};

/** Workers that stay in an allocation of the same Slurm. */
export const pilots: Engine = {
  ...slurm,
  name: 'slurm-pilot',
  isCold: false,
  start: startWith(true),
  faults: {},
};
