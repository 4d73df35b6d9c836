import { type ChildProcess, fork } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import { workerFile } from '../../execution/worker-file.ts';
import { Gone } from '../../serving/outlet.ts';
import { Refusal } from '../../serving/refusal.ts';
import type { ModelQuestion, ModelReply } from './question.ts';

/** Questions that wait at most. */
const MOST_WAITING = 16;
/** Milliseconds after which a process that is asked nothing ends. */
const IDLE = 300_000;
const MEGABYTES = 2048;

/** Asks models in a process of its own, one question at a time: what takes long keeps nobody else waiting for runs. */
export class ModelDesk {
  /** Milliseconds that an answer may take. */
  readonly #patience: number;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(patience = 120_000) {
    this.#patience = patience;
  }

  /** The id of the process that is asked; undefined where none is. */
  get process(): number | undefined {
    return this.#child?.pid;
  }

  /** The parts as JSON. Who has gone when its turn comes is passed over. */
  async ask(question: ModelQuestion, signal: AbortSignal): Promise<string> {
    if (this.#waiting >= MOST_WAITING)
      throw new Refusal(503, 'Unavailable', 'many ask the models already; try again in a moment', {
        'retry-after': '1',
      });
    this.#waiting++;
    clearTimeout(this.#idle);
    const own = this.#last.then(() => {
      if (signal.aborted) throw new Gone();
      return this.#answer(question);
    });
    this.#last = own.catch(() => undefined);
    try {
      return await own;
    } finally {
      if (--this.#waiting === 0) this.#idle = setTimeout(() => this.#end(), IDLE).unref();
    }
  }

  async #answer(question: ModelQuestion): Promise<string> {
    const { kind, text } = await this.#reply(question);
    if (kind === 'refused') throw new Refusal(404, 'NotThere', text);
    if (kind === 'failed') throw new Error(text);
    return text;
  }

  #reply(question: ModelQuestion): Promise<ModelReply> {
    if (this.#isClosed) throw new Refusal(503, 'Unavailable', 'the server is closing');
    this.#child ??= this.#begin();
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const over = (then: () => void) => {
        clearTimeout(timer);
        child.off('message', told).off('close', ended).off('error', failed);
        then();
      };
      const timer = setTimeout(() => {
        this.#end();
        const seconds = this.#patience / 1000;
        over(() => reject(new Refusal(503, 'Unavailable', `the model was not asked to its end within ${seconds} s`)));
      }, this.#patience);
      const told = (message: unknown) => over(() => resolve(message as ModelReply));
      const ended = () => {
        this.#end();
        over(() => reject(new Refusal(503, 'Unavailable', 'the process that asks models has ended; try again')));
      };
      const failed = (error: Error) => {
        this.#end();
        over(() => reject(error));
      };
      child.on('message', told).on('close', ended).on('error', failed);
      child.send(question);
    });
  }

  #begin(): ChildProcess {
    const child = fork(workerFile('model-worker'), [], {
      execArgv: [`--max-old-space-size=${MEGABYTES}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // Also while it is asked nothing: the next question begins another one. What it fails with then is nobody's question.
    const gone = () => {
      if (this.#child === child) this.#child = undefined;
    };
    return child.on('exit', gone).on('disconnect', gone).on('error', gone);
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }
}
