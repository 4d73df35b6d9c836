import type { WorkerOrder } from './order.ts';
import { timeLeft } from './time-left.ts';
import { SlurmWorker } from './worker.ts';

const order = JSON.parse(process.argv[2]) as WorkerOrder;
const { SLURM_JOB_ID = '', SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_RESTART_COUNT = '0' } = process.env;
const name = `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}.${SLURM_RESTART_COUNT}`;
const worker = new SlurmWorker(order, name, await timeLeft(SLURM_JOB_ID));
// Slurm's word that the time is up: what runs may still end before SIGKILL comes.
process.on('SIGTERM', () => worker.stop());
await worker.work();
process.exit(0);
