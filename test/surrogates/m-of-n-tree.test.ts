import { describe, expect, test } from 'vitest';
import { functionOracle } from '../../src/core/function-oracle.ts';
import { label } from '../../src/core/oracle.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import type { TreeNode } from '../../src/core/structure.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { chiSquareTail } from '../../src/surrogates/m-of-n-tree/chi-square.ts';
import { InstanceModel } from '../../src/surrogates/m-of-n-tree/instance-model.ts';
import { mOfNTree } from '../../src/surrogates/m-of-n-tree/m-of-n-tree.ts';
import { examplesOf, isYes } from '../../src/surrogates/m-of-n-tree/sample.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';
import { modelLaws } from '../../src/testing/model-laws.ts';
import { surrogateLaws } from '../../src/testing/surrogate-laws.ts';

surrogateLaws('mOfNTree', () => mOfNTree(), { capabilities: ['structure'], outputs: 'classes', runs: 6 });

const space = new Space({
  a: real(0, 1),
  b: real(-2, 2),
  c: real(1, 5),
  n: integer(0, 9),
  metal: categorical('steel', 'brass', 'zinc', 'wood'),
});
const outputs = outputList({ verdict: { classes: ['no', 'yes'] } });
/** At least two of three, which takes a tree of single tests five splits. */
const isTwoOfThree = ([a, b, , , metal]: Float64Array) =>
  Number(a > 0.5) + Number(b <= 0.3) + Number(metal < 0.25) >= 2;
const teacherOf = (concept: (u: Float64Array) => boolean) => {
  const asked: Float64Array[] = [];
  const teacher = functionOracle('concept', { space, outputs }, (x) => {
    const answer = new Matrix(x.rows, 2);
    for (let i = 0; i < x.rows; i++) {
      asked.push(x.row(i).slice());
      answer.set(i, concept(x.row(i)) ? 1 : 0, 1);
    }
    return answer;
  });
  return { teacher, asked };
};
const splits = (node: TreeNode): number => (node.kind === 'leaf' ? 0 : 1 + splits(node.left) + splits(node.right));
const learned = async (concept: (u: Float64Array) => boolean, count: number, options = {}) => {
  const { teacher, asked } = teacherOf(concept);
  const data = await label(teacher, points(space, count, new Rng('rows')), 'rows', testRun('rows'));
  asked.length = 0;
  const model = await mOfNTree(options).learn!(teacher, data, testRun('mOfNTree'));
  const x = points(space, 2000, new Rng('fresh'));
  const told = model.predict(x);
  const right = Array.from({ length: 2000 }, (_, i) => told.get(i, 1) > 0.5 === concept(x.row(i))).filter(Boolean);
  const structure = model.structure();
  return { model, data, asked, right: right.length / 2000, root: structure.root };
};

modelLaws('mOfNTree that asked its teacher', async () => {
  const { model, data } = await learned(isTwoOfThree, 80, { maxSplits: 5, minSample: 200 });
  return { data, model };
}, ['structure']);

test('it finds two of three tests in a single question', async () => {
  const { root, right } = await learned(isTwoOfThree, 300, { maxSplits: 1, minSample: 400 });
  expect(right).toBeGreaterThan(0.95);
  expect(root).toMatchObject({ kind: 'm-of-n' });
  const columns = root.kind === 'm-of-n' ? root.tests.map(({ column }) => column).sort() : [];
  expect(columns).toEqual([0, 1, 4]);
  // Without it the same concept takes several questions.
  const plain = await learned(isTwoOfThree, 300, { maxSplits: 1, maxTests: 1, minSample: 400 });
  expect(plain.right).toBeLessThan(0.9);
});

test('points asked of the teacher make more of few rows', async () => {
  const concept = ([a, b, c]: Float64Array) => a + b * c > 0.8;
  const { teacher } = teacherOf(concept);
  const data = await label(teacher, points(space, 60, new Rng('rows')), 'rows', testRun('rows'));
  const options = { maxSplits: 8, minSample: 500 };
  const alone = await mOfNTree(options).fit(data, testRun('mOfNTree'));
  const x = points(space, 2000, new Rng('fresh'));
  const told = alone.predict(x);
  const right = Array.from({ length: 2000 }, (_, i) => told.get(i, 1) > 0.5 === concept(x.row(i))).filter(Boolean);
  const { right: asking, asked, model } = await learned(concept, 60, options);
  expect(asking).toBeGreaterThan(right.length / 2000 + 0.03);
  expect(model.health.notes).toContain(`${asked.length} points were asked of the teacher`);
});

test('what is asked weighs as much as a row does on average', async () => {
  const { teacher } = teacherOf(isTwoOfThree);
  const data = await label(teacher, points(space, 60, new Rng('rows')), 'rows', testRun('rows'));
  const heavy = Float64Array.from({ length: data.size }, (_, i) => (i % 3 === 0 ? 3 : 1));
  const grown = async (scale: number) => {
    const weighted = data.weighted(heavy.map((weight) => weight * scale));
    const model = await mOfNTree({ maxSplits: 4, maxTests: 1, minSample: 150 }).learn!(
      teacher,
      weighted,
      testRun('mOfNTree'),
    );
    return model.predict(points(space, 500, new Rng('fresh'))).data;
  };
  // One test a question, for the chi-square test of longer ones goes by what rows weigh; powers of two, so that nothing is rounded in another way.
  expect(await grown(1 / 64)).toEqual(await grown(1));
});

test('a question more is asked where most rows are answered wrongly', async () => {
  const concept = ([a, b, c]: Float64Array) => (a > 0.9 ? b > 0.5 : c > 0.5);
  const { root } = await learned(concept, 2000, { maxSplits: 1, maxTests: 1 });
  expect(root).toMatchObject({ tests: [{ column: 2 }] });
  const { root: three, right } = await learned(concept, 2000, { maxSplits: 3, maxTests: 1 });
  expect(splits(three)).toBeLessThanOrEqual(3);
  expect(right).toBeGreaterThan(0.95);
});

test('a node is a leaf when enough points there are of one class', async () => {
  const rare = ([a]: Float64Array) => a > 0.98;
  expect((await learned(rare, 400)).root.kind).toBe('leaf');
  expect((await learned(rare, 400, { purity: 0.999 })).root.kind).toBe('m-of-n');
});

describe('points drawn at a node', () => {
  const rows = examplesOf(labeled(space, outputs, 100, (u) => [u[0] > 0.5 ? 1 : 0]));
  const levels = Int32Array.from([0, 0, 0, 0, 4]);
  const model = InstanceModel.of(space, levels, rows);

  test('satisfy every question on the way, whatever its answer was', () => {
    const path = [
      {
        atLeast: 2,
        tests: [
          { column: 0, is: 'above', threshold: 0.7 },
          { column: 4, is: 'among', levels: [1, 3] },
          { column: 3, is: 'at most', threshold: 0.3 },
        ],
        yes: true,
      },
      {
        atLeast: 1,
        tests: [
          { column: 1, is: 'above', threshold: 0.4 },
          { column: 2, is: 'at most', threshold: 0.25 },
        ],
        yes: false,
      },
    ] as const;
    const rng = new Rng('draw');
    for (let k = 0; k < 200; k++) {
      const u = model.draw(path, rng);
      expect(u).toBeDefined();
      for (const answered of path) expect(isYes(answered, u as Float64Array, levels)).toBe(answered.yes);
      expect(space.canonical(u as Float64Array)).toEqual(u);
    }
  });

  test('are spread as the rows are, and as those of a child where they differ from its parent', () => {
    const mean = (of: InstanceModel) => {
      const rng = new Rng('mean');
      return Array.from({ length: 400 }, () => (of.draw([], rng) as Float64Array)[0]).reduce(
        (sum, u) => sum + u / 400,
        0,
      );
    };
    const left = rows.filter(({ u }) => u[0] < 0.3);
    const average = (list: typeof rows) => list.reduce((sum, { u }) => sum + u[0] / list.length, 0);
    expect(Math.abs(mean(model) - average(rows))).toBeLessThan(0.06);
    expect(Math.abs(mean(model.at(left)) - average(left))).toBeLessThan(0.08);
    // Some of the same rows are no other distribution.
    expect(mean(model.at(rows.slice(0, 50)))).toBe(mean(model));
  });
});

test('the tail of chi-square is that of tables to .004', () => {
  for (const [value, degrees, tail] of [
    [3.841, 1, 0.05],
    [5.991, 2, 0.05],
    [7.779, 4, 0.1],
    [23.209, 10, 0.01],
  ])
    expect(Math.abs(chiSquareTail(value, degrees) - tail)).toBeLessThan(0.004);
});

test('it refuses numbers, and says what to do', async () => {
  const numbers = labeled(space, outputList({ height: {} }), 20, (u) => [u[0]]);
  await expect(mOfNTree().fit(numbers, testRun('numbers'))).rejects.toThrow(
    /mOfNTree learns one class; the outputs are height \(a number\)/,
  );
});
