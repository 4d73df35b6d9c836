/** Takes the pictures of each page of the dashboard anew, in docs/dashboard: `npm run pictures -- dashboard`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyScenario,
  decisionTree,
  defineScenario,
  differentialEvolution,
  type Executor,
  gaussianProcess,
  latinHypercube,
  nsga2,
  random,
  runStudy,
  studyControl,
  uniform,
} from 'imago';
import { dashboard, inlineExecutor, presence, sqliteStore } from 'imago/node';
import bracket from '../../simulators/bracket/index.ts';
import beam from '../../simulators/cantilever-beam.ts';
import { CHROMIUM, Page } from '../../test/explorer/chromium.ts';

const STORES = '.imago';
/** Runs after which the study that is shown while it runs waits. */
const SHOWN = 40;
/** What a run of a formula takes here. */
const SECONDS = 0.03;

const limits = ['length >= 1 m', 'load >= 1 kN'];
const lightest = defineScenario({
  name: 'Lightest beam',
  description: 'the least mass that bends by 1 cm at most',
  simulator: beam,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 40, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 500, student: decisionTree({ maxDepth: 3 }) },
  ],
  search: { on: 'surrogate', minimize: 'mass', subjectTo: ['deflection <= 1 cm', ...limits], rounds: 2 },
});
const lightOrStiff = defineScenario({
  name: 'Light or stiff beam',
  description: 'what a beam must weigh to bend little',
  simulator: beam,
  seed: 7,
  search: {
    on: 'simulator',
    minimize: ['mass', 'deflection'],
    subjectTo: ['deflection <= 5 cm', ...limits],
    optimizer: nsga2({ population: 20 }),
    budget: 200,
  },
});
const searching = defineScenario({
  name: 'Stiffest beam of 20 kg',
  description: 'the least deflection under at least 1 kN',
  simulator: beam,
  seed: 3,
  search: {
    on: 'simulator',
    minimize: 'deflection',
    subjectTo: ['mass <= 20 kg', ...limits],
    optimizer: differentialEvolution(),
    budget: 80,
  },
});
/** A program of which nearly half of all runs fail. */
const brackets = defineScenario({
  name: 'Lightest bracket',
  description: 'a bracket with two holes, by finite elements',
  simulator: bracket,
  seed: 1,
  search: { on: 'simulator', minimize: 'mass', subjectTo: ['stress <= 200 MPa'], optimizer: random(), budget: 8 },
});

const clock = () => performance.now();
const text = (selector: string) => `(document.querySelector('${selector}')?.textContent ?? '')`;

/** Runs three studies, one of them to its half, and takes a picture of each page. */
export default async function takeAll(): Promise<void> {
  if (!CHROMIUM) {
    console.log('SKIPPED: Chromium is not installed');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'imago-pictures-'));
  // Paths in the pictures are as a user's.
  process.chdir(folder);
  mkdirSync(STORES);
  const studies: readonly (readonly [string, AnyScenario, Executor])[] = [
    ['lightest', lightest, slowed()],
    ['trade-off', lightOrStiff, slowed()],
    ['bracket', brackets, inlineExecutor()],
  ];
  for (const [name, scenario, executor] of studies) {
    console.log(name);
    await using store = await sqliteStore(join(STORES, `${name}.sqlite`));
    await runStudy(scenario, { executor, store, presence: presence() }, { clock });
  }
  const running = await begun(join(STORES, 'stiffest.sqlite'));
  {
    await using reading = await dashboard([STORES], { port: 0 });
    await using controlling = await dashboard([STORES], { port: 0, control: true });
    await takePages(reading.url, controlling.url);
  }
  await running[Symbol.asyncDispose]();
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
}

/** A study that was told things by hand and waits after some runs. */
async function begun(path: string): Promise<AsyncDisposable> {
  const store = await sqliteStore(path);
  const control = studyControl();
  const stop = new AbortController();
  let wait: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => {
    wait = resolve;
  });
  const ended = runStudy(
    searching,
    { executor: slowed(SHOWN, wait), store, presence: presence(), control },
    { clock, signal: stop.signal },
  ).catch((error) => {
    if (error.code !== 'cancelled') throw error;
  });
  const point = { length: 1.2, side: 0.06, load: 1000, material: 'steel' };
  await Promise.all([
    control.tryNext(point),
    control.note('Steel only from here on: the workshop is out of aluminium.'),
    control.note('Checked by hand: within 1 %.', '3/search/2'),
  ]);
  await Promise.race([waits, ended]);
  await control.setBudget(100);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Runs take some time, as a simulation does. After so many it waits with the next one until it is to stop. */
function slowed(most = Number.POSITIVE_INFINITY, waits: () => void = () => undefined): Executor {
  const inline = inlineExecutor();
  let count = 0;
  return {
    ...inline,
    async *evaluate(simulator, tasks, run) {
      for (const task of tasks) {
        if (count++ >= most) {
          waits();
          await new Promise<void>((resolve) => run.signal?.addEventListener('abort', () => resolve(), { once: true }));
        }
        await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
        for await (const group of inline.evaluate(simulator, [task], run))
          yield group.map((one) => ({ ...one, milliseconds: one.milliseconds + SECONDS * 1000 }));
      }
    },
  };
}

/** The number of a run that failed. */
async function failedIn(url: string, key: string): Promise<number> {
  const { failures } = (await (await fetch(`${url}/api/studies/${key}`)).json()) as { failures: { row: number }[] };
  return failures[0].row + 1;
}

/** Of the study that runs the pages that control it, of others those that only read. */
async function takePages(reading: string, controlling: string): Promise<void> {
  const cards = (await (await fetch(`${reading}/api/studies`)).json()) as {
    readonly key: string;
    readonly path: string;
  }[];
  const keyOf = (name: string) => cards.find(({ path }) => path.endsWith(`${name}.sqlite`))?.key as string;
  const folder = new URL('../dashboard/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const isRead = `${text('#runs tbody td')} > '0'`;
  const hasModels = "document.querySelector('.map .report')?.shadowRoot?.querySelector('svg') !== undefined";
  // Each section of a study is in one of the pictures.
  const pages: readonly (readonly [string, string, string, { from?: string; to?: string }])[] = [
    ['studies', '', "document.querySelectorAll('.study').length === 4", {}],
    ['running', `study/${keyOf('stiffest')}`, isRead, { to: '#timeline' }],
    ['finished', `study/${keyOf('lightest')}`, `${isRead} && ${hasModels}`, { from: '#timeline' }],
    ['trade-off', `study/${keyOf('trade-off')}`, isRead, { to: '#parameters' }],
    ['run', `study/${keyOf('stiffest')}/run/3`, "document.querySelector('.note-text') !== null", {}],
    [
      'failed-run',
      `study/${keyOf('bracket')}/run/${await failedIn(reading, keyOf('bracket'))}`,
      `${text('.kept pre')} !== ''`,
      {},
    ],
    ['compare', 'compare', "document.querySelectorAll('path.curve').length > 1", {}],
  ];
  for (const width of [1280, 390])
    for (const isDark of [false, true]) {
      await using page = await Page.open({ width, height: 900, isDark });
      for (const [name, part, until, cut] of pages) {
        await page.go('about:blank');
        await page.go(`${part.includes(keyOf('stiffest')) ? controlling : reading}/#/${part}`);
        await page.until(until);
        await page.frames(3);
        const file = `${name}-${width}-${isDark ? 'dark' : 'light'}.webp`;
        writeFileSync(new URL(file, folder), await page.picture({ ...cut, quality: 50 }), 'base64');
        console.log(file);
      }
    }
}
