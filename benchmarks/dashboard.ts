import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  defineScenario,
  defineSimulator,
  type Evaluation,
  ExpressionCompiler,
  latinHypercube,
  Problem,
  Rng,
  real,
  responseSurface,
  runStudy,
  type Store,
} from 'imago';
import { planOf, writePlan } from 'imago/internal';
import { inlineExecutor, sqliteStore } from 'imago/node';
import { CHROMIUM, Page } from '../test/explorer/chromium.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

const DIST = new URL('../dist/', import.meta.url).pathname;
const IDENTITY = 'hills@1';
const [PARAMETERS, OUTPUTS] = [8, 2];

const parameters = Object.fromEntries(Array.from({ length: PARAMETERS }, (_, k) => [`x${k + 1}`, real(0, 1)]));

const simulator = defineSimulator(null, {
  name: 'hills',
  description: 'a sum of hills, and a slope',
  parameters,
  outputs: { height: {}, slope: {} },
  run: (point) => ({ height: heightOf(Object.values(point) as number[]), slope: 1 + (point.x1 as number) }),
});

/** Many short runs: what a dashboard costs is most beside them. */
const scenarioOf = (size: number) =>
  defineScenario({
    name: 'Hills',
    simulator,
    seed: 1,
    chain: [{ name: 'surrogate', transfer: latinHypercube(), size, student: responseSurface() }],
    search: { on: 'surrogate', maximize: 'height', subjectTo: ['slope <= 1.8'], rounds: 1 },
  });

function heightOf(x: readonly number[]): number {
  return x.reduce((sum, value, k) => sum + Math.sin((3 + k) * value), 0);
}

function evaluation(i: number, rng: Rng): Evaluation {
  const u = Float64Array.from({ length: PARAMETERS }, () => rng.uniform());
  const head = { id: `1/surrogate/design/${i}`, u, milliseconds: 20 + 10 * rng.uniform() };
  return i % 50 === 49
    ? { ...head, status: 'failed', cause: 'threw', reason: `no convergence in step ${i % 7}` }
    : { ...head, status: 'completed', values: Float64Array.of(heightOf([...u]), 1 + u[0]) };
}

/** A dashboard in a process of its own, and a page in a browser, as they are used; the store is written to by this process. */
export default {
  question: 'how soon does the dashboard show runs, how fast is its page with many, and what does it cost a study?',
  columns: [
    ...['runs', 'shownMilliseconds', 'readyMilliseconds', 'brushMilliseconds', 'pageMegabytes', 'gzipBytes'],
    'costShare',
  ],
  async run({ quick, wants, once: remember, say }) {
    if (!CHROMIUM) {
      say('there is no Chromium on this machine: nothing was measured');
      return;
    }
    for (const runs of quick ? [2000] : [1000, 10_000, 100_000])
      if (wants(String(runs))) await remember({ runs }, () => measured(runs, quick));
    say(
      `${PARAMETERS} parameters, ${OUTPUTS} outputs. The server has not seen the store when the page is opened. Medians: of ${SHOWN} commits until the page shows them; of ${BRUSHES} steps of a brush until everything is drawn; of pairs of studies of ${(quick ? QUICK_COST : COST).size} short runs with and without a dashboard that is looked at, in processor time of the study.`,
    );
  },
} satisfies Benchmark;

const [SHOWN, BRUSHES] = [7, 15];
/** Pairs of studies, and the runs of each. */
const COST = { pairs: 20, size: 1000 };
const QUICK_COST = { pairs: 1, size: 300 };

async function measured(runs: number, quick: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'imago-dashboard-bench-'));
  const path = join(folder, 'hills.sqlite');
  const rng = new Rng('dashboard');
  const store = await filled(path, runs, rng);
  const key = await keyIn(folder);
  // The browser first: a server begins to read as soon as it is started.
  const page = await Page.open({ width: 1280, height: 900 });
  const server = await Server.start(folder);
  try {
    await page.go(`${server.url}/#/study/${key}`);
    const readyMilliseconds = Math.round(await page.value<number>(READY));
    const shown: number[] = [];
    for (let k = 0; k < SHOWN; k++) {
      store.put(IDENTITY, [evaluation(runs + k, rng)]);
      const from = Date.now();
      shown.push((await page.value<number>(shownAt(runs + k + 1))) - from);
    }
    const brushes = await page.value<number[]>(brushing(BRUSHES));
    const pageMegabytes = await megabytesOf(page);
    await store[Symbol.asyncDispose]();
    return {
      shownMilliseconds: Math.round(median(shown)),
      readyMilliseconds,
      brushMilliseconds: Math.round(median(brushes)),
      pageMegabytes,
      gzipBytes: ['dashboard.js', 'dashboard.css'].reduce(
        (sum, name) => sum + gzipSync(readFileSync(`${DIST}page/${name}`)).length,
        0,
      ),
      costShare: await costShare(folder, page, server, quick ? QUICK_COST : COST),
    };
  } finally {
    await page[Symbol.asyncDispose]();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** By which the page names the study, asked of a server that is not the one that is measured. */
async function keyIn(folder: string): Promise<string> {
  const server = await Server.start(folder);
  const [{ key }] = (await (await fetch(`${server.url}/api/studies`)).json()) as { key: string }[];
  await server.stop();
  return key;
}

async function filled(path: string, runs: number, rng: Rng): Promise<Store> {
  const store = await sqliteStore(path);
  const compiler = await ExpressionCompiler.create(simulator.space, simulator.outputs);
  const height = compiler.expression('height');
  const objective = { ...height, sense: 'maximize' as const, evaluate: (p: never, o: never) => -height.evaluate(p, o) };
  const problem = new Problem(simulator.space, simulator.outputs, [objective], compiler.constraints('slope <= 1.8'));
  writePlan(store, planOf(scenarioOf(runs), IDENTITY, problem));
  for (let at = 0; at < runs; at += 1000)
    store.put(
      IDENTITY,
      Array.from({ length: Math.min(1000, runs - at) }, (_, k) => evaluation(at + k, rng)),
    );
  return store;
}

/** Milliseconds from the beginning of the navigation until every plot is drawn and the table has its rows. */
const READY = `new Promise((done) => {
  const look = () => {
    const isDrawn = performance.getEntriesByName('drawn').length > 0 && document.querySelectorAll('canvas').length >= 3;
    const cell = document.querySelector('#runs tbody td');
    if (isDrawn && cell && cell.textContent !== '…') requestAnimationFrame(() => done(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})`;

/** When the page shows so many runs. */
const shownAt = (runs: number) => `new Promise((done) => {
  const wanted = '${runs.toLocaleString('en-US')}';
  const look = () =>
    document.querySelector('#runs tbody a')?.textContent === wanted ? done(Date.now()) : requestAnimationFrame(look);
  look();
})`;

/** Milliseconds from each movement of the pointer along an axis until the last plot is drawn. */
const brushing = (steps: number) => `(async () => {
  const svg = document.querySelector('.parallel svg');
  svg.setPointerCapture = () => undefined;
  const box = svg.getBoundingClientRect();
  const axis = svg.querySelectorAll('.grip')[1].getBoundingClientRect();
  const send = (type, share) => svg.dispatchEvent(new PointerEvent(type, {
    bubbles: true, button: 0, pointerId: 1, clientX: axis.x + axis.width / 2, clientY: axis.bottom - share * axis.height,
  }));
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  send('pointerdown', 0.2);
  const times = [];
  for (let k = 1; k <= ${steps}; k++) {
    await pause(50);
    const from = performance.now();
    send('pointermove', 0.2 + 0.5 * k / ${steps});
    for (let last = 0; ; ) {
      await pause(60);
      const drawn = performance.getEntriesByName('drawn')[0].startTime;
      if (drawn > from && drawn === last) break;
      last = drawn;
    }
    times.push(performance.getEntriesByName('drawn')[0].startTime - from);
  }
  send('pointerup', 0.7);
  return times;
})()`;

/** By how much more processor time a study takes while a page looks at it. */
async function costShare(folder: string, page: Page, server: Server, { pairs, size }: typeof COST): Promise<number> {
  const scenario = scenarioOf(size);
  let count = 0;
  const spent = async (isWatched: boolean) => {
    const path = join(folder, isWatched ? `watched-${count}.sqlite` : `${count}.store`);
    const store = await sqliteStore(path);
    if (isWatched) {
      writePlan(store, planOf(scenario, 'hills', undefined));
      const cards = (await (await fetch(`${server.url}/api/studies`)).json()) as { key: string; path: string }[];
      const key = cards.find((card) => card.path === path)?.key;
      await page.value(`location.hash = '/study/${key}'`);
    }
    count++;
    const before = process.cpuUsage();
    await runStudy(scenario, { executor: inlineExecutor(), store }, { clock: () => performance.now() });
    const { user, system } = process.cpuUsage(before);
    await store[Symbol.asyncDispose]();
    return user + system;
  };
  await spent(false);
  const shares: number[] = [];
  for (let k = 0; k < pairs; k++) {
    // Each side is first in half of the pairs.
    const first = await spent(k % 2 === 0);
    const second = await spent(k % 2 !== 0);
    shares.push((k % 2 === 0 ? first / second : second / first) - 1);
  }
  return Number(median(shares).toFixed(4));
}

/** Megabytes of the page by the browser's own figures: what scripts hold, elements, and bytes of arrays; rubbish that was not collected yet is counted. */
async function megabytesOf(page: Page): Promise<number> {
  const heap = (await page.send('Runtime.getHeapUsage')) as Record<string, number>;
  return Math.round((heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize) / 1e6);
}

class Server {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(folder: string): Promise<Server> {
    const child = spawn(
      process.execPath,
      [`${DIST}bundle/imago.js`, 'dashboard', folder, '--port', '0', '--attached'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    return new Server(line.trim().replace('Dashboard at ', ''), child);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.stdin?.end();
    await ended;
  }
}
