import { afterAll, vi } from 'vitest';
import type { SimulatorSource } from '../../src/core/simulator.ts';
import type { WorkerProcess } from '../../src/execution/worker-process.ts';
import { malformedLaws } from '../laws/malformed-laws.ts';

const { real } = vi.hoisted(() => ({ real: {} as { process?: WorkerProcess } }));

// Simulators are loaded in a process that is none of this one, as in use, but in one for all until it dies: each start costs half a second.
vi.mock('../../src/execution/worker-process.ts', async (load) => {
  const { WorkerProcess, ...others } = await load<typeof import('../../src/execution/worker-process.ts')>();
  return {
    ...others,
    WorkerProcess: class {
      declare(source: SimulatorSource) {
        if (!real.process?.isAlive) real.process = new WorkerProcess();
        return real.process.declare(source);
      }

      end(): undefined {
        return undefined;
      }

      async close(): Promise<void> {
        return undefined;
      }
    },
  };
});

afterAll(() => real.process?.close());

malformedLaws();
