import { join } from 'node:path';
import { workerFile } from '../worker-file.ts';
import { placesIn, type WorkerOrder } from './order.ts';

/** What `sbatch` is told of an array of workers, before what the user tells it. */
export function arrayArguments(name: string, directory: string, count: number): string[] {
  const log = join(placesIn(directory).log, '%A_%a.txt');
  return [
    '--parsable',
    `--array=0-${count - 1}`,
    `--job-name=${name}`,
    `--output=${log}`,
    '--open-mode=append',
    '--requeue',
  ];
}

/** The script of a task: the user's own lines, and then a worker in place of the shell, so that signals reach it. */
export function scriptOf(order: WorkerOrder, prologue: string): string {
  const command = [process.execPath, workerFile('slurm-worker'), JSON.stringify(order)].map(quoted).join(' ');
  return `#!/bin/bash\n${prologue}\nexec ${command}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
