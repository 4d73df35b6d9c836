import { Rng } from '../numerics/random.ts';
import { faultOfShares, mostProbable } from './columns.ts';
import { show } from './errors.ts';
import { type Evaluation, type FailureCause, LONGEST_REASON, type Task } from './evaluation.ts';
import type { ClassOutput, Output } from './output.ts';
import type { Clock, Signal } from './run.ts';
import type { AnySimulator, RunContext } from './simulator.ts';
import { failureOf, type ThrownFailure } from './thrown.ts';

/** Taken before a simulator can replace them, or give every object what it was not given. */
const { isFinite: isFiniteNumber } = Number;
const { hasOwn } = Object;

/** Runs one evaluation in this thread; anything that the simulator does short of killing the thread becomes an outcome. `noteThrown` gets what it threw. */
export async function perform(
  simulator: AnySimulator,
  task: Task,
  signal: Signal,
  clock: Clock,
  noteThrown?: (error: unknown) => void,
): Promise<Evaluation> {
  const { id, u } = task;
  const start = clock();
  const failed = (cause: FailureCause, reason: string): Evaluation => ({
    id,
    u,
    milliseconds: clock() - start,
    status: 'failed',
    cause,
    reason: reason.slice(0, LONGEST_REASON),
  });
  try {
    const answer = await simulator.run(task.point ?? simulator.space.decode(u), new LazyContext(task.stream, signal));
    const milliseconds = clock() - start;
    const checked = readOutputs(simulator.outputs, answer);
    if (!isAnswer(checked)) return failed(checked.cause, checked.reason);
    // Spreading one object into another takes longer than a small simulator.
    const { values } = checked;
    return hasOwn(checked, 'shares')
      ? { id, u, milliseconds, status: 'completed', values, shares: checked.shares }
      : { id, u, milliseconds, status: 'completed', values };
  } catch (error) {
    noteThrown?.(error);
    if (signal.aborted) return failed('cancelled', 'cancelled');
    const { cause, reason } = failureOf(error);
    return failed(cause, reason);
  }
}

/** Makes the streams when they are asked for: most simulators are deterministic, and hashing a path costs microseconds. */
class LazyContext implements RunContext {
  readonly signal: Signal;
  readonly #stream: string;
  #rng?: Rng;

  constructor(stream: string, signal: Signal) {
    this.#stream = stream;
    this.signal = signal;
  }

  get rng(): Rng {
    this.#rng ??= new Rng(this.#stream);
    return this.#rng;
  }

  get seed(): number {
    return new Rng(`${this.#stream}#seed`).uint32() >>> 1;
  }
}

/** m numbers, and c columns of a prediction where a class came as shares. */
interface ReadAnswer {
  readonly values: Float64Array;
  readonly shares?: Float64Array;
}

function isAnswer(checked: ReadAnswer | ThrownFailure): checked is ReadAnswer {
  return hasOwn(checked, 'values');
}

/** Turns a simulator's answer into m numbers, and shares where it is not sure, or says what is wrong with it. */
export function readOutputs(outputs: readonly Output[], answer: unknown): ReadAnswer | ThrownFailure {
  if (typeof answer !== 'object' || answer === null)
    return {
      cause: 'missing-output',
      reason: `run returned ${shown(answer)}, not an object with ${outputs.map((o) => o.name).join(', ')}`,
    };
  const record = answer as Record<string, unknown>;
  const values = new Float64Array(outputs.length);
  /** Shares by output, where some are unsure: a run of numbers and names makes no columns. */
  let told: (number[] | undefined)[] | undefined;
  for (let k = 0; k < outputs.length; k++) {
    const output = outputs[k];
    const value = record[output.name];
    if (value === undefined || value === null)
      return { cause: 'missing-output', reason: `output '${output.name}' is missing; run returned ${content(record)}` };
    const read = isClass(output) ? readClass(output, value) : readNumber(output, value);
    if (typeof read === 'number') values[k] = read;
    else if (!Array.isArray(read)) return { cause: read.cause, reason: `output '${output.name}' ${read.reason}` };
    else {
      values[k] = mostProbable(read);
      told ??= new Array<number[] | undefined>(outputs.length).fill(undefined);
      told[k] = read;
    }
  }
  if (!told) return { values };
  const columns = outputs.map((output, k) => {
    if (!isClass(output)) return [values[k]];
    return told[k] ?? output.classes.map((_, c) => (c === values[k] ? 1 : 0));
  });
  return { values, shares: Float64Array.from(columns.flat()) };
}

const isClass = (output: Output): output is ClassOutput => hasOwn(output, 'classes') && output.classes !== undefined;

/** The number, or what is wrong with it. */
function readNumber(output: Output, value: unknown): number | ThrownFailure {
  const valid = hasOwn(output, 'valid') ? output.valid : undefined;
  if (typeof value !== 'number') return { cause: 'not-finite', reason: `is ${shown(value)}, which is not a number` };
  if (!isFiniteNumber(value)) return { cause: 'not-finite', reason: `is ${value}` };
  if (valid && (value < valid[0] || value > valid[1]))
    return { cause: 'out-of-range', reason: `is ${value}, outside [${valid[0]}, ${valid[1]}]` };
  return value;
}

/** The index of the class, its shares where the run is not sure, or what is wrong. */
function readClass(output: ClassOutput, value: unknown): number | number[] | ThrownFailure {
  const { classes } = output;
  if (typeof value === 'object') return readShares(output, value as Readonly<Record<string, unknown>>);
  const label = classes.indexOf(value as string);
  if (label < 0) return { cause: 'out-of-range', reason: `is ${shown(value)}, not one of ${classes.join(', ')}` };
  return label;
}

function readShares(output: ClassOutput, told: Readonly<Record<string, unknown>>): number[] | ThrownFailure {
  const { classes } = output;
  const other = Object.keys(told).find((name) => !classes.includes(name));
  if (other !== undefined)
    return { cause: 'out-of-range', reason: `has a share of ${show(other)}, not one of ${classes.join(', ')}` };
  const shares = classes.map((name) => (hasOwn(told, name) ? told[name] : 0) as number);
  const fault = faultOfShares(shares, output);
  if (fault === undefined) return shares;
  return { cause: shares.every(isFiniteNumber) ? 'out-of-range' : 'not-finite', reason: `is no class: ${fault}` };
}

/** A value and its type, where the text alone would not tell it from a number. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `the text ${show(value)}`;
  if (typeof value === 'bigint') return `the bigint ${value}n`;
  return show(value);
}

/** What an answer does hold, in words. */
function content(record: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(record).filter((name) => record[name] !== undefined && record[name] !== null);
  if (names.length === 0) return 'an object without values';
  return `an object with ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`;
}
