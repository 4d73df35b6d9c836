import { parentPort, workerData } from 'node:worker_threads';
import { Standstill } from './standstill.ts';

/* The thread of a process whose runs have a time limit that sees when the process stands still. */
new Standstill(workerData as SharedArrayBuffer).watch();
parentPort?.postMessage('watching');
