import { show } from './errors.ts';
import type { Output } from './output.ts';
import type { Scalar } from './space/parameter.ts';

/** One question to an oracle. `id` is the path of the evaluation, such as `7/surrogate/design/12`. */
export interface Task {
  readonly id: string;
  /** Canonical unit-cube vector, d numbers. */
  readonly u: Float64Array;
  /** Path of the random stream; equal to `id` unless common random numbers are asked for. */
  readonly stream: string;
  /** What is run in place of the point at `u`: a value may be the last bit beside that of its coordinate, or beyond its range. */
  readonly point?: Readonly<Record<string, Scalar | undefined>>;
}

/** Every {@link FailureCause}. */
export const FAILURE_CAUSES = [
  'threw',
  'timed-out',
  'crashed',
  'out-of-memory',
  'not-finite',
  'out-of-range',
  'missing-output',
  'uncloneable',
  'cancelled',
  'infrastructure',
] as const;

/** Why an evaluation has no answer. All but `cancelled` and `infrastructure` are facts about the simulator at that point. */
export type FailureCause = (typeof FAILURE_CAUSES)[number];

/** Characters of the longest reason; longer ones are cut. */
export const LONGEST_REASON = 2000;

/** An evaluation with an answer. `values` holds m numbers; a class is its index, that of the likeliest. */
export interface CompletedEvaluation {
  readonly id: string;
  readonly u: Float64Array;
  readonly milliseconds: number;
  readonly status: 'completed';
  readonly values: Float64Array;
  /** c numbers as in a prediction, where who answers is not sure: a number as in `values`, and a share for each class, which sum to 1. */
  readonly shares?: Float64Array;
  /** Why the answer is what it is, where that is known; it becomes the reason of the row. */
  readonly note?: string;
}

/** An evaluation without an answer, and why. */
export interface FailedEvaluation {
  readonly id: string;
  readonly u: Float64Array;
  readonly milliseconds: number;
  readonly status: 'failed';
  readonly cause: FailureCause;
  readonly reason: string;
}

/** What came of a task. A failing simulator is an outcome, never an exception. */
export type Evaluation = CompletedEvaluation | FailedEvaluation;

/** Whether an evaluation, or the row of one, says something about the simulator (then it is stored), and not about the machine it ran on. */
export function isConclusive({ cause }: Pick<Evaluation, 'status'> & { readonly cause?: FailureCause }): boolean {
  return cause !== 'cancelled' && cause !== 'infrastructure';
}

/** The answer as a failed run where one of its numbers is not finite. */
export function notFinite(
  name: string,
  outputs: readonly Output[],
  { id, u, milliseconds, values }: CompletedEvaluation,
): FailedEvaluation | undefined {
  for (const [k, output] of outputs.entries())
    if (!Number.isFinite(values[k])) {
      const reason = `${name} answered ${values[k]} for output '${output.name}'`;
      return { id, u, milliseconds, status: 'failed', cause: 'not-finite', reason };
    }
  return undefined;
}

/** What is wrong with the shape of an answer: the end of a sentence that begins with who gave it. */
export function faultOfAnswer(answer: Evaluation, outputs: readonly Output[], width: number): string | undefined {
  const at = `answered ${show(answer?.id)}`;
  if (answer?.status === 'failed')
    return FAILURE_CAUSES.includes(answer.cause)
      ? undefined
      : `${at} by a failure with the cause ${show(answer.cause)}; known: ${FAILURE_CAUSES.join(', ')}`;
  if (answer?.status !== 'completed')
    return `${at} with the status ${show((answer as Partial<Evaluation> | null)?.status)}; known: completed, failed`;
  const { values, shares } = answer;
  if (values?.length !== outputs.length)
    return `${at} by ${numbersIn(values)}, and there are ${outputs.length} outputs: ${outputs.map((one) => one.name).join(', ')}`;
  if (shares && shares.length !== width)
    return `${at} by ${numbersIn(shares)} as shares, where the outputs have ${width} prediction columns`;
  return undefined;
}

function numbersIn(list: ArrayLike<number> | undefined): string {
  return typeof list?.length === 'number' ? `${list.length} numbers` : show(list);
}
