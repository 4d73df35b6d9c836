import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import type { Executor } from '../../src/core/executor.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import type { WorkerOptions } from '../../src/execution/worker-executor.ts';
import chaos from '../fixtures/chaos.ts';
import { chaosTask, evaluateAll, type Mode, testRun } from '../fixtures/chaos-tasks.ts';
import clinging from '../fixtures/clinging.ts';
import leaky from '../fixtures/leaky.ts';

/** What an executor of two workers can be asked to be in these laws. */
export interface WorkerWishes
  extends Pick<WorkerOptions, 'timeLimit' | 'loadLimit' | 'startLimit' | 'notice' | 'workers'> {
  /** So small a limit of memory that a simulator meets it soon. */
  readonly little?: boolean;
}

/** `mode` at the given places among many fine tasks. */
function among(count: number, mode: Mode, places: readonly number[]): Task[] {
  return Array.from({ length: count }, (_, i) => chaosTask(places.includes(i) ? mode : 'fine', 1, String(i)));
}

/** What every executor promises that runs a simulator in workers, which load it by themselves. */
export function workerLaws(name: string, noun: string, nouns: string, make: (wishes?: WorkerWishes) => Executor): void {
  const executor = make({ little: true });
  const limited = make({ timeLimit: 600 });
  const folder = mkdtempSync(join(tmpdir(), 'imago-workers-'));
  afterAll(async () => {
    await executor[Symbol.asyncDispose]();
    await limited[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  describe(`${name}, where a simulator kills its ${noun}`, () => {
    test.each<[Mode, string, RegExp]>([
      ['exits', 'crashed', /code:? 3/],
      ['late-throw', 'crashed', /too late/],
      ['out-of-memory', 'out-of-memory', /memory/],
      ['spins', 'timed-out', /longer than 600 ms/],
      ['never', 'timed-out', /longer than 600 ms/],
    ])('%s: costs only the evaluation that did it, with cause %s', async (mode, cause, reason) => {
      const places = [0, 700];
      const outcomes = await evaluateAll(cause === 'timed-out' ? limited : executor, among(1500, mode, places));
      expect(outcomes.size).toBe(1500);
      for (const [id, evaluation] of outcomes)
        if (places.includes(Number(id)))
          expect(evaluation).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
        else expect(evaluation).toMatchObject({ status: 'completed' });
    });

    test('an evaluation is not blamed for what an earlier one left behind', async () => {
      const tasks = Array.from({ length: 60 }, (_, i) =>
        chaosTask(i % 20 === 10 ? 'left-behind' : 'waits', 2, String(i)),
      );
      const outcomes = await evaluateAll(executor, tasks);
      expect([...outcomes.values()].filter(({ status }) => status === 'completed').length).toBe(60);
    });

    test('what was finished before the death is not done again and arrives while others run', async () => {
      const arrivals: number[] = [];
      let answered = 0;
      const tasks = Array.from({ length: 100 }, (_, i) => chaosTask('slow', 2, String(i)));
      for await (const group of executor.evaluate(chaos, tasks, testRun())) {
        answered += group.length;
        arrivals.push(group.length);
      }
      expect(answered).toBe(100);
      expect(Math.max(...arrivals)).toBeLessThan(30);
    });
  });

  describe(`${name}, where an engine is spoiled in its ${noun}`, () => {
    const all = (mode: Mode, count: number) => Array.from({ length: count }, (_, i) => chaosTask(mode, 1, String(i)));
    const statuses = (outcomes: ReadonlyMap<string, Evaluation>) =>
      Array.from({ length: outcomes.size }, (_, i) => outcomes.get(String(i))?.status);

    test.each<[Mode]>([['leaks'], ['renews']])(
      'a simulator that %s answers every run, and it is said once that its engine was spoiled',
      async (mode) => {
        const said: string[] = [];
        await using one = make({ notice: (text) => said.push(text) });
        expect(statuses(await evaluateAll(one, all(mode, 24)))).toEqual(Array(24).fill('completed'));
        // One question at a time, as a search asks them.
        for (let i = 0; i < 8; i++)
          expect((await evaluateAll(one, [chaosTask(mode, 1, 'x')])).get('x')).toMatchObject({ status: 'completed' });
        expect(said).toEqual([expect.stringMatching(/^the engine of 'chaos' was spoiled: /)]);
      },
    );

    test('a trap in WebAssembly fails its own run, as in this thread, and no later one', async () => {
      const traps = [3, 20, 21, 50];
      const tasks = all('computes', 60).map((task, i) => (traps.includes(i) ? chaosTask('traps', 1, String(i)) : task));
      const outcomes = await evaluateAll(executor, tasks);
      expect(statuses(outcomes)).toEqual(tasks.map((_, i) => (traps.includes(i) ? 'failed' : 'completed')));
      for (const i of traps)
        expect(outcomes.get(String(i))).toMatchObject({ cause: 'threw', reason: 'RuntimeError: unreachable' });
    });

    test('throws of the simulator itself cost few workers: ever more in a row are believed', async () => {
      const said: string[] = [];
      await using one = make({ notice: (text) => said.push(text) });
      const starts = new Set<number>();
      const tasks = all('throws', 400).flatMap((task, i) => [task, chaosTask('worker', 1, `w${i}`)]);
      for (const [id, evaluation] of await evaluateAll(one, tasks))
        if (id.startsWith('w')) starts.add(evaluation.status === 'completed' ? evaluation.values[0] : Number.NaN);
        else expect(evaluation).toMatchObject({ cause: 'threw' });
      expect(starts.size).toBeLessThan(12);
      expect(said).toEqual([]);
    });

    test('a simulator may say after how many runs its worker is to be replaced', async () => {
      const tasks = Array.from({ length: 40 }, (_, i) => ({
        id: String(i),
        u: Float64Array.of(0.5),
        stream: String(i),
      }));
      const seen: number[] = [];
      for await (const group of executor.evaluate(leaky, tasks, testRun()))
        for (const evaluation of group)
          seen.push(evaluation.status === 'completed' ? evaluation.values[0] : Number.NaN);
      expect(seen.length).toBe(40);
      expect(Math.max(...seen)).toBe(5);
    });

    test('a worker that its simulator does not let end is ended, and what it answered stays', {
      tags: ['slow'],
    }, async () => {
      const tasks = ['a', 'b', 'c'].map((id) => ({ id, u: Float64Array.of(0.5), stream: id }));
      await using two = make();
      const seen: Evaluation[] = [];
      for await (const group of two.evaluate(clinging, tasks, testRun())) seen.push(...group);
      expect(seen.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
        'a completed',
        'b completed',
        'c completed',
      ]);
    });
  });

  test.each<[Mode]>([['stops-clock'], ['pollutes'], ['patches']])(
    `${name}: a run that changes the world (%s) changes no other run, nor how it is judged itself`,
    async (mode) => {
      const tasks = Array.from({ length: 60 }, (_, i) =>
        i % 20 === 5 ? chaosTask(mode, 9, String(i)) : chaosTask('computes', 9, String(i)),
      );
      const expected = Float64Array.of(Math.sin(9) * 3, 9 / 7);
      for (const [, evaluation] of await evaluateAll(executor, [...tasks, chaosTask(mode, 9, 'last')])) {
        expect(evaluation).toMatchObject({ status: 'completed', values: expected });
        expect(evaluation.milliseconds).toBeGreaterThanOrEqual(0);
        expect(evaluation).not.toHaveProperty('shares');
      }
      const lying = await evaluateAll(executor, [chaosTask('patches', 60, 'lies')]);
      expect(lying.get('lies')).toMatchObject({ cause: 'not-finite' });
    },
  );

  describe(`${name} shares out`, () => {
    /** How much sooner than one after the other they were done, by what each of them took itself: 0.5 where two always ran at once. */
    const share = async (on: Executor, tasks: Task[], isLong: (id: string) => boolean) => {
      await evaluateAll(on, among(50, 'fine', []));
      const start = performance.now();
      const outcomes = await evaluateAll(on, tasks);
      const took = performance.now() - start;
      expect(outcomes.size).toBe(tasks.length);
      const each = [...outcomes].map(([id, { milliseconds }]) => (isLong(id) ? milliseconds : 0));
      return took / each.reduce((sum, one) => sum + one, 0);
    };

    // A busy machine may spoil an attempt.
    test('few long tasks run at the same time', { retry: 3 }, async () => {
      const tasks = among(8, 'obeys', [0, 1, 2, 3, 4, 5, 6, 7]);
      expect(await share(limited, tasks, () => true)).toBeLessThan(0.9);
    });

    test('a surprise does not leave a worker idle behind a long batch', { retry: 3 }, async () => {
      const tasks = Array.from({ length: 3000 }, (_, i) => chaosTask(i < 2940 ? 'fine' : 'waits', 50, String(i)));
      expect(await share(executor, tasks, (id) => Number(id) >= 2940)).toBeLessThan(0.9);
    });
  });

  describe(`${name}, given a simulator that ${nouns} cannot load`, () => {
    const asked = async (module: string, on: Executor = executor) => {
      const lost = defineSimulator(module, {
        name: 'lost',
        parameters: { x: real(0, 1) },
        outputs: { f: {} },
        run: ({ x }) => ({ f: x }),
      });
      const tasks = [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }];
      for await (const group of on.evaluate(lost, tasks, testRun())) expect(group).toBeUndefined();
    };
    const file = (path: string, text: string) => {
      writeFileSync(join(folder, path), text);
      return pathToFileURL(join(folder, path)).href;
    };

    test('calls it a mistake of the caller, named with its file', async () => {
      const missing = pathToFileURL(join(folder, 'missing.js')).href;
      await expect(asked(missing)).rejects.toMatchObject({
        code: 'plugin',
        message: expect.stringContaining('missing.js'),
      });
      const throws = file('throws.mjs', 'throw new Error("at the top")');
      await expect(asked(throws)).rejects.toThrow(/throws.mjs(:1)?: at the top/);
      const exits = asked(file('exits.mjs', 'process.exit(1)'));
      await expect(exits).rejects.toThrow(new RegExp(`${noun} died while it loaded .*exits.mjs`));
      const bare =
        "import { defineSimulator, real } from 'imago';\nexport default defineSimulator(import.meta.url, { name: 'lost',";
      const rest =
        "parameters: { x: real(0, 1) }, outputs: { f: {} }, run: () => ({ f: 1 }), setup() { throw new Error('no engine') } });";
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), join(folder, 'node_modules/imago'));
      await expect(asked(file('unready.mjs', bare + rest))).rejects.toThrow(
        "simulator 'lost': setup failed: no engine",
      );
      await expect(asked(new URL('../fixtures/chaos.ts', import.meta.url).href)).rejects.toThrow(
        /2 inputs and 2 outputs/,
      );
    });

    test.each([
      ['waits', 'await new Promise(() => setInterval(() => undefined, 1000))'],
      ['spins', 'for (;;);'],
    ])('does not wait for ever for one that %s at its top level', async (path, text) => {
      await using impatient = make({ loadLimit: 300 });
      await expect(asked(file(`${path}.mjs`, text), impatient)).rejects.toMatchObject({
        code: 'plugin',
        message: expect.stringMatching(new RegExp(`${path}.mjs was still loading after 0.3 s`)),
      });
    });

    test('is not waited for where a run has left behind what never ends', async () => {
      await using single = make({ workers: 1, startLimit: 6000 });
      for (const tasks of [[chaosTask('left-spinning', 1, 'first')], among(200, 'left-spinning', [150])]) {
        const outcomes = await evaluateAll(single, tasks);
        expect([...outcomes.values()].filter(({ status }) => status === 'completed').length).toBe(tasks.length);
      }
    });

    test('leaves the executor usable', async () => {
      const outcomes = await evaluateAll(executor, [chaosTask('fine', 1, 'a')]);
      expect(outcomes.get('a')).toMatchObject({ status: 'completed' });
    });

    test('for want of a source says what to do', async () => {
      const nowhere = defineSimulator(null, {
        name: 'nowhere',
        parameters: { x: real(0, 1) },
        outputs: { f: {} },
        run: ({ x }) => ({ f: x }),
      });
      const groups = executor.evaluate(nowhere, [], testRun())[Symbol.asyncIterator]();
      await expect(groups.next()).rejects.toThrow(
        new RegExp(`'nowhere' cannot run on ${nouns}.*import\\.meta\\.url.*inlineExecutor`),
      );
    });
  });

  test(`${name} that is disposed of ends what runs as cancelled, and evaluates no more`, async () => {
    const other = make();
    const tasks = Array.from({ length: 4 }, (_, i) => chaosTask('never', 1, String(i)));
    setTimeout(() => other[Symbol.asyncDispose](), 500);
    const outcomes = await evaluateAll(other, tasks);
    for (const evaluation of outcomes.values()) expect(evaluation).toMatchObject({ cause: 'cancelled' });
    await expect(evaluateAll(other, tasks)).rejects.toThrow(/disposed/);
  });
}
