import { Heap } from './heap.ts';

interface Event {
  readonly time: number;
  /** Events of the same time happen in the order in which they were asked for. */
  readonly order: number;
  readonly happen: () => void;
}

/** A clock that jumps from event to event. */
export class Simulation {
  readonly #events = new Heap<Event>((a, b) => a.time < b.time || (a.time === b.time && a.order < b.order));
  #order = 0;
  #now = 0;

  /** The time of the event that happens. */
  get now(): number {
    return this.#now;
  }

  /** Lets `happen` happen after `delay` >= 0. */
  after(delay: number, happen: () => void): void {
    if (!(delay >= 0)) throw new RangeError(`a delay must be at least 0, got ${delay}`);
    this.#events.push({ time: this.#now + delay, order: this.#order++, happen });
  }

  /** Lets everything up to and including `end` happen, and sets the clock to it. Returns the number of events. */
  run(end: number): number {
    let count = 0;
    for (let event = this.#events.pop(); event; event = this.#events.pop()) {
      if (event.time > end) break;
      this.#now = event.time;
      event.happen();
      count++;
    }
    this.#now = end;
    return count;
  }
}
