import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { TreeNode } from '../../../src/core/structure.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';
import { reference, referenceData, referenceTest } from '../../fixtures/surrogates/tree-reference.ts';

surrogateLaws('decision tree', () => decisionTree(), { capabilities: ['structure'], exactly: () => decisionTree() });
surrogateLaws('pruned decision tree', () => decisionTree({ prune: true }), {
  capabilities: ['structure'],
  accuracy: 0.7,
});
surrogateLaws('decision tree by entropy', () => decisionTree({ criterion: 'entropy', minLeaf: 2 }), {
  capabilities: ['structure'],
  exactly: () => decisionTree({ criterion: 'entropy' }),
});

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const number = outputList({ y: {} });

function leaves(node: TreeNode): (TreeNode & { kind: 'leaf' })[] {
  return node.kind === 'leaf' ? [node] : [...leaves(node.left), ...leaves(node.right)];
}

function depth(node: TreeNode): number {
  return node.kind === 'leaf' ? 0 : 1 + Math.max(depth(node.left), depth(node.right));
}

/** Weighted impurities computed from their definitions, without a thought of speed. */
const impurities = {
  variance: (values: number[]) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  },
  gini: (values: number[]) => shares(values).reduce((sum, p) => sum + p * (1 - p), 0) * values.length,
  entropy: (values: number[]) => shares(values).reduce((sum, p) => sum - p * Math.log(p), 0) * values.length,
};

function shares(values: number[]): number[] {
  return [...new Set(values)].map((v) => values.filter((w) => w === v).length / values.length);
}

const grid = fc.integer({ min: 0, max: 7 }).map((k) => (k + 0.5) / 8);

describe('splits against an exhaustive search', () => {
  const kinds = ['variance', 'gini', 'entropy'] as const;
  test.each(kinds)('no threshold lowers the %s more than the one found', async (kind) => {
    const outputs = kind === 'variance' ? number : outputList({ y: { classes: ['p', 'q', 'r'] } });
    const row = fc.tuple(grid, grid, fc.integer({ min: 0, max: 2 }));
    const property = async (rows: [number, number, number][], minLeaf: number) => {
      const data = dataset(
        plane,
        outputs,
        Matrix.from(rows.map(([a, b]) => [a, b])),
        Matrix.from(rows.map((r) => [r[2]])),
      );
      const criterion = kind === 'entropy' ? 'entropy' : 'gini';
      const root = (await decisionTree({ maxDepth: 1, minLeaf, criterion }).fit(data, testRun('7'))).structure().root;
      const loss = (column: number, threshold: number) => {
        const side = (left: boolean) => rows.filter((r) => r[column] <= threshold === left).map((r) => r[2]);
        const [left, right] = [side(true), side(false)];
        if (left.length < minLeaf || right.length < minLeaf) return Number.POSITIVE_INFINITY;
        return impurities[kind](left) + impurities[kind](right);
      };
      const cuts = [0, 1].flatMap((column) => Array.from({ length: 7 }, (_, k) => loss(column, (k + 1) / 8)));
      const best = Math.min(...cuts);
      if (root.kind === 'leaf') {
        const pure = impurities[kind](rows.map((r) => r[2])) < 1e-12;
        expect(pure || best === Number.POSITIVE_INFINITY).toBe(true);
      } else expect(root.kind === 'split' && loss(root.column, root.threshold)).toBeCloseTo(best, 9);
    };
    const lists = fc.array(row, { minLength: 2, maxLength: 14 });
    await fc.assert(fc.asyncProperty(lists, fc.integer({ min: 1, max: 3 }), property), { numRuns: 300, seed: 5 });
  });

  test.each(['variance', 'gini', 'entropy'] as const)(
    'no set of levels lowers the %s more (numbers, two classes)',
    async (kind) => {
      const names = ['p', 'q', 'r', 's', 't'] as const;
      const space = new Space({ level: categorical(...names) });
      const outputs = kind === 'variance' ? number : outputList({ y: { classes: ['no', 'yes'] } });
      const answer = fc.integer({ min: 0, max: kind === 'variance' ? 5 : 1 });
      const lists = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), answer), { minLength: 2, maxLength: 16 });
      const property = async (rows: [number, number][]) => {
        const x = Matrix.from(rows.map(([level]) => [(level + 0.5) / 5]));
        const criterion = kind === 'entropy' ? 'entropy' : 'gini';
        const data = dataset(space, outputs, x, Matrix.from(rows.map((r) => [r[1]])));
        const root = (await decisionTree({ maxDepth: 1, criterion }).fit(data, testRun('7'))).structure().root;
        const loss = (levels: readonly number[]) => {
          const side = (left: boolean) => rows.filter((r) => levels.includes(r[0]) === left).map((r) => r[1]);
          const [left, right] = [side(true), side(false)];
          return left.length && right.length
            ? impurities[kind](left) + impurities[kind](right)
            : Number.POSITIVE_INFINITY;
        };
        const subsets = Array.from({ length: 32 }, (_, bits) => [0, 1, 2, 3, 4].filter((k) => (bits >> k) & 1));
        const best = Math.min(...subsets.map(loss));
        if (root.kind === 'split') expect(loss(root.levels ?? [])).toBeCloseTo(best, 9);
        else expect(best === Number.POSITIVE_INFINITY || impurities[kind](rows.map((r) => r[1])) < 1e-12).toBe(true);
      };
      await fc.assert(fc.asyncProperty(lists, property), { numRuns: 200, seed: 6 });
    },
  );
});

describe('trees against scikit-learn (test/fixtures/surrogates/tree-reference.py)', () => {
  const cases = [
    ['regression', 'y', { minLeaf: 5 }],
    ['bestFirst', 'y', { maxLeaves: 9 }],
    ['joint', 'both', { minLeaf: 5, maxDepth: 5 }],
    ['gini', 'label', { minLeaf: 10, maxDepth: 4 }],
    ['entropy', 'label', { minLeaf: 10, maxDepth: 4, criterion: 'entropy' }],
  ] as const;
  test.each(cases)('%s: the same leaves and the same answers', async (name, target, options) => {
    const model = await decisionTree(options).fit(referenceData(target), testRun('7'));
    expect(leaves(model.structure().root)).toHaveLength(reference[name].leaves);
    const expected = reference[name].prediction.flat();
    const answer = model.predict(referenceTest().x).data;
    expect(answer).toHaveLength(expected.length);
    for (let i = 0; i < expected.length; i++) expect(answer[i]).toBeCloseTo(expected[i], 9);
  });
});

describe('what a tree promises', () => {
  test('a threshold lies halfway between neighboring values', async () => {
    const data = dataset(
      plane,
      number,
      Matrix.from([
        [0.1, 0],
        [0.2, 0],
        [0.6, 0],
      ]),
      Matrix.from([[1], [1], [2]]),
    );
    const root = (await decisionTree().fit(data, testRun('7'))).structure().root;
    expect(root).toMatchObject({ kind: 'split', column: 0, count: 3 });
    expect(root.kind === 'split' && root.threshold).toBeCloseTo(0.4, 15);
  });

  test('neighboring doubles can still be told apart', async () => {
    const next = 0.5 + 2 ** -53;
    const data = dataset(
      plane,
      number,
      Matrix.from([
        [0.5, 0],
        [next, 0],
      ]),
      Matrix.from([[1], [2]]),
    );
    const model = await decisionTree().fit(data, testRun('7'));
    expect(Array.from(model.predict(data.x).data)).toEqual([1, 2]);
  });

  test('of equal columns the first is split, of equal thresholds the lowest', async () => {
    const rows = [0.1, 0.3, 0.5, 0.7].map((u) => [u, u]);
    const data = dataset(plane, number, Matrix.from(rows), Matrix.from([[1], [0], [1], [0]]));
    const root = (await decisionTree({ maxDepth: 1 }).fit(data, testRun('7'))).structure().root;
    expect(root).toMatchObject({ column: 0, threshold: 0.2 });
  });

  test('a full tree answers every training point with its own value, even where no single split helps', async () => {
    const checker = (u: Float64Array) => [u[0] > 0.5 === u[1] > 0.5 ? 1e300 : -3e299];
    const data = labeled(plane, number, 80, checker);
    expect((await decisionTree().fit(data, testRun('7'))).predict(data.x).data).toEqual(data.y.data);
  });

  test('an answer in a crowd of others is not drowned by one enormous value', async () => {
    const step = (u: Float64Array) => [u[0] < 0.01 ? -8.5e7 : u[1] > 0.5 ? 1.25 : 1];
    const data = labeled(plane, number, 400, step);
    const model = await decisionTree().fit(data, testRun('7'));
    expect(
      Array.from(
        model.predict(
          Matrix.from([
            [0.5, 0.2],
            [0.5, 0.8],
          ]),
        ).data,
      ),
    ).toEqual([1, 1.25]);
  });

  test('limits on depth, leaves and their size are kept', async () => {
    const data = labeled(plane, number, 200, (u) => [Math.sin(9 * u[0]) * u[1]]);
    const structure = async (options: object) => (await decisionTree(options).fit(data, testRun('7'))).structure().root;
    expect(depth(await structure({ maxDepth: 3 }))).toBe(3);
    expect(leaves(await structure({ maxLeaves: 7 }))).toHaveLength(7);
    const few = leaves(await structure({ minLeaf: 15 }));
    expect(Math.min(...few.map(({ count }) => count))).toBeGreaterThanOrEqual(15);
    expect(few.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(leaves(await structure({ maxDepth: 0 }))).toHaveLength(1);
  });

  test('outputs weigh equally whatever their units', async () => {
    const outputs = outputList({ y: {}, z: {} });
    const structure = async (scale: number) => {
      const data = labeled(plane, outputs, 100, (u) => [scale * Math.sin(5 * u[0]), u[1]]);
      return (await decisionTree({ maxDepth: 2 }).fit(data, testRun('7'))).structure().root;
    };
    const shape = (node: TreeNode): unknown =>
      node.kind === 'split' ? [node.column, node.threshold, shape(node.left), shape(node.right)] : node.count;
    expect(shape(await structure(2 ** 100))).toEqual(shape(await structure(1)));
  });

  test('pruning finds the two leaves of a noisy step, and leaves a smooth function a large tree', async () => {
    const rng = new Rng('noise');
    const noisy = labeled(plane, number, 300, (u) => [(u[0] > 0.4 ? 1 : 0) + 0.3 * rng.normal()]);
    const pruned = await decisionTree({ prune: true }).fit(noisy, testRun('7'));
    expect(leaves(pruned.structure().root)).toHaveLength(2);
    const smooth = labeled(plane, number, 300, (u) => [Math.exp(u[0] + u[1])]);
    const kept = await decisionTree({ prune: true }).fit(smooth, testRun('7'));
    expect(leaves(kept.structure().root).length).toBeGreaterThan(50);
  });

  test('says that an output is constant and that rows failed', async () => {
    const data = dataset(plane, number, points(plane, 3, new Rng('7')), Matrix.from([[4], [Number.NaN], [4]]));
    const { health } = await decisionTree().fit(data, testRun('7'));
    expect(health.points).toBe(2);
    expect(health.notes.join('; ')).toMatch(/'y' is the same in every row.*1 of 3 rows failed.*single leaf/);
  });

  test.each([{ maxDepth: -1 }, { minLeaf: 0 }, { minLeaf: 1.5 }, { maxLeaves: 0 }])('refuses %o', (options) => {
    expect(() => decisionTree(options)).toThrow(/whole number/);
  });

  test('refuses a class index that is none', async () => {
    const data = dataset(plane, outputList({ c: { classes: ['p', 'q'] } }), new Matrix(1, 2), Matrix.from([[2]]));
    await expect(decisionTree().fit(data, testRun('7'))).rejects.toMatchObject({ code: 'invalid-data' });
  });
});

test('a category that plays no part in some rows is split, and the fit ends', async () => {
  const joints = new Space({
    p: categorical('no', 'yes'),
    q: categorical('no', 'yes'),
    m: categorical('a', 'b', { activeWhen: { p: 'yes', q: 'yes' } }),
  });
  const inactive = (u: Float64Array) => u[2] === 0.5;
  const data = labeled(joints, outputList({ f: {} }), 60, (u) => [inactive(u) ? 0 : 5]);
  const model = await decisionTree().fit(data, testRun('conditional'));
  expect(model.predict(data.x).data).toEqual(data.y.data);
});
