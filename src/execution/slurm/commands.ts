import { execFile } from 'node:child_process';

/** Milliseconds that a command of Slurm may take: it asks a controller that does not answer again and again. */
const PATIENCE = 60_000;
/** In place of the words of a command that did not end. */
const NO_ANSWER = 'nothing: unable to contact slurm controller';
const MOST_OUTPUT = 64 * 2 ** 20;

/** What commands say when the controller is away, restarts, or has too much to do. */
const AWAY =
  /unable to contact slurm controller|connection refused|connection timed out|socket timed out|zero bytes were transmitted|communication (?:connection )?failure|standby mode|temporarily unable|transport endpoint|try again later|insane message length/i;

/** What sites say when no more jobs may be queued at present. */
const FULL =
  /job submit limit|submitjob|maxsubmit|maxjobs|maximum number of jobs|job count|too many (?:pending )?jobs/i;

/** A command of Slurm that did not do what it was asked to. */
export class SlurmTrouble extends Error {
  /** The controller is away, no more jobs may be queued at present, what was asked is refused, or there is no such command. */
  readonly kind: 'away' | 'full' | 'refused' | 'missing';

  /** `words`: what the command has said; without them there is no such command here. */
  constructor(command: string, words?: string) {
    super(
      words === undefined
        ? `there is no command ${command} here; run imago on a login node of the cluster, with Slurm in its PATH`
        : `${command} says: ${words}`,
    );
    if (words === undefined) this.kind = 'missing';
    else this.kind = AWAY.test(words) ? 'away' : FULL.test(words) ? 'full' : 'refused';
  }
}

/** Runs a command of Slurm; throws {@link SlurmTrouble} where it fails. */
export function slurm(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, maxBuffer: MOST_OUTPUT, killSignal: 'SIGKILL' } as const;
    const child = execFile(command, args, options, (error, output, errors) => {
      if (!error) resolve(output);
      else if (error.code === 'ENOENT') reject(new SlurmTrouble(command));
      else reject(new SlurmTrouble(command, error.killed ? NO_ANSWER : wordsOf(errors, output)));
    });
    // One that ends before it has read all says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Several lines as one, without the name of the command before each. */
function wordsOf(errors: string, output: string): string {
  const lines = (errors.trim() || output.trim() || 'nothing').split('\n');
  return lines.map((line) => line.replace(/^\w+: (?:error: )?/, '').trim()).join(' / ');
}
