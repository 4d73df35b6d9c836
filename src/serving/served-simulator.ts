import { predictionColumns } from '../core/columns.ts';
import { derivativeOutputs } from '../core/derivative.ts';
import type { Evaluation, Task } from '../core/evaluation.ts';
import type { Executor } from '../core/executor.ts';
import type { Output } from '../core/output.ts';
import type { Run } from '../core/run.ts';
import type { AnySimulator } from '../core/simulator.ts';
import { now } from '../execution/own.ts';
import { Rng } from '../numerics/random.ts';
import type { Answer } from '../surrogates/point-model.ts';
import { Permits } from './permits.ts';
import type { ReadPoint } from './point-reader.ts';
import type { Reply, Served, Slopes } from './served.ts';

/** A simulator behind a server, run by the executor: at the very points that are asked for, also beyond its ranges. */
export function servedSimulator(name: string, simulator: AnySimulator, executor: Executor): Served {
  const { space, outputs, stochastic, description } = simulator;
  const adjoint = adjointOf(simulator);
  const derivatives = adjoint?.flat() ?? [];
  const values = outputs.filter((_, k) => !derivatives.includes(k));
  const permits = simulator.source
    ? undefined
    : new Permits(Math.min(executor.concurrency, simulator.concurrency ?? Number.POSITIVE_INFINITY));
  let asked = 0;
  const tasksOf = (points: readonly ReadPoint[], seed: number | undefined) =>
    points.map(({ u, asked: point, isInside }, i): [Task, boolean] => {
      const id = `serve/${asked++}`;
      return [{ id, u, point, stream: seed === undefined ? id : `${seed}/serve/${i}` }, isInside];
    });

  async function* evaluations(tasks: readonly Task[], signal: AbortSignal): AsyncGenerator<readonly Evaluation[]> {
    const run: Run = { rng: new Rng('serve'), clock: now, signal };
    if (!permits) yield* executor.evaluate(simulator, tasks, run);
    else
      yield* permits.each(tasks, signal, async (task) => {
        const found: Evaluation[] = [];
        for await (const group of executor.evaluate(simulator, [task], run)) found.push(...group);
        return found;
      });
  }

  async function* reply(points: readonly ReadPoint[], signal: AbortSignal, seed?: number) {
    const tasks = tasksOf(points, seed);
    const known = new Map<string, Evaluation>();
    let next = 0;
    for await (const group of evaluations(
      tasks.map(([task]) => task),
      signal,
    )) {
      for (const one of group) known.set(one.id, one);
      const ready: Reply[] = [];
      for (let one = known.get(tasks[next]?.[0].id); one; one = known.get(tasks[next]?.[0].id)) {
        known.delete(one.id);
        ready.push(replyOf(outputs, one, tasks[next][1]));
        next++;
      }
      if (ready.length > 0) yield ready;
    }
    // Of a run that was cancelled before it began nothing comes.
    if (next < tasks.length) yield tasks.slice(next).map((): Reply => ({ failed: 'cancelled', reason: 'cancelled' }));
  }

  const slopes: Slopes | undefined = adjoint && {
    async jacobian(point, signal) {
      for await (const [told] of reply([point], signal)) {
        if ('failed' in told) throw new RunFailure(told.failed, told.reason);
        return adjoint.map((row) => Float64Array.from(row, (k) => told.answers[outputs[k].name].value));
      }
      throw new RunFailure('cancelled', 'cancelled');
    },
  };
  return {
    ...{ name, kind: 'simulator', space, outputs, values, bounded: [], stochastic, reply },
    ...(description !== '' && { description }),
    ...(slopes && { slopes }),
  };
}

/** A run without an answer, where one was needed. */
export class RunFailure extends Error {
  readonly failed: Extract<Reply, { failed: unknown }>['failed'];

  constructor(failed: RunFailure['failed'], reason: string) {
    super(reason);
    this.failed = failed;
  }
}

/** Where the outputs that are derivatives stand, a row of d for each of the others; undefined where one of them is not there. */
function adjointOf({ space, outputs }: AnySimulator): number[][] | undefined {
  const known = derivativeOutputs(space, outputs);
  if (known.length === 0) return undefined;
  const functions = outputs.flatMap(({ derivative }, k) => (derivative ? [] : [k]));
  const rows = functions.map((of) =>
    space.names.map((_, by) => known.find((one) => one.of === of && one.by === by)?.output ?? -1),
  );
  return rows.flat().includes(-1) ? undefined : rows;
}

function replyOf(outputs: readonly Output[], evaluation: Evaluation, inDomain: boolean): Reply {
  if (evaluation.status === 'failed') return { failed: evaluation.cause, reason: evaluation.reason };
  const { values, shares } = evaluation;
  const columns = predictionColumns(outputs);
  const answers = outputs.map(({ name, classes }, k): [string, Answer] => {
    const value = values[k];
    if (!classes) return [name, { value, inDomain }];
    const told = classes.map((one, c): [string, number] => [
      one,
      shares ? shares[columns[k].start + c] : Number(c === value),
    ]);
    return [name, { value, class: classes[value], probabilities: Object.fromEntries(told), inDomain }];
  });
  return { answers: Object.fromEntries(answers) };
}
