import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensure } from '../../core/errors.ts';
import { freshName, readWhole, writeWhole } from './files.ts';
import { placesIn } from './order.ts';

/** Milliseconds between two signs of life. */
const BEAT = 5000;
/** Signs of life that another machine must have missed. */
const MISSED = 4;

/** Who has a directory. `beats` counts: no clock of another machine is read. */
interface Holder {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, by the clock of its own machine, where that is told. */
  readonly began: string;
  readonly beats: number;
}

/** A directory in the hands of this process. */
export class Hold {
  readonly #path: string;
  readonly #name = freshName();
  readonly #timer: NodeJS.Timeout;
  #beats = 0;

  private constructor(path: string) {
    this.#path = path;
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), BEAT).unref();
  }

  /** Takes a directory that nobody has; throws `store` where a living process has it. */
  static async take(directory: string): Promise<Hold> {
    const { study } = placesIn(directory);
    const holder = readWhole<Holder>(study);
    ensure(
      !holder || !(await isAlive(holder, study)),
      'store',
      () =>
        `slurmExecutor: process ${holder?.pid} on ${holder?.host} has the directory ${directory}; give each study its own, or end that one`,
    );
    return new Hold(study);
  }

  /** Lets the directory go. */
  release(): void {
    clearInterval(this.#timer);
    if (readWhole<Holder>(this.#path)?.name === this.#name) rmSync(this.#path, { force: true });
  }

  #beat(): void {
    const { pid } = process;
    // It may have been deleted by hand.
    mkdirSync(dirname(this.#path), { recursive: true });
    const holder: Holder = { name: this.#name, host: hostname(), pid, began: beginOf(pid), beats: this.#beats++ };
    writeWhole(this.#path, holder);
  }
}

/** On another machine it is alive when it goes on to count. */
async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.host === hostname()) return beginOf(holder.pid) === holder.began && isProcess(holder.pid);
  for (let k = 0; k < MISSED; k++) {
    await pause(BEAT);
    const present = readWhole<Holder>(path);
    if (!present) return false;
    if (present.name !== holder.name || present.beats !== holder.beats) return true;
  }
  return false;
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Tells a process from an earlier one with the same number; empty where the system does not say. */
function beginOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')')).split(' ')[20] ?? '';
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
