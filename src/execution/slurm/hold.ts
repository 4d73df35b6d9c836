import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensure, ImagoError } from '../../core/errors.ts';
import { freshName, readWhole, unlessMissing, writeWhole } from './files.ts';
import { placesIn } from './order.ts';

/** Milliseconds between two signs of life. */
const BEAT = 5000;
/** Signs of life that another machine must have missed. */
const MISSED = 4;
/** Milliseconds until it is looked again what became of one that is taking over. */
const SOON = 50;
/** What file systems say that have no links. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

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
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  #beats = 1;
  /** Who has it in place of this process. */
  #other?: Holder;
  /** Signs of life that could not be given, one after the other, and why the last could not. */
  #missed = 0;
  #trouble: unknown;

  private constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
    this.#timer = setInterval(() => this.#tryBeat(), BEAT).unref();
  }

  /** Takes a directory that nobody has; throws `store` where a living process has it. */
  static async take(directory: string): Promise<Hold> {
    const { study } = placesIn(directory);
    // It may have been deleted by hand.
    mkdirSync(directory, { recursive: true });
    const name = freshName();
    const holder = await seize(study, name);
    ensure(!holder, 'store', () => hasIt(holder as Holder, directory));
    return new Hold(study, name);
  }

  /**
   * Throws `store` where another has taken the directory, which thought this process dead: as one that was stopped for long. Throws what keeps
   * it from giving signs of life, when others may think so.
   */
  check(): void {
    if (this.#missed >= MISSED) throw this.#trouble;
    if (this.#other) throw new ImagoError('store', hasIt(this.#other, dirname(this.#path)));
  }

  /** Whether another has the directory just now: what is there is its own then. */
  get isLost(): boolean {
    this.#see();
    return this.#other !== undefined;
  }

  /** Lets the directory go. */
  release(): void {
    clearInterval(this.#timer);
    if (readWhole<Holder>(this.#path)?.name === this.#name) rmSync(this.#path, { force: true });
  }

  #tryBeat(): void {
    try {
      this.#beat();
      this.#missed = 0;
    } catch (error) {
      this.#missed++;
      this.#trouble = error;
    }
  }

  #beat(): void {
    if (this.isLost) return;
    // A directory that was deleted comes back with what is posted anew, and not at the end of a study.
    unlessMissing(() => writeWhole(this.#path, holderNamed(this.#name, this.#beats++)));
  }

  #see(): void {
    const holder = readWhole<Holder>(this.#path);
    this.#other = holder && holder.name !== this.#name ? holder : undefined;
  }
}

/**
 * Makes a file with the name of who has it, which only one of several can; the present holder, where that is alive. Who follows one that is dead
 * has to have its will first, a file made in the same way: so no two follow the same one.
 */
async function seize(path: string, name: string): Promise<Holder | undefined> {
  for (;;) {
    if (made(path, name)) return undefined;
    const holder = readWhole<Holder>(path);
    if (!holder) {
      // A client of a network file system may go on for a while to remember that there was none.
      await pause(SOON);
      continue;
    }
    if (await isAlive(holder, path)) return holder;
    const will = `${path}.${holder.name}`;
    if (await seize(will, name)) {
      await pause(SOON);
      continue;
    }
    try {
      if (readWhole<Holder>(path)?.name !== holder.name) continue;
      writeWhole(path, holderNamed(name));
      return undefined;
    } finally {
      rmSync(will, { force: true });
    }
  }
}

/** Whether a file was made with all it holds, and was not there. */
function made(path: string, name: string): boolean {
  const draft = `${dirname(path)}/.${freshName()}`;
  const text = JSON.stringify(holderNamed(name));
  writeFileSync(draft, text);
  try {
    linkOr(() => writeFileSync(path, text, { flag: 'wx' }), draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // The answer to a link may be lost on a network, and the repeated question be told that the file is there.
    return readWhole<Holder>(path)?.name === name;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Links a file, or does something else where the file system has no links. */
function linkOr(otherwise: () => void, from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    otherwise();
  }
}

function holderNamed(name: string, beats = 0): Holder {
  const { pid } = process;
  return { name, host: hostname(), pid, began: beginOf(pid), beats };
}

function hasIt({ pid, host }: Holder, directory: string): string {
  return `slurmExecutor: process ${pid} on ${host} has the directory ${directory}; give each study its own, or end that one`;
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
