import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Dataset, Matrix } from 'imago';

/** A model of another system. */
export interface Peer {
  readonly system: string;
  readonly model: string;
}

/** Means and deviations at the test points, and the time that they took. */
export type Answer =
  | {
      readonly mean: number[];
      readonly deviation: number[] | null;
      readonly fitSeconds: number;
      readonly predictSeconds: number;
      /** The same in processor time. */
      readonly fitProcessorSeconds: number;
      readonly predictProcessorSeconds: number;
    }
  | { readonly error: string };

const SCRIPT = fileURLToPath(new URL('./accuracy.py', import.meta.url));

/** Design and test points as the process reads them from a file. */
export function numbersOf({ train, test }: { readonly train: Dataset; readonly test: Pick<Dataset, 'x'> }) {
  const rowsOf = (x: Matrix) => Array.from({ length: x.rows }, (_, i) => [...x.row(i)]);
  return { x: rowsOf(train.x), y: [...train.y.column(0)], test: rowsOf(test.x) };
}

/** A Python process that fits other systems' models; `accuracy.py` describes how. */
export class ModelPeers {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#process = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  /** The models that this Python has. */
  static installed(python: string): Peer[] {
    return JSON.parse(execFileSync(python, [SCRIPT, '--list'], { encoding: 'utf8', timeout: 300_000 })) as Peer[];
  }

  async ask(request: Peer & { readonly file: string }): Promise<Answer> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    return done ? { error: 'the process of the peers has ended' } : (JSON.parse(value) as Answer);
  }

  end(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }
}
