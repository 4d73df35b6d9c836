import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { killWorkers } from '../benchmarks/engines/worker-killed.ts';
import { bestBias, JITTER, wrong } from '../benchmarks/hinton.ts';
import { keptModel } from '../benchmarks/kept-model.ts';
import { outputList } from '../src/core/output.ts';
import { decisionTree, type Executor, image, Matrix, type Model, Rng, Space } from '../src/index.ts';
import { labeled, testRun } from '../src/testing/labeled.ts';
import { cube } from '../src/testing/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = labeled(cube(2), outputList({ y: {} }), 20, (u) => [u[0] + u[1]]);

test('a benchmark that is resumed takes the models of the stages that were done, and learns the others', async () => {
  let fits = 0;
  const learn = () => {
    fits++;
    return decisionTree().fit(data, testRun('tree'));
  };
  const json = join(folder, 'rows.json');
  const first = await keptModel(json, true, 'teacher', learn);
  const again = await keptModel(json, true, 'teacher', () => Promise.reject(new Error('learned again')));
  expect(again.predict(data.x).data).toEqual(first.predict(data.x).data);
  expect(readdirSync(folder)).toEqual(['rows-teacher.model.json']);
  await keptModel(json, true, 'student', learn);
  await keptModel(json, false, 'teacher', learn);
  expect(fits).toBe(3);
  // A model that was only half written is learned again.
  rmSync(join(folder, 'rows-teacher.model.json'));
  writeFileSync(join(folder, 'rows-teacher.model.json.part'), '{');
  expect((await keptModel(json, true, 'teacher', learn)).predict(new Matrix(1, 2)).rows).toBe(1);
  expect(fits).toBe(4);
  expect(existsSync(join(folder, 'rows-teacher.model.json.part'))).toBe(false);
});

test('without a file nothing is kept', async () => {
  await keptModel(undefined, true, 'teacher', () => decisionTree().fit(data, testRun('tree')));
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});

test('an image is jittered by up to two whole pixels, and what leaves it is gone', () => {
  const space = new Space(image(7, 6));
  const dot = new Float64Array(42);
  dot[3 * 6 + 2] = 0.5;
  dot[6 * 6 + 5] = 1;
  const rng = new Rng('jitter');
  const places = new Set<string>();
  for (let k = 0; k < 400; k++) {
    const moved = JITTER.varied(space, dot, rng);
    const at = moved.indexOf(0.5);
    const [down, right] = [Math.floor(at / 6) - 3, (at % 6) - 2];
    places.add(`${down} ${right}`);
    expect(Math.max(Math.abs(down), Math.abs(right))).toBeLessThanOrEqual(2);
    expect(moved.indexOf(1)).toBe(down > 0 || right > 0 ? -1 : (6 + down) * 6 + 5 + right);
    expect(moved.filter((light) => light > 0).length).toBe(down > 0 || right > 0 ? 1 : 2);
  }
  expect(places.size).toBe(25);
});

test('the score of a digit that was never seen is raised by what does best on rows that were not learned', () => {
  const digits = outputList({ digit: { classes: [...'0123456789'] } });
  const rows = labeled(cube(1), digits, 200, (u) => [Math.floor(10 * u[0])]);
  // Knows every digit, but takes a 3 for e^-6 as likely as it is.
  const model: Model = {
    ...({} as Model),
    predict(x) {
      const shares = new Matrix(x.rows, 10);
      for (let i = 0; i < x.rows; i++) {
        const own = shares.row(i).fill(0.02);
        own[Math.floor(10 * x.get(i, 0))] = 0.82;
        own[3] *= Math.exp(-6);
      }
      return shares;
    },
  };
  const threes = rows.y.data.filter((digit) => digit === 3).length;
  expect(wrong(model, rows)).toEqual({ all: threes, unseenRight: 0 });
  const bias = bestBias(model, rows);
  // Below 6 - log 41 threes are lost, above 6 + log 41 all others become threes.
  expect(bias).toBeGreaterThan(5.5);
  expect(bias).toBeLessThan(6.5);
  expect(wrong(model, rows, bias)).toEqual({ all: 0, unseenRight: 1 });
});

test('a run that was answered before its worker is killed is followed by a longer one', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'imago-begun-')), 'begun.log');
  onTestFinished(() => rmSync(dirname(log), { recursive: true }));
  const lengths: number[] = [];
  let end: () => void = () => undefined;
  const killed = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begin = () => appendFileSync(log, `0 1 2 ${Date.now()}\n`);
  const executor: Executor = {
    name: 'quick at first',
    concurrency: 1,
    async *evaluate({ space }, tasks) {
      for (const { id, u } of tasks) {
        begin();
        if (lengths.push(Math.round(space.decode(u).milliseconds as number)) > 1) {
          await killed;
          begin();
        }
        yield [{ id, u, milliseconds: 1, status: 'completed', values: Float64Array.of(0) }];
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const kill = vi.fn((_: readonly number[]) => end());
  const damage = await killWorkers(1, { executor, log, kill });
  expect(damage).toEqual({ runs: 2, lost: 0, doubled: 0, secondsToRerun: expect.any(Number) });
  expect(lengths).toEqual([1500, 3000]);
  expect(kill.mock.calls).toEqual([[[1, 2]]]);
});
