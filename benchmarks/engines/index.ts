import type { Engine } from './engine.ts';
import { queue } from './queue.ts';

/** What the benchmarks `scale` and `faults` know. */
export const ENGINES: readonly Engine[] = [queue];
