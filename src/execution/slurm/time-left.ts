import { SlurmTrouble, slurm } from './commands.ts';

/** Milliseconds that are left of a job of Slurm; infinity where there is no limit, or nobody who can tell. */
export async function timeLeft(job: string): Promise<number> {
  try {
    return durationOf((await slurm('squeue', ['--noheader', `--jobs=${job}`, '--format=%L'])).trim());
  } catch (error) {
    if (error instanceof SlurmTrouble) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Milliseconds of `days-hours:minutes:seconds`, of which the first parts may be missing; infinity for what is no duration. */
export function durationOf(text: string): number {
  const [, days = '0', hours = '0', minutes, seconds] = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text) ?? [];
  if (minutes === undefined) return Number.POSITIVE_INFINITY;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
