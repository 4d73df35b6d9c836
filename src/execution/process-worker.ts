import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ImagoError } from '../core/errors.ts';
import type { SimulatorSource } from '../core/simulator.ts';
import { reasonOf } from '../core/thrown.ts';
import { declarationOf } from './declaration.ts';
import { fileName, loadSimulator } from './plugin.ts';
import { killGroup } from './process-group.ts';
import type { Command, DeclarationReply, Report, WardenData, WardenOrder } from './process-message.ts';
import { type Change, SharedBatch } from './shared-batch.ts';
import { Standstill } from './standstill.ts';
import { performOrder } from './worker.ts';
import { workerFile } from './worker-file.ts';

const channel = process.send?.bind(process) as (report: Report, written?: () => void) => boolean;
// The channel is ours: a simulator that looks whether it has a parent to talk to finds none.
process.send = undefined;

let batch: SharedBatch | undefined;

process.on('message', (command: Command) => {
  if (command.kind === 'cancel') batch?.cancel();
  else if (command.kind === 'declare') void declare(command.source);
  else void perform(command);
});
process.on('disconnect', () => killGroup(process.pid));
process.on('uncaughtExceptionMonitor', (error) => channel({ kind: 'dying', reason: reasonOf(error) }));
const standstill = new Standstill();
const warden: WardenData = { order: JSON.parse(process.argv[2]) as WardenOrder, standstill: standstill.buffer };
new Worker(workerFile('warden'), { workerData: warden }).unref();

async function perform({ order, shape, points }: Extract<Command, { kind: 'perform' }>): Promise<void> {
  batch = new SharedBatch(shape, undefined, tell);
  batch.points.set(points);
  channel({ kind: 'reply', reply: await performOrder(batch, order, standstill) });
}

async function declare(source: SimulatorSource): Promise<void> {
  const reply = await declarationReply(source);
  // What the file has left behind at its top level to throw at once does so now.
  await pause(1);
  channel({ kind: 'declared', reply });
}

async function declarationReply(source: SimulatorSource): Promise<DeclarationReply> {
  const folder = process.cwd();
  try {
    const simulator = await loadSimulator(source, { timeLimit: Number.POSITIVE_INFINITY });
    if (process.cwd() !== folder) return { unloadable: moved(source) };
    return declarationOf(simulator);
  } catch (error) {
    if (error instanceof ImagoError) return { unloadable: error.message };
    throw error;
  }
}

/** Threads refuse it, and it would move imago's own files. */
function moved({ module }: SimulatorSource): string {
  return `cannot load ${fileName(module)}: process.chdir('${process.cwd()}') was called; name files by new URL('...', import.meta.url)`;
}

/** Fulfilled when the change is on its way: one that waits for a busy parent to make room would never leave a process that spins. */
function tell(change: Change): Promise<void> {
  return new Promise((resolve) => {
    channel({ kind: 'change', change }, resolve);
  });
}
