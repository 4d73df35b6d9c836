import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Every system that `regret.py` knows. */
const KNOWN = ['optuna-gp', 'optuna-tpe', 'ax', 'smt-ego', 'egobox', 'hebo', 'cma-es'];

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
}

interface Message {
  readonly systems?: string[];
  readonly u?: number[];
  readonly milliseconds?: number;
  readonly done?: boolean;
  readonly error?: string;
}

/** A Python process that asks for values of functions; `regret.py` describes the protocol. */
export class PythonPeers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** The systems that are installed. */
  systems: readonly string[] = [];

  private constructor(python: string) {
    const script = fileURLToPath(new URL('./regret.py', import.meta.url));
    const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', RAYON_NUM_THREADS: '1' };
    this.#child = spawn(python, [script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...threads },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  static async start(python: string): Promise<PythonPeers> {
    const peers = new PythonPeers(python);
    peers.#send({ systems: true });
    peers.systems = (await peers.#next()).systems ?? [];
    return peers;
  }

  get missing(): string[] {
    return KNOWN.filter((name) => !this.systems.includes(name));
  }

  /** The values that a system saw, in order, and the milliseconds that it took between them. */
  async run(
    request: PeerRequest,
    evaluate: (u: number[]) => number,
  ): Promise<{ values: number[]; milliseconds: number; error?: string }> {
    const values: number[] = [];
    let milliseconds = 0;
    this.#send(request);
    for (;;) {
      const message = await this.#next();
      if (!message.u) return { values, milliseconds, ...(message.error && { error: message.error }) };
      milliseconds += message.milliseconds ?? 0;
      const value = evaluate(message.u);
      values.push(value);
      this.#send(value);
    }
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
