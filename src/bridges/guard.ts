import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

const RUN_BYTES = 8;

/** A path in the temporary folder for a run of its own: of this shape alone a {@link Guard} removes folders. */
export function runPath(): string {
  return resolve(tmpdir(), `imago-run-${randomBytes(RUN_BYTES).toString('hex')}`);
}

/**
 * Reads what is alive, line by line, a folder with all but its plain bytes escaped: no name can end a line or be cut. Only what has
 * the name of a run's folder is ever removed; when the pipe breaks, its writer is dead, and what was alive is ended. The writer may have
 * died between the start of a program and telling its group: a program of which no group was told is known by its working folder,
 * where there is a /proc. It is there by then: until it has been started it holds the other end of the pipe.
 */
const SCRIPT = `
while read -r word rest; do
  case $word in
    folder) folder=$(printf '%b' "$rest") ;;
    group) group=$rest ;;
    done) folder= group= ;;
  esac
done
case $folder in
  */imago-run-${'[0-9a-f]'.repeat(2 * RUN_BYTES)}) ;;
  *) folder= ;;
esac
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
    this.#write(`${what} ${typeof value === 'string' ? escaped(value) : value}`);
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

/** A text as `printf '%b'` reads it back, byte for byte. */
function escaped(text: string): string {
  const byte = (one: number) => `\\0${one.toString(8).padStart(3, '0')}`;
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\w/.-]/g, (letter) => byte(letter.charCodeAt(0)));
}
