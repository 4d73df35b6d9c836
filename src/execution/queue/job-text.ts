import { Buffer } from 'node:buffer';
import { ensure, ImagoError } from '../../core/errors.ts';
import { type Evaluation, FAILURE_CAUSES, LONGEST_REASON, type Task } from '../../core/evaluation.ts';
import type { AnySimulator } from '../../core/simulator.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import { shapeOf } from '../shared-batch.ts';
import { digest } from './keys.ts';

/** A number that JSON would change goes as its text; null stands for a parameter without a value. */
type GivenValue = Scalar | null | { readonly number: string };

/** A point of a task as it stands in JSON. */
export type GivenPoint = readonly (readonly [string, GivenValue])[];

/** What a job carries: whose runs they are, and the questions. Never code. */
export interface JobData {
  readonly identity: string;
  /** Milliseconds for each run; without it as long as the worker lets it. */
  readonly timeLimit?: number;
  readonly ids: readonly string[];
  /** Where they differ from the ids. */
  readonly streams?: readonly string[];
  /** The unit-cube vectors, one after the other, as bytes in base64: to the last bit. */
  readonly u: string;
  /** Own points, null where a task has none. */
  readonly given?: readonly (GivenPoint | null)[];
}

/** What of one run comes back: numbers as bytes in base64, or why there are none; null where it was not run. */
type AnswerData =
  | null
  | { readonly ms: number; readonly values: string; readonly shares?: string }
  | { readonly ms: number; readonly cause: string; readonly reason: string };

/** What comes back of a job. */
export interface JobAnswer {
  /** In the order of the tasks. */
  readonly runs: readonly AnswerData[];
  /** Who ran it, for people: host and process id. */
  readonly worker: string;
  /** Workers died in it: each of its tasks is to be run alone. */
  readonly isSuspect?: boolean;
}

/** The tasks as a job. */
export function jobOf(identity: string, tasks: readonly Task[], timeLimit: number): JobData {
  const width = tasks[0].u.length;
  const all = new Float64Array(tasks.length * width);
  tasks.forEach(({ u }, i) => void all.set(u, i * width));
  return {
    identity,
    ...(timeLimit < Number.POSITIVE_INFINITY && { timeLimit }),
    ids: tasks.map(({ id }) => id),
    ...(tasks.some(({ id, stream }) => id !== stream) && { streams: tasks.map(({ stream }) => stream) }),
    u: toText(all),
    ...(tasks.some(({ point }) => point) && { given: tasks.map(({ point }) => (point ? givenOf(point) : null)) }),
  };
}

/** The id of a job, which is its content: a study that was killed and goes on asks for the same one. */
export function jobId(data: JobData): string {
  return `j${digest(JSON.stringify(data))}`;
}

/** What a job asks of a simulator; throws `invalid-data` where it is no job, as when Redis has lost what it carries, or one of another. */
export function askedBy(data: JobData, simulator: AnySimulator, identity: string): Task[] {
  const { inputs } = shapeOf(simulator.space, simulator.outputs);
  const { ids, streams = ids, u, given } = data;
  ensure(Array.isArray(ids) && ids.length > 0, 'invalid-data', `a job of '${simulator.name}' has no runs`);
  ensure(data.identity === identity, 'invalid-data', `it asks for ${data.identity} among jobs of ${identity}`);
  const all = typeof u === 'string' ? fromText(u) : new Float64Array();
  ensure(
    all.length === ids.length * inputs && streams.length === ids.length,
    'invalid-data',
    `a job of '${simulator.name}' has ${all.length} numbers for ${ids.length} runs of ${inputs} inputs`,
  );
  return ids.map((id, i) => {
    const own = given?.[i];
    return {
      id,
      stream: streams[i],
      u: all.slice(i * inputs, (i + 1) * inputs),
      ...(own && { point: pointOf(own) }),
    };
  });
}

/** One run as it goes back. */
export function answerOf(evaluation: Evaluation): AnswerData {
  const { milliseconds: ms, status } = evaluation;
  if (status === 'failed') return { ms, cause: evaluation.cause, reason: evaluation.reason };
  const { values, shares } = evaluation;
  return { ms, values: toText(values), ...(shares && { shares: toText(shares) }) };
}

/** The evaluation of a task by what came back; throws `invalid-data` where that is no answer of the simulator. */
export function evaluationOf({ id, u }: Task, data: NonNullable<AnswerData>, simulator: AnySimulator): Evaluation {
  const { ms: milliseconds } = data;
  if ('cause' in data) {
    const cause = FAILURE_CAUSES.find((one) => one === data.cause);
    if (cause === undefined) throw foreign(simulator, `the cause '${data.cause}'`);
    return { id, u, milliseconds, status: 'failed', cause, reason: data.reason.slice(0, LONGEST_REASON) };
  }
  const values = fromText(data.values);
  const shares = data.shares === undefined ? undefined : fromText(data.shares);
  const shape = shapeOf(simulator.space, simulator.outputs);
  if (values.length !== shape.outputs || (shares && shares.length !== shape.shares))
    throw foreign(simulator, `${values.length} outputs`);
  return { id, u, milliseconds, status: 'completed', values, ...(shares && { shares }) };
}

function foreign({ name }: AnySimulator, what: string): ImagoError {
  return new ImagoError('invalid-data', `what came back from a worker is no answer of '${name}': ${what}`);
}

function toText(numbers: Float64Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

function fromText(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  const numbers = new Float64Array(Math.floor(bytes.length / 8));
  new Uint8Array(numbers.buffer).set(bytes.subarray(0, 8 * numbers.length));
  return numbers;
}

/** A point for JSON: what is read again is the same to the last bit. */
export function givenOf(point: NonNullable<Task['point']>): GivenPoint {
  return Object.entries(point).map(([name, value]) => {
    if (value === undefined) return [name, null];
    const survives = typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0));
    return [name, survives ? value : { number: Object.is(value, -0) ? '-0' : String(value) }];
  });
}

/** The point that {@link givenOf} has written. */
export function pointOf(given: GivenPoint): NonNullable<Task['point']> {
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (value === null) return [name, undefined];
      return [name, typeof value === 'object' ? Number(value.number) : value];
    }),
  );
}
