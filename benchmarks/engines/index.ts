import type { Engine } from './engine.ts';
import { queue } from './queue.ts';
import { pilots, slurm } from './slurm.ts';
import { nodeServer, pythonServer } from './umbridge.ts';

/** What the benchmarks `scale` and `faults` know. */
export const ENGINES: readonly Engine[] = [queue, slurm, pilots, pythonServer, nodeServer];
