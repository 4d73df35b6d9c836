import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Sampler } from '../../../src/core/sampler.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { PointFilter } from '../../../src/core/space/point-filter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { nearestNeighbor } from '../../../src/surrogates/nearest-neighbor.ts';
import { labeled, points } from '../../../src/testing/labeled.ts';

const student = nearestNeighbor();
const study = (scenario: AnyScenario) => runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });

/** Uniform points, and what it was told. */
function listening(told: Dataset[]): Sampler {
  return {
    name: 'listening',
    sample(space, count, seen, run) {
      told.push(seen);
      return uniform().sample(space, count, seen, run);
    },
  };
}

const sizes = (told: readonly Dataset[]) => told.map(({ size }) => size);

describe('every sampler of a chain is told what its teachers were made of', () => {
  test('in a study from data the rows with a label, and those without', async () => {
    const space = new Space({ a: real(0, 1), b: real(0, 1) });
    const data = labeled(space, [{ name: 'f' }], 30, ([a, b]) => [a > 0.9 ? Number.NaN : a + b]);
    const known = data.finite().size;
    const pool = labeled(space, [], 12, () => [], 'pool');
    const told: Dataset[] = [];
    const transfer = listening(told);
    await study(
      defineScenario({
        name: 'Told',
        start: { data, pool, teacher: student, test: labeled(space, [{ name: 'f' }], 5, ([a, b]) => [a + b], 'test') },
        chain: [
          { name: 'one', transfer, size: 20, holdout: 0, student },
          { name: 'two', transfer, size: 20, holdout: 0, student },
          { name: 'three', teacher: ['one', 'teacher'], transfer, size: 20, holdout: 0, student },
        ],
      }),
    );
    expect(sizes(told)).toEqual([42, 42, 42]);
    for (const seen of told) {
      expect(seen.select(Array.from({ length: known }, (_, i) => i)).y.data.every(Number.isFinite)).toBe(true);
      expect(seen.finite().size).toBe(known);
      expect(seen.x.row(41)).toEqual(pool.x.row(11));
    }
  });

  test('without the points of the test, though they are in the pool or stand without a label in the data', async () => {
    const space = new Space({ a: real(0, 1), b: real(0, 1) });
    const outputs = [{ name: 'f' }];
    const test = labeled(space, outputs, 8, ([a, b]) => [a + b], 'test');
    const data = labeled(space, outputs, 20, ([a, b]) => [a + b]).concat(
      labeled(space, outputs, 8, () => [Number.NaN], 'test'),
    );
    const told: Dataset[] = [];
    const chain = [{ name: 'one', transfer: listening(told), size: 10, holdout: 0, student }];
    const pool = labeled(space, [], 8, () => [], 'test');
    await study(defineScenario({ name: 'Kept apart', start: { data, pool, teacher: student, test }, chain }));
    expect(Math.max(...sizes(told))).toBe(20);
  });

  test('else the runs of the simulator that the way begins with', async () => {
    const simulator = defineSimulator(null, {
      name: 'sum',
      parameters: { a: real(0, 1), b: real(0, 1) },
      outputs: { f: {} },
      run: ({ a, b }) => ({ f: a + b }),
    });
    const told: Dataset[] = [];
    const transfer = listening(told);
    await study(
      defineScenario({
        name: 'Told',
        simulator,
        test: 5,
        chain: [
          { name: 'one', transfer, size: 20, student },
          { name: 'other', teacher: 'simulator', transfer, size: 7, student },
          { name: 'two', teacher: 'one', transfer, size: 11, holdout: 0, student },
          { name: 'three', transfer, size: 11, holdout: 0, student },
          { name: 'both', teacher: ['three', 'other'], transfer, size: 11, holdout: 0, student },
        ],
      }),
    );
    expect(sizes(told)).toEqual([0, 0, 20, 20, 27]);
  });

  test('a pool stands in files too, and one with other columns is refused', async () => {
    const files: Readonly<Record<string, string>> = {
      'train.csv': 'a,b,f\n0.1,0.2,0.3\n0.3,0.1,0.4\n',
      'pool.csv': 'b,a\n0.5,0.25\n',
      'other.csv': 'a,c\n1,2\n',
    };
    const nobody = () => {
      throw new Error('there is no simulator');
    };
    const makers = { module: async () => nobody(), command: nobody, text: (path: string) => files[path] };
    const yaml = (pool: string) =>
      scenarioFromYaml(
        `
name: Pool
start:
  data: train.csv
  pool: ${pool}
  parameters: { a: { real: [0, 1] }, b: { real: [0, 1] } }
  outputs: { f: {} }
`,
        'pool.yaml',
        makers,
      );
    expect((await yaml('pool.csv')).start?.pool?.x.row(0)).toEqual(Float64Array.of(0.25, 0.5));
    await expect(yaml('other.csv')).rejects.toThrow(/other.csv: .*'b'/);
    const [space, other] = [new Space({ a: real(0, 1) }), new Space({ c: real(0, 1) })];
    const answer = ([a]: Float64Array) => [a];
    const data = labeled(space, [{ name: 'f' }], 5, answer);
    const start = (pool: Dataset): AnyScenario => ({ name: 'Pool', start: { data, pool } });
    expect(() => defineScenario(start(labeled(other, [{ name: 'f' }], 5, answer)))).toThrow(/start.pool/);
    expect(() => defineScenario(start(Dataset.empty(space, [])))).toThrow(/start.pool: has no row/);
  });
});

test('a sampler of points like those seen cannot choose the first runs of a simulator', () => {
  const simulator = defineSimulator(null, {
    name: 'sum',
    parameters: { a: real(0, 1) },
    outputs: { f: {} },
    run: ({ a }) => ({ f: a }),
  });
  const transfer: Sampler = { ...uniform(), name: 'like those', fromRows: true };
  const chain = [{ name: 'one', transfer, size: 20 }];
  expect(() => defineScenario({ name: 'None', simulator, chain })).toThrow(
    /chain\[0\].transfer: like those draws points like those seen/,
  );
  const first = { name: 'first', transfer: latinHypercube(), size: 5 };
  expect(() => defineScenario({ name: 'None', simulator, chain: [first, ...chain] })).not.toThrow();
  expect(() =>
    defineScenario({ name: 'None', simulator, chain: [first, { ...chain[0], teacher: 'simulator' }] }),
  ).toThrow(/chain\[1\].transfer/);
});

test('points are told apart, packed or not, by a number for each', () => {
  const space = new Space({ a: real(0, 1), b: real(0, 1) });
  const x = points(space, 1000, new Rng('known'));
  const known = PointFilter.of(x);
  for (let i = 0; i < x.rows; i++) expect(known.has(x.row(i))).toBe(true);
  const others = points(space, 1000, new Rng('others'));
  for (let i = 0; i < others.rows; i++) expect(known.has(others.row(i))).toBe(false);
  for (let i = 0; i < x.rows; i++) expect(known.has(Float64Array.of(x.get(i, 1), x.get(i, 0)))).toBe(false);
  expect(PointFilter.of(x.select([0])).has(Float64Array.of(-0, 0))).toBe(
    PointFilter.of(x.select([0])).has(Float64Array.of(0, 0)),
  );
});
