import { SlurmTrouble, slurm } from './commands.ts';
import type { TaskState } from './states.ts';

/** What the accounting says of tasks that have ended, or undefined where the site has none. */
export async function pastStates(tasks: readonly string[]): Promise<Map<string, TaskState> | undefined> {
  try {
    const format = '--format=JobID,State,ExitCode';
    return pastStatesOf(
      await slurm('sacct', ['--noheader', '--parsable2', '--allocations', format, `--jobs=${tasks.join()}`]),
    );
  } catch (error) {
    if (error instanceof SlurmTrouble) return undefined;
    throw error;
  }
}

/** By `ARRAY_INDEX` what `sacct` has said, line by line: `12_3|CANCELLED by 1000|0:15`. */
export function pastStatesOf(text: string): Map<string, TaskState> {
  const states = new Map<string, TaskState>();
  for (const line of text.split('\n')) {
    const [task, state, exitCode] = line.trim().split('|');
    const word = state?.split(' ')[0];
    // The step of the batch script has a line of its own in some versions.
    if (word && !task.includes('.')) states.set(task, { word, reason: `exit code ${exitCode}` });
  }
  return states;
}
