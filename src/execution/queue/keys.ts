import { createHash } from 'node:crypto';
import { ensure, show } from '../../core/errors.ts';

/** What the keys of a queue hold, and how: another number is another arrangement. */
export const FORMAT = 1;

/** Names of the keys of one queue in Redis. */
export class QueueKeys {
  readonly queue: string;
  /** Before the keys of BullMQ. */
  readonly jobs: string;
  /** Channels: there is work; an answer is there; runs are not wanted any more. */
  readonly work: string;
  readonly done: string;
  readonly cancel: string;
  /** The number of the format. */
  readonly format: string;
  /** Sets of ids: of those studies and workers that may be alive. */
  readonly studies: string;
  readonly workers: string;
  /** `STUDY LINE` by the ids of jobs: who asked last, and in which queue of BullMQ they are. */
  readonly owners: string;
  /** Is there while somebody removes what studies have left. */
  readonly sweeping: string;
  /** The identities of the simulators that were asked for, by the names of their queues of BullMQ. */
  readonly lines: string;

  constructor(queue: string) {
    ensure(
      typeof queue === 'string' && /^[\w.-]{1,100}$/.test(queue),
      'invalid-argument',
      `queue must be a name of letters, digits and _.-, got ${show(queue)}`,
    );
    this.queue = queue;
    const own = (name: string) => `imago:${queue}:${name}`;
    this.jobs = own('jobs');
    this.work = own('work');
    this.done = own('done');
    this.cancel = own('cancel');
    this.format = own('format');
    this.studies = own('studies');
    this.workers = own('workers');
    this.owners = own('owners');
    this.sweeping = own('sweeping');
    this.lines = own('lines');
  }

  /** What a study wants, and what a worker is and does; gone soon after who wrote it. */
  study(id: string): string {
    return `imago:${this.queue}:study:${id}`;
  }

  worker(id: string): string {
    return `imago:${this.queue}:worker:${id}`;
  }

  /** The answer to a job; empty where it has been taken. */
  answer(job: string): string {
    return `imago:${this.queue}:answer:${job}`;
  }

  /** Ids of the workers that have taken a job and not given it back. */
  takers(job: string): string {
    return `imago:${this.queue}:takers:${job}`;
  }
}

/** The name of the queue of BullMQ that has the jobs of one simulator, for one version of imago: nobody else takes them. */
export function lineName(identity: string, version: string): string {
  return digest(`${FORMAT}\n${version}\n${identity}`);
}

/** 24 hexadecimal digits of a SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
