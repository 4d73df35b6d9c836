import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { killGroup } from './process-group.ts';
import { WARDEN_PIPE, type WardenData } from './process-message.ts';
import { Standstill } from './standstill.ts';

/** Milliseconds between two looks at the memory, which can grow by a gigabyte a second, and at the parent. */
const MEMORY_LOOK = 10;
const PARENT_LOOK = 100;

/*
 * The thread of a worker process that keeps its eyes open while a simulator keeps the main thread busy: it ends the process, with
 * all that it has started, when the parent has died or when more memory is in use than allowed, and it sees when the process stands still.
 */
const { order, standstill } = workerData as WardenData;
const { parent, limit } = order;
new Standstill(standstill).watch();
if (process.platform !== 'win32')
  setInterval(() => {
    if (process.ppid !== parent) killGroup(process.pid);
  }, PARENT_LOOK);
if (limit !== undefined)
  setInterval(() => {
    if (process.memoryUsage.rss() <= limit) return;
    // Without the number: the same failure has the same reason in every run.
    writeSync(WARDEN_PIPE, `more than ${Math.round(limit / 1e6)} MB of memory in use`);
    killGroup(process.pid);
  }, MEMORY_LOOK);
