import { type Command, Option } from 'commander';
import { count, positive, several } from './argument.ts';
import { type QueueCommandOptions, queueCommand } from './commands/queue.ts';
import { type WorkerCommandOptions, workerCommand } from './commands/worker.ts';
import { withQueueOptions } from './executor.ts';
import type { Terminal } from './terminal.ts';

const GRACE = 10;

/** Adds the commands of a queue on Redis. */
export function addQueueCommands(imago: Command, terminal: Terminal): void {
  withQueueOptions(imago.command('worker'))
    .description('run what studies with --executor queue ask of the simulators in a folder, until Ctrl-C')
    .option('--simulators <folder>', 'where they are; may be given several times (default: simulators)', several)
    .addOption(
      new Option('--executor <kind>', 'where the simulator runs')
        .choices(['processes', 'threads'])
        .default('processes'),
    )
    .option('-w, --workers <count>', 'runs at once (default: as many as there are cores)', count)
    .option('--memory-limit <MB>', 'of memory in all for each process, of heap for each thread', count)
    .option('--time-limit <seconds>', 'an evaluation that takes longer fails as timed-out', positive)
    .option('--grace <seconds>', 'for runs to end after Ctrl-C; then others get them', positive, GRACE)
    .addHelpText(
      'after',
      '\nA worker runs only simulators from its own folder, never code from the queue, and refuses jobs of another version of them.',
    )
    .action((options: Omit<WorkerCommandOptions, 'simulators'> & { simulators?: readonly string[] }) =>
      workerCommand({ ...options, simulators: options.simulators ?? ['simulators'] }, terminal),
    );
  withQueueOptions(imago.command('queue'))
    .description('what waits and runs in a queue, for whom, and what each worker does')
    .option('--json <path>', 'write it as JSON')
    .action((options: QueueCommandOptions) => queueCommand(options, terminal));
}
