import { Rng } from '../numerics/random.ts';
import type { Evaluation, FailureCause, Task } from './evaluation.ts';
import type { Output } from './output.ts';
import type { Clock } from './run.ts';
import { isSimulationFailure } from './simulation-failure.ts';
import type { AnySimulator, RunContext } from './simulator.ts';

/** Runs one evaluation in this thread; whatever the simulator does short of killing the thread becomes an outcome. */
export async function perform(
  simulator: AnySimulator,
  task: Task,
  signal: AbortSignal,
  clock: Clock,
): Promise<Evaluation> {
  const { id, u } = task;
  const start = clock();
  const failed = (cause: FailureCause, reason: string): Evaluation => ({
    id,
    u,
    milliseconds: clock() - start,
    status: 'failed',
    cause,
    reason,
  });
  try {
    const answer = await simulator.run(simulator.space.decode(u), new LazyContext(task.stream, signal));
    const milliseconds = clock() - start;
    const checked = readOutputs(simulator.outputs, answer);
    return 'cause' in checked
      ? failed(checked.cause, checked.reason)
      : { id, u, milliseconds, status: 'completed', values: checked.values };
  } catch (error) {
    if (signal.aborted) return failed('cancelled', 'cancelled');
    if (isSimulationFailure(error)) return failed(error.cause, error.message);
    return failed(isMachineFault(error) ? 'infrastructure' : 'threw', reasonOf(error));
  }
}

/** What the operating system says when there is no room on a disk, or no memory, process, thread or file to be had. */
const MACHINE_FAULTS = ['ENOSPC', 'EDQUOT', 'ENOMEM', 'EAGAIN', 'EMFILE', 'ENFILE'];

/** Whether an error is a system call's that the machine had no means for, which says nothing about the simulator at that point. */
function isMachineFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error && MACHINE_FAULTS.includes(String(error.code));
}

/** Makes the streams when they are asked for: most simulators are deterministic, and hashing a path costs microseconds. */
class LazyContext implements RunContext {
  readonly signal: AbortSignal;
  readonly #stream: string;
  #rng?: Rng;

  constructor(stream: string, signal: AbortSignal) {
    this.#stream = stream;
    this.signal = signal;
  }

  get rng(): Rng {
    this.#rng ??= new Rng(this.#stream);
    return this.#rng;
  }

  get seed(): number {
    return new Rng(`${this.#stream}#seed`).uint32();
  }
}

/** The message of whatever was thrown, with the class name when it says more than that it is an error, ours or another. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name === 'ImagoError' ? error.message : `${error.name}: ${error.message}`;
}

/** Turns a simulator's answer into m numbers, or says what is wrong with it. */
export function readOutputs(
  outputs: readonly Output[],
  answer: unknown,
): { values: Float64Array } | { cause: FailureCause; reason: string } {
  if (typeof answer !== 'object' || answer === null)
    return {
      cause: 'missing-output',
      reason: `run returned ${String(answer)}, not an object with ${outputs.map((o) => o.name).join(', ')}`,
    };
  const record = answer as Record<string, unknown>;
  const values = new Float64Array(outputs.length);
  for (let k = 0; k < outputs.length; k++) {
    const { name, classes, valid } = outputs[k];
    const value = record[name];
    if (value === undefined || value === null)
      return { cause: 'missing-output', reason: `output '${name}' is missing` };
    if (classes) {
      values[k] = classes.indexOf(value as string);
      if (values[k] < 0)
        return {
          cause: 'out-of-range',
          reason: `output '${name}' is '${String(value)}', not one of ${classes.join(', ')}`,
        };
      continue;
    }
    if (typeof value !== 'number' || !Number.isFinite(value))
      return { cause: 'not-finite', reason: `output '${name}' is ${String(value)}` };
    if (valid && (value < valid[0] || value > valid[1]))
      return { cause: 'out-of-range', reason: `output '${name}' is ${value}, outside [${valid[0]}, ${valid[1]}]` };
    values[k] = value;
  }
  return { values };
}
