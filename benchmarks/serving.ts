import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dataset, gaussianProcess, label, latinHypercube, Rng, type Run, simulatorOracle } from 'imago';
import { inlineExecutor, writeModel } from 'imago/node';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import type { Benchmark } from './harness.ts';

const MAIN = new URL('../dist/bundle/imago.js', import.meta.url).pathname;
const [ROWS, POINTS] = [10_000, 100];

/**
 * A Gaussian process behind `imago serve`, in a process of its own whose time and memory Linux tells: single points, batches and a stream
 * through one connection, and single points while batches are answered.
 */
export default {
  question: 'what does a served model answer in a second of its processor, in how much memory, and who waits for whom?',
  columns: ['case', 'model', 'function', 'd', 'n', 'rows', 'perProcessorSecond', 'megabytes', 'worstMilliseconds'],
  async run({ quick, wants, once: remember, say }) {
    const folder = mkdtempSync(join(tmpdir(), 'imago-serving-bench-'));
    try {
      const file = join(folder, 'gp.json');
      const { space, outputs } = await fitted(file);
      const points = pointsOf(space);
      const sizes = { single: quick ? 2000 : 20_000, batches: quick ? 50_000 : 1e6, stream: quick ? 50_000 : 1e6 };
      const key = { model: 'gp', function: 'hartmann-6', d: space.dimension, n: POINTS };
      for (const [name, rows, work] of [
        ['single', sizes.single, single],
        ['batches', sizes.batches, batches],
        ['stream', sizes.stream, stream],
        ['single among batches', quick ? 200 : 1000, among],
      ] as const) {
        if (!wants(name)) continue;
        await remember({ case: name, ...key, rows }, async () => {
          const server = await Server.start(file);
          try {
            await single(server, points, 500);
            const start = server.seconds();
            const worst = await work(server, points, rows);
            const spent = server.seconds() - start;
            // Of those among batches the batches take most of the time.
            const isShared = work === among;
            return {
              perProcessorSecond: isShared ? null : Math.round(rows / spent),
              megabytes: server.megabytes(),
              worstMilliseconds: worst === undefined ? null : Math.round(worst),
            };
          } finally {
            await server.stop();
          }
        });
      }
      say(
        `outputs: ${outputs.length}, with bounds and domain; bodies of ${ROWS} rows; memory: the most that was resident.`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
} satisfies Benchmark;

async function fitted(file: string): Promise<Dataset> {
  const run: Run = { rng: new Rng('serving'), clock: () => performance.now() };
  const simulator = testFunctionSimulator({ name: 'hartmann-6' });
  const empty = Dataset.empty(simulator.space, simulator.outputs);
  const x = latinHypercube().sample(simulator.space, POINTS, empty, run);
  const data = await label(simulatorOracle(simulator, inlineExecutor()), x, 'serving/design', run);
  await writeModel(await gaussianProcess().fit(data, run), file, { name: 'gp' });
  return data;
}

type Points = readonly object[];

function pointsOf(space: Dataset['space']): Points {
  const rng = new Rng('asked');
  return Array.from({ length: ROWS }, () =>
    space.decode(Float64Array.from({ length: space.dimension }, () => rng.uniform())),
  );
}

/** `imago serve` of a model file. */
class Server {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(file: string): Promise<Server> {
    const child = spawn(process.execPath, [MAIN, 'serve', file, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(child.stdout!.setEncoding('utf8'), 'data');
    return new Server(child, Number(/:(\d+)\n$/.exec(String(line))?.[1]));
  }

  /** Of processor time; NaN where the system does not tell. */
  seconds(): number {
    const [, fields] = this.#told('stat').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) / 100;
  }

  megabytes(): number {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(this.#told('status'))?.[1]) / 1024);
  }

  #told(file: string): string {
    return readFileSync(`/proc/${this.#child.pid}/${file}`, 'utf8');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await once(this.#child, 'exit');
  }
}

const PATH = '/models/gp/predict';

function asked(port: number, agent: Agent, type: string) {
  return request({ port, host: '127.0.0.1', path: PATH, method: 'POST', agent, headers: { 'content-type': type } });
}

async function ask(port: number, agent: Agent, body: string): Promise<void> {
  const sent = asked(port, agent, 'application/json');
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`the server answers ${answer.statusCode}`);
  answer.resume();
  await once(answer, 'end');
}

/** So many points, each in a request of its own, on 8 connections. */
async function single({ port }: Server, points: Points, rows: number): Promise<undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let next = 0;
  const work = async () => {
    while (next < rows) await ask(port, agent, JSON.stringify({ point: points[next++ % ROWS] }));
  };
  await Promise.all(Array.from({ length: 8 }, work));
  agent.destroy();
}

/** Batches, one after the other on one connection. */
async function batches({ port }: Server, points: Points, rows: number): Promise<undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ points });
  for (let done = 0; done < rows; done += ROWS) await ask(port, agent, body);
  agent.destroy();
}

/** One request of CSV, read while it is sent. */
async function stream({ port }: Server, points: Points, rows: number): Promise<undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sent = asked(port, agent, 'text/csv');
  const answered = (async () => {
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let lines = 0;
    for await (const part of answer) for (const byte of part as Buffer) if (byte === 10) lines++;
    return lines;
  })();
  sent.write(`${Object.keys(points[0]).join(',')}\n`);
  const block = points.map((point) => `${Object.values(point).join(',')}\n`).join('');
  for (let done = 0; done < rows; done += ROWS) if (!sent.write(block)) await once(sent, 'drain');
  sent.end();
  const lines = await answered;
  if (lines !== rows + 1) throw new Error(`${lines} lines came of ${rows} rows`);
  agent.destroy();
}

/** Single points while two clients have batches answered; how long the slowest waited. */
async function among(server: Server, points: Points, rows: number): Promise<number> {
  let isOver = false;
  const others = [1, 2].map(async () => {
    while (!isOver) await batches(server, points, ROWS);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let worst = 0;
  for (let i = 0; i < rows; i++) {
    const start = performance.now();
    await ask(server.port, agent, JSON.stringify({ point: points[i % ROWS] }));
    worst = Math.max(worst, performance.now() - start);
  }
  isOver = true;
  await Promise.all(others);
  agent.destroy();
  return worst;
}
