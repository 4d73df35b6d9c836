import { Heap } from './heap.ts';
import type { Simulation } from './simulation.ts';

/** A place in a queue. */
export interface Ticket {
  readonly urgency: number;
  readonly order: number;
  readonly enter: () => void;
  /** Waiting, served or gone away. */
  state: 'waiting' | 'served' | 'gone';
}

/** A number of equal servers with one queue: the most urgent first, then the one that came first; nobody is interrupted. */
export class Station {
  readonly #simulation: Simulation;
  readonly #queue = new Heap<Ticket>((a, b) => a.urgency > b.urgency || (a.urgency === b.urgency && a.order < b.order));
  #free: number;
  #order = 0;
  #waiting = 0;
  #since = 0;
  #area = 0;

  constructor(simulation: Simulation, servers: number) {
    this.#simulation = simulation;
    this.#free = servers;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The integral over time of the number that wait, up to now. */
  get waitingArea(): number {
    return this.#area + this.#waiting * (this.#simulation.now - this.#since);
  }

  /** Asks for a server; `enter` is called when there is one, at once or later. */
  request(urgency: number, enter: () => void): Ticket {
    const ticket: Ticket = { urgency, order: this.#order++, enter, state: 'waiting' };
    if (this.#free > 0) {
      this.#free--;
      ticket.state = 'served';
      enter();
    } else {
      this.#change(1);
      this.#queue.push(ticket);
    }
    return ticket;
  }

  /** Gives a server back: to the next in the queue, if any. */
  release(): void {
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) {
      if (next.state === 'gone') continue;
      this.#change(-1);
      next.state = 'served';
      next.enter();
      return;
    }
    this.#free++;
  }

  /** Leaves the queue; false when it is too late. */
  leave(ticket: Ticket): boolean {
    if (ticket.state !== 'waiting') return false;
    ticket.state = 'gone';
    this.#change(-1);
    return true;
  }

  #change(by: number): void {
    this.#area = this.waitingArea;
    this.#since = this.#simulation.now;
    this.#waiting += by;
  }
}
