import { vi } from 'vitest';
import { ImagoError } from '../../src/core/errors.ts';
import type { SimulatorSource } from '../../src/core/simulator.ts';
import { declarationOf } from '../../src/execution/declaration.ts';
import { loadSimulator } from '../../src/execution/plugin.ts';
import { malformedLaws } from '../laws/malformed-laws.ts';

// A simulator is loaded in a process of its own, half a second each: in malformed.slow.test.ts, but not here.
vi.mock('../../src/execution/worker-process.ts', () => ({
  WorkerProcess: class {
    async declare(source: SimulatorSource) {
      try {
        return declarationOf(await loadSimulator(source));
      } catch (error) {
        if (error instanceof ImagoError) return { unloadable: error.message };
        throw error;
      }
    }

    end(): undefined {
      return undefined;
    }

    async close(): Promise<void> {
      return undefined;
    }
  },
}));

malformedLaws();
