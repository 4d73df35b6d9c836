import type { OnnxSession } from '../../core/platform/onnx-runtime.ts';

/** A session whose memory is given back when nobody asks any more; who asks again opens it anew. */
export class HeldSession {
  readonly #open: () => Promise<OnnxSession>;
  #session: Promise<OnnxSession> | undefined;
  readonly #running = new Set<Promise<unknown>>();

  constructor(session: OnnxSession, open: () => Promise<OnnxSession>) {
    this.#session = Promise.resolve(session);
    this.#open = open;
  }

  run(...asked: Parameters<OnnxSession['run']>): ReturnType<OnnxSession['run']> {
    this.#session ??= this.#open();
    const answered = this.#session.then((session) => session.run(...asked));
    this.#running.add(answered);
    const end = () => this.#running.delete(answered);
    answered.then(end, end);
    return answered;
  }

  /** Gives the memory back once those who were asking have their answers. */
  async release(): Promise<void> {
    const held = this.#session;
    this.#session = undefined;
    // Who asked has been told of what failed.
    const [opened] = await Promise.allSettled([held, ...this.#running]);
    if (opened.status === 'fulfilled') await opened.value?.release();
  }
}
