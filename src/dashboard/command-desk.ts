import { watchedControl } from '../control/store-control.ts';
import type { Command } from '../core/control/command.ts';
import { ImagoError } from '../core/errors.ts';
import type { Exchange } from '../serving/http-server.ts';
import { checkedLimits } from '../serving/limits.ts';
import { sendJson } from '../serving/outlet.ts';
import { Refusal } from '../serving/refusal.ts';
import { CHARGE, jsonOf, Room, withText } from '../serving/request-body.ts';

const LIMITS = checkedLimits({ bytes: 64 * 1024, depth: 4 });
/** Commands that wait for a study at most. */
const MOST_WAITING = 16;

/** Takes commands for studies from the page, one after the other for each study; none where the dashboard only reads. */
export class CommandDesk {
  readonly isOpen: boolean;
  readonly #room = new Room(LIMITS.bytes * CHARGE * MOST_WAITING);
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #waiting = new Map<string, number>();
  /** Stores that this process writes to now, on behalf of studies that nobody runs. */
  readonly #written = new Set<string>();

  constructor(isOpen: boolean) {
    this.isOpen = isOpen;
  }

  /** Whether it holds that store now to keep a command for later. */
  isWriting(path: string): boolean {
    return this.#written.has(path);
  }

  /** Answers with what became of the command for the study in a store, in a sentence. */
  async answer({ request, response }: Exchange, path: string): Promise<void> {
    if (!this.isOpen)
      throw new Refusal(
        403,
        'ReadOnly',
        'this dashboard only reads; start it with --control to control studies from it',
      );
    // A form of another page cannot say so without leave.
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
      throw new Refusal(415, 'WrongType', 'a command is JSON, of content type application/json');
    await withText(request, LIMITS, this.#room, async (text) => {
      const command = jsonOf(text, LIMITS) as Command;
      sendJson(response, 200, { text: await this.#inTurn(path, () => this.#send(path, command)) });
    });
  }

  async #inTurn<T>(path: string, action: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(path) ?? 0;
    if (waiting >= MOST_WAITING)
      throw new Refusal(503, 'Unavailable', `${waiting} commands wait for the study already`, { 'retry-after': '1' });
    this.#waiting.set(path, waiting + 1);
    const own = (this.#last.get(path) ?? Promise.resolve()).then(action);
    this.#last.set(
      path,
      own.catch(() => undefined),
    );
    try {
      return await own;
    } finally {
      this.#waiting.set(path, (this.#waiting.get(path) as number) - 1);
    }
  }
  async #send(path: string, command: Command): Promise<string> {
    const writing = async <T>(action: () => Promise<T>): Promise<T> => {
      this.#written.add(path);
      try {
        return await action();
      } finally {
        this.#written.delete(path);
      }
    };
    try {
      return await watchedControl(path, writing).send(command);
    } catch (error) {
      if (error instanceof ImagoError && error.code === 'invalid-argument')
        throw new Refusal(409, 'NotTaken', error.message);
      throw error;
    }
  }
}
