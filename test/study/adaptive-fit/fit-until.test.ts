import { describe, expect, test } from 'vitest';
import { type Oracle, simulatorOracle, storedOracle } from '../../../src/core/oracle.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { memoryStore } from '../../../src/core/store.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { type FitStep, fitUntil } from '../../../src/study/adaptive-fit/fit-until.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';

const runOf = (path: string) => ({ rng: new Rng(path), clock: () => 0 });
const student = gaussianProcess({ starts: 1, transform: 'none', calibrate: false });
const transfer = latinHypercube();

const bowl = defineSimulator(null, {
  name: 'bowl',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { height: {}, side: { classes: ['left', 'right'] } },
  run({ x, y }) {
    if (x > 0.8 && y > 0.8) throw new Error('fell off');
    return { height: Math.sin(5 * x) * (1 + y), side: x < 0.5 ? ('left' as const) : ('right' as const) };
  },
});
const smooth = defineSimulator(null, {
  name: 'smooth',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { height: {} },
  run: ({ x, y }) => ({ height: Math.sin(5 * x) * (1 + y) }),
});

describe('a fit', () => {
  test('goes on until the student is good enough, and never asks a point twice', async () => {
    await using executor = inlineExecutor();
    const told: FitStep[] = [];
    const goal = { target: 0.999, budget: 100, initial: 8, batch: 2 };
    const fit = await fitUntil(simulatorOracle(smooth, executor), { transfer, student }, goal, runOf('1'), (step) =>
      told.push(step),
    );
    expect(fit).toMatchObject({ stop: 'target', curve: told });
    expect(told.at(-1)?.score).toBeGreaterThanOrEqual(0.999);
    expect(told.slice(0, -1).every(({ score }) => score < 0.999)).toBe(true);
    expect(told.map(({ runs }) => runs)).toEqual(told.map((_, i) => 8 + 2 * i));
    expect(new Set(fit.data.rows.map((_, i) => fit.data.x.row(i).join())).size).toBe(fit.data.size);
  });

  test('stops at its budget, counts failures, and does not ask again where runs failed', {
    tags: ['slow'],
  }, async () => {
    await using executor = inlineExecutor();
    const goal = { target: 1, budget: 40, initial: 20 };
    const fit = await fitUntil(
      simulatorOracle(bowl, executor),
      { transfer, student: randomForest({ trees: 10 }) },
      goal,
      runOf('2'),
    );
    expect(fit).toMatchObject({ stop: 'budget', data: { size: 40 } });
    const failed = fit.data.rows.filter(({ status }) => status === 'failed').length;
    expect(fit.curve.at(-1)?.failed).toBe(failed);
    expect(failed).toBeLessThanOrEqual(3);
  });

  test('takes the whole of a small space, and no more', async () => {
    const few = defineSimulator(null, {
      name: 'few',
      parameters: { n: integer(1, 3), c: categorical('a', 'b') },
      outputs: { f: {} },
      run: ({ n, c }) => ({ f: n * n + (c === 'a' ? 0 : Math.sqrt(n)) }),
    });
    await using executor = inlineExecutor();
    const goal = { target: 1, budget: 50, initial: 3 };
    const fit = await fitUntil(simulatorOracle(few, executor), { transfer: sobol(), student }, goal, runOf('3'));
    expect(fit.stop).toBe('exhausted');
    expect(new Set(fit.data.rows.map((_, i) => fit.data.x.row(i).join())).size).toBe(6);
  });

  test('that was stopped goes on from its store: the same points, none run again', async () => {
    await using executor = inlineExecutor();
    const store = memoryStore();
    let asked = 0;
    const plain = simulatorOracle(smooth, executor);
    const counted: Oracle = {
      ...plain,
      async *evaluate(tasks, run) {
        for await (const group of plain.evaluate(tasks, run)) {
          asked += group.length;
          yield group;
        }
      },
    };
    const oracle = storedOracle(counted, store, 'smooth');
    const goal = { target: 1, initial: 8, batch: 3 };
    await fitUntil(oracle, { transfer, student }, { ...goal, budget: 14 }, runOf('4'));
    const whole = await fitUntil(oracle, { transfer, student }, { ...goal, budget: 20 }, runOf('4'));
    expect(asked).toBe(20);
    const again = await fitUntil(
      simulatorOracle(smooth, executor),
      { transfer, student },
      { ...goal, budget: 20 },
      runOf('4'),
    );
    expect(again.data.x).toEqual(whole.data.x);
    expect(again.curve).toEqual(whole.curve);
  });

  test.each([0, 1.5, Number.NaN])('to a target of %d is refused', async (target) => {
    await using executor = inlineExecutor();
    const goal = { target, budget: 9 };
    await expect(fitUntil(simulatorOracle(smooth, executor), { transfer }, goal, runOf('5'))).rejects.toThrow(
      /target must be in/,
    );
  });
});

test.each([
  ['half of the box', (x: number, y: number, z: number) => Math.sin(7 * x) + Math.sin(8 * y + 1) * z > 0.3, 0.35],
  ['runs anywhere', (x: number, y: number, z: number) => new Rng(`${x},${y},${z}`).uniform() < 0.6, 0.75],
])(
  'a fit learns where runs fail, and asks on where failures of %s say nothing',
  { tags: ['slow'] },
  async (_, fails, share) => {
    const shaky = defineSimulator(null, {
      name: 'shaky',
      parameters: { x: real(0, 1), y: real(0, 1), z: real(0, 1) },
      outputs: { height: {} },
      run({ x, y, z }) {
        if (fails(x, y, z)) throw new Error('no convergence');
        return { height: Math.sin(5 * x) * (1 + y) + z };
      },
    });
    await using executor = inlineExecutor();
    const goal = { target: 1, budget: 60, initial: 20, breaker: false as const };
    const { data } = await fitUntil(simulatorOracle(shaky, executor), { transfer, student }, goal, runOf('shaky'));
    const late = data.rows.slice(20);
    expect(late).toHaveLength(40);
    expect(late.filter(({ status }) => status === 'failed').length).toBeLessThanOrEqual(share * late.length);
  },
);
