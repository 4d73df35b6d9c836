import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Python to run peers with, from the environment. */
export function peersPython(): string | undefined {
  return process.env.IMAGO_PEERS_PYTHON || undefined;
}

/** One optimization by a peer. */
interface PeerRequest {
  readonly system: string;
  readonly dimension: number;
  readonly budget: number;
  readonly seed: number;
  /** Where there are several: how many, what lies beyond does not count, and how many constraints follow them. */
  readonly objectives?: number;
  readonly reference?: readonly number[];
  readonly constraints?: number;
  /** Rows that it knows before it proposes anything. */
  readonly known?: { readonly x: readonly number[][]; readonly y: readonly number[] };
}

/** What one proposal took, in milliseconds. */
interface Spent {
  readonly wall: number;
  readonly processor: number;
}

interface Message {
  readonly systems?: string[];
  readonly u?: number[];
  readonly milliseconds?: number;
  readonly processor?: number;
  readonly done?: boolean;
  readonly error?: string;
}

/** A Python process that asks for values of functions; `protocol.py` describes how. */
export class PythonPeers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** The systems that are installed. */
  systems: readonly string[] = [];

  private constructor(python: string, file: string) {
    const script = fileURLToPath(new URL(file, import.meta.url));
    const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', RAYON_NUM_THREADS: '1' };
    this.#child = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...threads },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts one of the Python files beside this one. */
  static async start(python: string, file: string): Promise<PythonPeers> {
    const peers = new PythonPeers(python, file);
    peers.#send({ systems: true });
    peers.systems = (await peers.#next()).systems ?? [];
    return peers;
  }

  /** The values that a system saw, in order, and the milliseconds that it took between them, in all and for each. */
  async run<T>(
    request: PeerRequest,
    evaluate: (u: number[]) => T,
  ): Promise<{ values: T[]; milliseconds: number; spent: Spent[]; error?: string }> {
    const values: T[] = [];
    const spent: Spent[] = [];
    let milliseconds = 0;
    this.#send(request);
    for (;;) {
      const message = await this.#next();
      if (!message.u) return { values, milliseconds, spent, ...(message.error && { error: message.error }) };
      const { milliseconds: wall = 0, processor = 0 } = message;
      milliseconds += wall;
      spent.push({ wall, processor });
      const value = evaluate(message.u);
      values.push(value);
      this.#send(value);
    }
  }

  /** The answer to one request. */
  async ask(request: object): Promise<object> {
    this.#send(request);
    const answer = await this.#next();
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  stop(): void {
    this.#child.kill();
  }

  #send(message: unknown): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  async #next(): Promise<Message> {
    const { value, done } = await this.#lines.next();
    return done ? { error: 'the Python process ended' } : (JSON.parse(value) as Message);
  }
}
