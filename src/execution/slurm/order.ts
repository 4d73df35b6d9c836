import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Evaluation, FailureCause, Task } from '../../core/evaluation.ts';
import { type AnySimulator, defineSimulator, type SimulatorSource } from '../../core/simulator.ts';
import { type Declaration, declarationOf } from '../declaration.ts';
import { type GivenPoint, givenOf, pointOf } from '../queue/job-text.ts';

/** Changes with what the files of a directory mean: a worker of another version of imago takes nothing from them. */
export const FORMAT = 1;

/** What stands in `batch.json`: what is to be run on the points of a batch. */
export interface BatchOrder {
  readonly format: number;
  /** The simulator's name, version and hash of its sources. */
  readonly identity: string;
  /** Its {@link Declaration}, as bytes in Base64. */
  readonly declaration: string;
  /** Milliseconds for one evaluation; null for no limit. */
  readonly timeLimit: number | null;
  readonly retries: number;
}

/** A question in a parcel. */
export interface Question {
  /** Tells it from every other question, see {@link keyOf}. */
  readonly key: string;
  readonly stream: string;
  /** The unit-cube vector, as bytes in Base64. */
  readonly u: string;
  readonly given?: GivenPoint;
}

/** An answer to question `k` of a parcel. */
export interface Answer {
  readonly parcel: string;
  readonly k: number;
  readonly key: string;
  readonly milliseconds: number;
  readonly status: 'completed' | 'failed';
  readonly values?: string;
  readonly shares?: string;
  readonly note?: string;
  readonly cause?: FailureCause;
  readonly reason?: string;
}

/** Where the things of a batch lie in its folder. */
export function placesOf(folder: string) {
  return {
    order: join(folder, 'batch.json'),
    /** Parcels that no worker has taken. */
    open: join(folder, 'open'),
    /** Parcels that a worker has taken: `PARCEL@WORKER`. */
    taken: join(folder, 'taken'),
    answers: join(folder, 'answers'),
    /** Why no worker can run this batch. */
    refusal: join(folder, 'refused.json'),
  };
}

/** How the name of a note ends of a worker that was killed or has crashed. */
export const DIED = '.died';

/** Where the things of a directory lie. */
export function placesIn(directory: string) {
  return {
    batches: join(directory, 'batches'),
    /** A file for each worker that has ended by itself, or with {@link DIED} at its end in another way. */
    ended: join(directory, 'ended'),
    log: join(directory, 'log'),
    /** Who has the directory. */
    study: join(directory, 'study.json'),
    /** Is there when nobody will post any more. */
    closed: join(directory, 'closed'),
  };
}

/** What a worker is told by its command line. */
export interface WorkerOrder {
  readonly directory: string;
  /** It waits for more runs until its time is up. */
  readonly pilot: boolean;
  /** Runs after which it ends. */
  readonly group?: number;
}

/** What a worker leaves when it ends by itself. */
export interface Farewell {
  readonly answered: number;
}

/** The key of a question: equal ones have equal answers. */
export function keyOf(identity: string, timeLimit: number, { id, u, stream, point }: Task): string {
  const text = JSON.stringify([identity, String(timeLimit), id, stream, bytes(u), point ? givenOf(point) : null]);
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

export function questionOf(key: string, { stream, u, point }: Task): Question {
  return { key, stream, u: bytes(u), ...(point && { given: givenOf(point) }) };
}

export function taskOf(id: string, { stream, u, given }: Question): Task {
  return { id, stream, u: numbers(u), ...(given && { point: pointOf(given) }) };
}

export function answerOf(parcel: string, k: number, key: string, evaluation: Evaluation): Answer {
  const { milliseconds } = evaluation;
  const place = { parcel, k, key, milliseconds };
  if (evaluation.status === 'failed')
    return { ...place, status: 'failed', cause: evaluation.cause, reason: evaluation.reason };
  const { values, shares, note } = evaluation;
  return {
    ...{ ...place, status: 'completed', values: bytes(values) },
    ...(shares && { shares: bytes(shares) }),
    ...(note !== undefined && { note }),
  };
}

/** The evaluation that an answer to this task tells. */
export function evaluationOf({ id, u }: Task, answer: Answer): Evaluation {
  const { milliseconds, status, values = '', shares, note, cause = 'crashed', reason = '' } = answer;
  if (status === 'failed') return { id, u, milliseconds, status, cause, reason };
  return {
    ...{ id, u, milliseconds, status, values: numbers(values) },
    ...(shares !== undefined && { shares: numbers(shares) }),
    ...(note !== undefined && { note }),
  };
}

/** What a worker elsewhere needs to know of a simulator before it loads it. */
export function declarationText(simulator: AnySimulator, source: SimulatorSource): string {
  const found: FoundDeclaration = { ...declarationOf(simulator), source, hasSource: simulator.source !== undefined };
  return serialize(found).toString('base64');
}

/** A declaration, and from where a worker loads the simulator. */
export interface FoundDeclaration extends Declaration {
  readonly source: SimulatorSource;
  /** Whether the simulator tells that itself; its identity then has a hash of that source. */
  readonly hasSource: boolean;
}

/** What {@link declarationText} tells. */
export function declarationIn(text: string): FoundDeclaration {
  return deserialize(Buffer.from(text, 'base64')) as FoundDeclaration;
}

/** The simulator as it is declared, which is run nowhere but in workers that load it from the source. */
export function declaredWith(declaration: Declaration, source: SimulatorSource): AnySimulator {
  const { name, description, version, stochastic, timeLimit, renewAfter, parameters, constants, outputs } = declaration;
  return defineSimulator(source, {
    ...{ name, description, version, stochastic, parameters, outputs },
    ...(timeLimit !== undefined && { timeLimit }),
    ...(renewAfter !== undefined && { renewAfter }),
    ...(constants !== undefined && { constants }),
    run() {
      throw new Error(`${name} is run by workers only`);
    },
  });
}

function bytes({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function numbers(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
