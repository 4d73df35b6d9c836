import { ImagoError } from '../core/errors.ts';
import { afterAwake } from '../core/platform/awake-timer.ts';
import { type AnySimulator, defineSimulator, type SimulatorSource, setUp } from '../core/simulator.ts';
import { reasonOf } from '../core/thrown.ts';
import type { Declaration } from './declaration.ts';
import { fileName, type LoadOptions, loadSimulator, TIME_LIMIT } from './plugin.ts';
import { UNCAUGHT, WorkerProcess } from './worker-process.ts';

/**
 * The simulator of a file by what it declares. The file is loaded in a process of its own, where it can do no harm; in this thread it
 * is loaded only to be run here, or for formulas, or where it has no source. Throws `plugin` where it cannot be loaded there.
 */
export async function declaredSimulator(source: SimulatorSource, options: LoadOptions = {}): Promise<AnySimulator> {
  const declaration = await declare(source, options.timeLimit ?? TIME_LIMIT);
  if (!declaration.source || declaration.formulas.length > 0) return loadSimulator(source, options);
  const { parameters, outputs, concurrency: _, formulas: __, ...rest } = declaration;
  let loading: Promise<AnySimulator> | undefined;
  const real = () => {
    loading ??= loadSimulator(source, options);
    return loading;
  };
  return defineSimulator(declaration.source, {
    ...rest,
    parameters,
    outputs,
    setup: async () => setUp(await real()),
    run: async (point, context) => (await real()).run(point, context),
  });
}

/** Throws `plugin` where the file of a simulator cannot be loaded in a process of its own. */
export async function declare(source: SimulatorSource, timeLimit: number = TIME_LIMIT): Promise<Declaration> {
  const name = fileName(source.module);
  const worker = new WorkerProcess();
  let isLate = false;
  const stop = afterAwake(timeLimit, () => {
    isLate = true;
    worker.end();
  });
  try {
    const reply = await worker.declare(source);
    if ('unloadable' in reply) throw new ImagoError('plugin', reply.unloadable);
    return reply;
  } catch (cause) {
    if (cause instanceof ImagoError) throw cause;
    const what = isLate
      ? `it was still loading after ${timeLimit / 1000} s; what it does at its top level must end`
      : `${howItDied(cause)}: ${reasonOf(cause)}`;
    throw new ImagoError('plugin', `cannot load ${name}: ${what}`, { cause });
  } finally {
    stop();
    await worker.close();
  }
}

function howItDied(death: unknown): string {
  return death instanceof Error && 'code' in death && death.code === UNCAUGHT
    ? 'something that it started at its top level threw'
    : 'its top level ended the process';
}
