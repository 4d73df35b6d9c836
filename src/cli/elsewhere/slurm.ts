import type { Command } from 'commander';
import { type Executor, ensure } from '../../index.ts';
import { type SlurmOptions, slurmExecutor } from '../../node.ts';
import { count, positive } from '../argument.ts';

/** How a command wants its evaluations run on Slurm. */
export interface SlurmChoice {
  readonly slurmDirectory?: string;
  readonly slurmSbatch?: readonly string[];
  readonly slurmPrologue?: string;
  readonly slurmGroup?: number;
  readonly slurmPilot?: number;
  readonly slurmJobs?: number;
  readonly slurmCancel?: boolean;
  /** Seconds. */
  readonly slurmLateness?: number;
}

const several = (value: string, before: readonly string[] = []) => [...before, value];

/** Adds the options that {@link SlurmChoice} holds to a command. */
export function withSlurmOptions(command: Command): Command {
  return command
    .option('--slurm-directory <path>', 'of --executor slurm: a folder that this machine and the nodes see alike')
    .option('--slurm-sbatch <option>', "an option of sbatch, '--partition=short'; may be given several times", several)
    .option('--slurm-prologue <lines>', "what each task begins with in its shell, 'module load node'")
    .option('--slurm-group <count>', 'runs for each task (default: as many as it can begin in two minutes)', count)
    .option(
      '--slurm-pilot <count>',
      'number of workers that stay until the time of their tasks is up, as for searches',
      count,
    )
    .option('--slurm-jobs <count>', "tasks in Slurm's queue at most (default: 100)", count)
    .option('--slurm-cancel', 'Ctrl-C cancels the tasks as well, in place of letting them go on')
    .option('--slurm-lateness <seconds>', 'by which the nodes may see a file late (default: 60)', positive);
}

/** Throws where options are given that have no meaning where the simulator runs. */
export function checkSlurm(
  options: SlurmChoice & { readonly workers?: number; readonly memoryLimit?: number },
  isSlurm: boolean,
): void {
  const given = Object.keys(options).find(
    (name) => name.startsWith('slurm') && options[name as keyof SlurmChoice] !== undefined,
  );
  const { workers, memoryLimit, slurmDirectory } = options;
  const flag = given?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  ensure(isSlurm || given === undefined, 'invalid-argument', `--${flag} needs --executor slurm`);
  if (!isSlurm) return;
  ensure(
    workers === undefined,
    'invalid-argument',
    '--workers is for threads and processes; on Slurm, --slurm-jobs limits the tasks in the queue and --slurm-pilot keeps workers',
  );
  ensure(
    memoryLimit === undefined,
    'invalid-argument',
    `--memory-limit is for threads and processes; on Slurm, give the memory of a task: --slurm-sbatch=--mem=${memoryLimit}M`,
  );
  ensure(
    slurmDirectory !== undefined,
    'invalid-argument',
    '--executor slurm needs --slurm-directory, a folder that this machine and the nodes see under the same path',
  );
}

/** The executor that the options ask for. */
export function onSlurm(choice: SlurmChoice, shared: Pick<SlurmOptions, 'timeLimit' | 'notice'>): Executor {
  const { slurmDirectory = '', slurmSbatch, slurmPrologue, slurmGroup, slurmPilot, slurmJobs, slurmCancel } = choice;
  const given = {
    ...{ sbatch: slurmSbatch, prologue: slurmPrologue, group: slurmGroup, pilot: slurmPilot, jobs: slurmJobs },
    ...{ cancel: slurmCancel, lateness: choice.slurmLateness === undefined ? undefined : choice.slurmLateness * 1000 },
  };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return slurmExecutor({ directory: slurmDirectory, ...known, ...shared });
}
