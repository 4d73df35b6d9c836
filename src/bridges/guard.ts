import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads what is alive, line by line; when the pipe breaks, its writer is dead, and what was alive is ended. The writer may have
 * died between the start of a program and telling its group: a program of which no group was told is known by its working folder,
 * where there is a /proc. It is there by then: until it has been started it holds the other end of the pipe.
 */
const SCRIPT = `
while read -r word rest; do
  case $word in
    folder) folder=$rest ;;
    group) group=$rest ;;
    done) folder= group= ;;
  esac
done
if [ -n "$group" ]; then
  kill -s KILL -- "-$group"
elif [ -n "$folder" ] && here=$(cd -- "$folder" && pwd -P); then
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/cwd")" != "$here" ] || kill -s KILL -- "-\${process#/proc/}"
  done
fi
[ -z "$folder" ] || rm -rf -- "$folder" || rm -rf -- "$folder"`;

/**
 * A small process that outlives this one, however it dies, by just long enough to end the program that runs and to remove its
 * folder. Guards are used again; idle ones end with this process. Where there is no `sh`, nothing is guarded.
 */
export class Guard {
  static readonly #idle: Guard[] = [];
  readonly #shell: ChildProcess;
  #alive = true;

  /** An idle guard, or a new one. */
  static take(): Guard {
    return Guard.#idle.pop() ?? new Guard();
  }

  private constructor() {
    // A group of its own, so that a Ctrl-C or a kill of our group spares it.
    this.#shell = spawn('sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
    const lost = () => {
      this.#alive = false;
    };
    this.#shell.on('error', lost).on('exit', lost);
    this.#shell.stdin?.on('error', lost);
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref(): void }).unref();
  }

  /** Says what must not survive this process. */
  watch(what: 'folder' | 'group', value: string | number): void {
    this.#write(`${what} ${value}`);
  }

  /** Says that nothing is left to be ended, and makes the guard free for another program. */
  release(): void {
    this.#write('done');
    if (this.#alive) Guard.#idle.push(this);
  }

  #write(line: string): void {
    if (this.#alive) this.#shell.stdin?.write(`${line}\n`);
  }
}
