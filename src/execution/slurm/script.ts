import { join } from 'node:path';
import { workerFile } from '../worker-file.ts';
import { DIED, placesIn, type WorkerOrder } from './order.ts';

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

/**
 * The script of a task: the user's own lines, and then a worker, to which the shell hands on the signal to end. Where the worker ends in
 * another way than by itself, as when it is killed, the shell leaves a note: the study asks Slurm at once, and not when it is due.
 */
export function scriptOf(order: WorkerOrder, prologue: string): string {
  const command = [process.execPath, workerFile('slurm-worker'), JSON.stringify(order)].map(quoted).join(' ');
  const ended = quoted(placesIn(order.directory).ended);
  const note = `${ended}/"\${SLURM_ARRAY_JOB_ID:-0}_\${SLURM_ARRAY_TASK_ID:-0}.\${SLURM_RESTART_COUNT:-0}${DIED}"`;
  return `#!/bin/bash
${prologue}
worker=
told=
trap 'told=1; kill -TERM $worker 2>/dev/null || true' TERM
${command} &
worker=$!
[ -z "$told" ] || kill -TERM $worker 2>/dev/null || true
until
  told= code=0
  wait $worker || code=$?
  [ -z "$told" ]
do :; done
[ $code -eq 0 ] || { mkdir ${ended}; : > ${note}; } 2>/dev/null || true
exit $code
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
