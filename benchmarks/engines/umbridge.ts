import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnySimulator, umBridgeSimulator } from 'imago';
import { inlineExecutor } from 'imago/node';
import { freePort } from '../../test/fixtures/free-port.ts';
import { peersPython } from '../peers/process.ts';
import { type Case, type Engine, type Running, sleeper } from './engine.ts';

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;

/** A server that is a process of this machine, started with its port as the last argument. */
const startWith =
  (...command: readonly string[]) =>
  async ({ workers }: Case): Promise<Running> => {
    const port = await freePort();
    const [program, ...args] = [...command, String(port)];
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(server, 'exit');
    const url = `http://127.0.0.1:${port}`;
    await Promise.race([
      answers(url, server),
      ended.then(() => Promise.reject(new Error(`${command.at(-1)} has ended`))),
    ]);
    return {
      executor: inlineExecutor({ concurrency: workers }),
      simulator: modelAt(url, await sleeper(), workers),
      async [Symbol.asyncDispose]() {
        server.kill('SIGKILL');
        await ended;
      },
    };
  };

/** Fulfilled when it answers, or has ended. */
async function answers(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null && server.signalCode === null) {
    const isUp = await fetch(`${url}/Info`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await pause(50);
  }
}

function modelAt(url: string, { name, space: { parameters } }: AnySimulator, concurrency: number): AnySimulator {
  return umBridgeSimulator({ url, model: name, parameters, outputs: { y: {} }, concurrency });
}

/** The reference server of the protocol. */
export const pythonServer: Engine = {
  name: 'umbridge',
  missing() {
    const python = peersPython();
    if (python === undefined) return 'set IMAGO_PEERS_PYTHON to a Python that has umbridge for its server';
    if (spawnSync(python, ['-c', 'import umbridge'], { timeout: 60_000 }).status !== 0)
      return `${python} has no umbridge for its server`;
    return undefined;
  },
  cases: [{ workers: 8, runMilliseconds: 100, runs: 800 }],
  quickCases: [],
  start: (asked) => startWith(peersPython() as string, fixture('sleeping-server.py'))(asked),
  faults: {},
  quickFaults: [],
};

/** imago's own server. */
export const nodeServer: Engine = {
  name: 'umbridge',
  missing: () => undefined,
  cases: [
    { workers: 1, runMilliseconds: 1, runs: 10_000 },
    { workers: 8, runMilliseconds: 1, runs: 10_000 },
  ],
  quickCases: [],
  start: startWith(process.execPath, fixture('sleeping-server.js')),
  faults: {},
  quickFaults: [],
};
