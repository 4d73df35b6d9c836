import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { type Evaluation, isConclusive, type Task } from '../../core/evaluation.ts';
import type { Oracle } from '../../core/oracle.ts';
import { perform } from '../../core/perform.ts';
import { SimulationFailure } from '../../core/simulation-failure.ts';
import {
  type AnySimulator,
  defineSimulator,
  isSimulator,
  type RunContext,
  type Simulator,
} from '../../core/simulator.ts';
import type { Parameters, Point } from '../../core/space/parameter.ts';

/** What a run came to, as an output. */
export type OutcomeOutputs = { readonly outcome: { readonly classes: readonly ['works', 'fails'] } };

const OUTCOMES = ['works', 'fails'] as const;

/** The simulators whose runs are the outcomes. */
const askedBy = new WeakMap<AnySimulator, AnySimulator>();

/**
 * A simulator whose only output is `outcome`: `works` where the given one answers, `fails` where it does not, for whatever reason but one of the machine. A
 * student then learns where a simulator computes at all. In a study runs that kill their worker or pass their time limit are
 * outcomes too; the cause stays with the row. Runs in a store are those of the given simulator, and are shared with its studies.
 */
export function withOutcome<P extends Parameters>(
  // biome-ignore lint/suspicious/noExplicitAny: whatever it answers, only whether it does counts
  simulator: Simulator<P, any>,
): Simulator<P, OutcomeOutputs> {
  ensure(
    isSimulator(simulator),
    'invalid-argument',
    () => `withOutcome: the argument must be what defineSimulator makes, got ${show(simulator)}`,
  );
  const {
    name,
    description,
    version,
    stochastic,
    space,
    constants,
    source,
    concurrency,
    isRemote,
    setup,
    timeLimit,
    renewAfter,
  } = simulator;
  const made: AnySimulator = defineSimulator(source ?? null, {
    ...{ name, description, version, stochastic, parameters: space.parameters },
    ...(constants !== undefined && { constants }),
    ...(setup !== undefined && { setup: () => setup.call(simulator) }),
    ...(timeLimit !== undefined && { timeLimit }),
    ...(renewAfter !== undefined && { renewAfter }),
    outputs: { outcome: { classes: OUTCOMES, description: 'whether the simulator answers' } },
    run: (point: Point<P>, context: RunContext) => outcomeAt(simulator, point, context),
  } as never);
  if (concurrency !== undefined) Object.assign(made, { concurrency });
  if (isRemote !== undefined) Object.assign(made, { isRemote });
  askedBy.set(made, simulator);
  return made as Simulator<P, OutcomeOutputs>;
}

/** The run in this thread. */
async function outcomeAt<P extends Parameters>(
  simulator: AnySimulator,
  point: Point<P>,
  { signal, rng }: RunContext,
): Promise<{ outcome: (typeof OUTCOMES)[number] }> {
  const task: Task = { id: 'outcome', u: new Float64Array(), stream: rng.path, point: point as Task['point'] };
  const evaluation = await perform(simulator, task, signal, () => 0);
  if (evaluation.status === 'failed' && !isConclusive(evaluation))
    throw new SimulationFailure(evaluation.cause, evaluation.reason);
  return { outcome: OUTCOMES[evaluation.status === 'completed' ? 0 : 1] };
}

/** The simulator that is run: that whose outcomes are the answers, or the simulator itself. */
export function askedSimulator(simulator: AnySimulator): AnySimulator {
  return askedBy.get(simulator) ?? simulator;
}

/** Whether the outcomes of another simulator's runs are the answers. */
export function asksOutcomes(simulator: AnySimulator): boolean {
  return askedBy.has(simulator);
}

/** The answers of what is run as those of the simulator: where outcomes are asked for, a run that fails is one. */
export function outcomesOf(simulator: AnySimulator, oracle: Oracle): Oracle {
  if (!asksOutcomes(simulator)) return oracle;
  return {
    space: simulator.space,
    outputs: simulator.outputs,
    async *evaluate(tasks, run) {
      for await (const group of oracle.evaluate(tasks, run)) yield group.map(outcomeOf);
    },
  };
}

/** What came of a run, as an answer; a failure of the machine stays one. */
export function outcomeOf(evaluation: Evaluation): Evaluation {
  const { id, u, milliseconds } = evaluation;
  if (evaluation.status === 'completed')
    return { id, u, milliseconds, status: 'completed', values: Float64Array.of(0) };
  if (!isConclusive(evaluation)) return evaluation;
  const note = `${evaluation.cause}: ${evaluation.reason}`;
  return { id, u, milliseconds, status: 'completed', values: Float64Array.of(1), note };
}

/** How many runs failed of what, where failing is an answer: a line for each cause, with an example. */
export function outcomeNotes({ rows }: Dataset): string[] {
  const causes = new Map<string, { count: number; example: string }>();
  for (const { status, reason } of rows) {
    if (status === 'failed' || reason === undefined) continue;
    const [cause] = reason.split(':', 1);
    causes.set(cause, { count: (causes.get(cause)?.count ?? 0) + 1, example: reason });
  }
  return [...causes].map(([, { count, example }]) => `${count} of ${rows.length} runs fail: ${example}`);
}
