import { ensure } from '../../index.ts';
import { type QueueState, queueState, type WorkerRecord } from '../../node.ts';
import { writeOutput } from '../output-file.ts';
import { duration } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago queue`. */
export interface QueueCommandOptions {
  readonly redis?: string;
  readonly queue?: string;
  /** A path. */
  readonly json?: string;
}

/** Says what waits and runs in a queue, for whom, and what each worker does. */
export async function queueCommand({ redis, queue, json }: QueueCommandOptions, terminal: Terminal): Promise<void> {
  ensure(redis !== undefined, 'invalid-argument', 'imago queue needs --redis, or the variable IMAGO_REDIS');
  const state = await queueState({ redis, ...(queue !== undefined && { queue }) });
  if (json !== undefined) writeOutput(json, `${JSON.stringify(state, null, 2)}\n`);
  for (const line of linesOf(state)) terminal.print(line);
}

function linesOf({ queue, redis, simulators, studies, workers }: QueueState): string[] {
  return [
    `The queue '${queue}' at ${redis}`,
    ...simulators.map(({ identity, waiting, running }) => `  ${identity}: ${waiting} jobs wait, ${running} run`),
    studies.length === 0 ? 'No study asks for runs' : 'Studies',
    ...studies.map(
      ({ name, identity, priority, answered, asked }) =>
        `  ${name} asks for ${identity}: ${answered} runs answered, ${asked} in the queue, priority ${priority}`,
    ),
    workers.length === 0 ? 'No worker is there; imago worker is one' : 'Workers',
    ...workers.flatMap((worker) => [
      `  ${worker.name} takes ${worker.slots} at once; ${doing(worker)}`,
      ...Object.values(worker.refusals).map((reason) => `    ${reason}`),
    ]),
  ];
}

function doing({ running, pausing }: WorkerRecord): string {
  if (running.length === 0) return pausing === undefined ? 'has nothing to do' : `takes none for a while: ${pausing}`;
  const all = running.map(({ first, runs, seconds }) => {
    const others = runs > 1 ? ` and ${runs - 1} more` : '';
    return `${first}${others} (${duration(seconds)})`;
  });
  return `runs ${all.join(', ')}`;
}
