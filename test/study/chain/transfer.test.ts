import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { autoTransfer } from '../../../src/sampling/density/auto-transfer.ts';
import { munge } from '../../../src/sampling/density/munge.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { areaOf, realismOf } from '../../../src/study/chain/realism.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { confident } from '../../../src/study/scenario/confident.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import type { AnyScenario } from '../../../src/study/scenario/scenario.ts';
import { without } from '../../../src/study/scenario/without.ts';
import { studyFromJson, studyToJson } from '../../../src/study/study.ts';
import { nearestNeighbor } from '../../../src/surrogates/nearest-neighbor.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';
import { dataset, testRun } from '../../../src/testing/labeled.ts';

const space = new Space(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, real(0, 1)])));
const outputs = outputList({ side: { classes: ['left', 'right'] } });

/** Points near a line through the cube, and on which side of its middle they are. */
function near(count: number, path: string): Dataset {
  const rng = new Rng(path);
  const x = Matrix.from(
    Array.from({ length: count }, () => {
      const t = 0.15 + 0.7 * rng.uniform();
      return Array.from({ length: 6 }, (_, j) => (j % 2 === 0 ? t : 1 - t) + 0.03 * rng.normal()).map((v) =>
        Math.min(1, Math.max(0, v)),
      );
    }),
  );
  const wave = (u: Float64Array) => Math.sin(12 * (u[0] - u[1] + u[2])) + 2 * (u[3] - u[4]);
  return dataset(space, outputs, x, Matrix.from(Array.from({ length: count }, (_, i) => [wave(x.row(i)) < 0 ? 0 : 1])));
}

const start = { data: near(250, 'data'), test: near(120, 'test'), teacher: randomForest({ trees: 15 }) };
const tree = decisionTree({ maxLeaves: 24 });
const study = (scenario: AnyScenario) => runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });

describe('how real points look', () => {
  const seen = near(240, 'seen').points;
  const run = testRun('realism');

  test('is 0.5 where they are of one source, and near 1 where anything tells them apart', async () => {
    const alike = await realismOf(space, seen, near(240, 'others').points, run);
    expect(alike?.points).toBe(240);
    expect(Math.abs((alike?.auc ?? 0) - 0.5)).toBeLessThan(4 * (alike?.standardError ?? 0));
    const far = await realismOf(space, seen, uniform().sample(space, 240, start.data, run), run);
    expect(far?.auc).toBeGreaterThan(0.97);
  });

  test('knows no point by having seen it twice', async () => {
    const often = (rows: typeof seen) => rows.select(Array.from({ length: 240 }, (_, i) => i % 60));
    const told = await realismOf(space, often(seen), often(near(240, 'others').points), run);
    expect(told?.auc).toBeLessThan(0.75);
  });

  test('is not told of the rows themselves', async () => {
    expect(await realismOf(space, seen, seen, run)).toBeUndefined();
    expect(
      (await realismOf(space, seen, seen.select(Array.from({ length: 230 }, (_, i) => i)), run))?.auc,
    ).toBeUndefined();
  });

  test('is the share of pairs in the right order', () => {
    const labels = Float64Array.of(0, 0, 1, 1);
    expect(areaOf(Float64Array.of(0.1, 0.4, 0.35, 0.8), labels)).toBe(0.75);
    expect(areaOf(Float64Array.of(1, 1, 1, 1), labels)).toBe(0.5);
  });
});

describe('a hop', () => {
  const scenario = defineScenario({
    name: 'Hops',
    start,
    chain: [
      {
        name: 'auto',
        transfer: autoTransfer({ candidates: [uniform(), munge()], pilot: 600 }),
        size: 600,
        student: tree,
      },
      { name: 'uniform', teacher: 'teacher', transfer: uniform(), size: 600, student: tree },
      { name: 'sure', teacher: 'teacher', transfer: munge(), size: 600, keep: confident(0.9), student: tree },
      { name: 'beside', teacher: 'teacher', transfer: munge(), size: 100, data: 2, student: tree },
      { name: 'again', teacher: 'teacher', transfer: rows(), size: 250, student: tree },
    ],
  });

  test('chooses its transfer set by what it teaches, keeps sure answers, learns the data beside, and tells so', {
    tags: ['slow'],
  }, async () => {
    const done = studyFromJson(studyToJson(await study(scenario)));
    expect(done.results.notes).toEqual([]);
    const [, auto, even, sure, beside, again] = done.results.stages;
    expect(auto.transfer).toMatchObject({ sampler: 'munge', asked: 600, beside: 0 });
    expect(auto.transfer?.evidence).toMatchObject([
      { candidate: 'uniform', points: 600, judged: 50, chosen: false },
      { candidate: 'munge', points: 600, judged: 50, chosen: true },
    ]);
    const [worse, better] = auto.transfer?.evidence?.map(({ error }) => error) ?? [];
    expect(better).toBeLessThan(worse);
    const [fromMunge, fromUniform] = [auto, even].map(({ accuracy }) =>
      accuracy?.[0].kind === 'class' ? accuracy[0].accuracy : 0,
    );
    expect(fromMunge).toBeGreaterThan(fromUniform + 0.05);
    expect(auto.transfer?.realism?.auc).toBeLessThan(0.8);
    expect(even.transfer?.realism?.auc).toBeGreaterThan(0.97);
    expect(sure.transfer?.asked).toBe(600);
    expect(sure.runs.total).toBeLessThan(600);
    expect(sure.runs.total).toBeGreaterThan(20);
    expect(beside).toMatchObject({ transfer: { asked: 100, beside: 250 }, runs: { total: 100 } });
    expect(again.transfer?.realism).toBeUndefined();
    // Rows that are all learned are left out in turn.
    expect(again.fidelity[0]).toMatchObject({ method: 'cross-validation', points: 250 });
  });

  test('learns the data themselves as often as their weight says', async () => {
    const learned: Dataset[] = [];
    const student = {
      ...tree,
      fit: (data: Dataset, ...others: never[]) => {
        learned.push(data);
        return tree.fit(data, ...(others as unknown as [never]));
      },
    };
    const chain = [{ name: 'beside', transfer: munge(), size: 40, data: 0.5, holdout: 5, student }];
    await study(defineScenario({ name: 'Beside', start, chain }));
    const [{ weights, y, size }] = learned;
    expect(size).toBe(290);
    expect([...(weights ?? [])]).toEqual([...new Array(40).fill(1), ...new Array(250).fill(0.5)]);
    expect([...y.data.subarray(40)]).toEqual([...start.data.y.data]);
  });

  test.each([
    [{ keep: 0.9 }, /chain\[0\].keep: must be a function such as confident\(0.9\), got 0.9/],
    [{ data: -1 }, /chain\[0\].data: must be a number from 0, got -1/],
    [
      { data: 0.5, student: nearestNeighbor() },
      /chain\[0\].data: is the weight of rows, and nearest neighbor.* cannot/,
    ],
    [{ keeps: 1 }, /keeps: there is no such key; did you mean keep\?/],
  ])('with %s is refused', (wrong, message) => {
    const stage = { name: 'one', transfer: munge(), size: 10, student: tree, ...wrong };
    expect(() => defineScenario({ name: 'Wrong', start, chain: [stage as never] })).toThrow(message);
  });

  test('that keeps nothing says so', async () => {
    const chain = [{ name: 'one', transfer: munge(), size: 10, student: tree, keep: () => [] }];
    await expect(study(defineScenario({ name: 'Nothing', start, chain }))).rejects.toThrow(
      "stage 'one': keep leaves none of the 10 answers",
    );
    const wild = (keep: () => unknown) =>
      study(defineScenario({ name: 'Wild', start, chain: [{ ...chain[0], keep: keep as never }] }));
    await expect(wild(() => [0, 10])).rejects.toThrow(
      "stage 'one': keep must give numbers of rows, from 0 to 9, got 10",
    );
    await expect(wild(() => [true, false])).rejects.toThrow('keep must give numbers of rows, from 0 to 9, got true');
    await expect(wild(() => undefined)).rejects.toThrow('keep must give numbers of rows, from 0 to 9, got undefined');
    expect(() => confident(1.5)).toThrow('confident: a share is a number above 0 and at most 1, got 1.5');
  });

  test('whose student takes more memory than an array can have is named', async () => {
    const student = { ...tree, fit: async () => new Float64Array(2 ** 52) as never };
    const chain = [{ name: 'one', transfer: munge(), size: 10, student }];
    await expect(study(defineScenario({ name: 'Large', start, chain }))).rejects.toThrow(
      "stage 'one': it takes more memory than an array can have (Invalid typed array length: 4503599627370496): ask for fewer points, or a smaller student",
    );
  });

  test('learns nothing of a class that is left out, and hears of it by shares alone', async () => {
    const learned: Record<string, Dataset> = {};
    const stage = (name: string, keep = {}) => {
      const fit: typeof tree.fit = (data, ...others) => {
        learned[name] ??= data;
        return tree.fit(data, ...others);
      };
      const student = { ...tree, fit };
      return { name, teacher: 'teacher', transfer: rows(), size: 250, holdout: 0, student, ...keep };
    };
    const chain = [stage('all'), stage('some', { keep: without({ side: 'right' }) })];
    await study(defineScenario({ name: 'Without', start, chain }));
    const { all, some } = learned;
    const left = [...all.y.data].filter((level) => level === 0).length;
    expect(left).toBeLessThan(250 - 20);
    expect([...some.y.data]).toEqual(new Array(left).fill(0));
    const heard = Array.from({ length: left }, (_, i) => some.shares?.get(i, 1) ?? 0);
    expect(heard.some((share) => share > 0)).toBe(true);
  });

  test.each([
    [{}, 'without: name an output and a class of it'],
    [{ sides: 'left' }, "without: there is no output 'sides'; did you mean side?; known: side"],
    [{ side: 'middle' }, "without: output 'side' has no class 'middle'; known: left, right"],
  ])('without %j is refused', async (classes, message) => {
    const stage = () => ({ name: 'one', transfer: rows(), size: 10, student: tree, keep: without(classes as never) });
    await expect(async () => study(defineScenario({ name: 'Wrong', start, chain: [stage()] }))).rejects.toThrow(
      message,
    );
  });
});
