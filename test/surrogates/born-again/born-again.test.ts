import { describe, expect, test } from 'vitest';
import { mostProbable } from '../../../src/core/columns.ts';
import { Dataset } from '../../../src/core/dataset.ts';
import { label, modelOracle } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { TreeNode, TreeStructure } from '../../../src/core/structure.ts';
import { forestFromJson } from '../../../src/export/foreign/forest.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { distill } from '../../../src/study/chain/chain.ts';
import { bornAgain } from '../../../src/surrogates/born-again/born-again.ts';
import { agreementOf } from '../../../src/surrogates/born-again/proof.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { modelLaws } from '../../../src/testing/model-laws.ts';

const space = new Space({ a: real(0, 1), b: real(-2, 2), n: integer(0, 5), metal: categorical('x', 'y', 'z', 'w') });
const outputs = outputList({ verdict: { classes: ['p', 'q', 'r'] } });
const concept = ([a, b, n, metal]: Float64Array) => [(a + b > 1 ? 1 : 0) + (n > 0.5 !== metal > 0.6 ? 1 : 0)];
const data = labeled(space, outputs, 200, concept);
const taught = async (trees: number, maxDepth: number) => {
  const forest = await randomForest({ trees, maxDepth }).fit(data, testRun('forest'));
  return { forest, teacher: modelOracle(space, outputs, forest) };
};
const stage = (student = bornAgain(), size = 300) => ({
  name: 'again',
  student,
  transfer: uniform(),
  size,
  holdout: 200,
});
const depth = (node: TreeNode): number =>
  node.kind === 'leaf' ? 0 : 1 + Math.max(depth(node.left), depth(node.right));
const leaves = (node: TreeNode): number => (node.kind === 'leaf' ? 1 : leaves(node.left) + leaves(node.right));
const grown = async (student = bornAgain(), trees = 5, maxDepth = 3) => {
  const { forest, teacher } = await taught(trees, maxDepth);
  const { model, fidelity } = await distill(teacher, stage(student), data, testRun('7'));
  return { forest, model, fidelity, root: (model.structure() as TreeStructure).root };
};

modelLaws('born-again tree', async () => {
  const { teacher } = await taught(5, 3);
  const own = await label(teacher, points(space, 60, new Rng('rows')), 'rows', testRun('7'));
  return { data: own, model: await bornAgain().learn!(teacher, own, testRun('7')) };
}, ['structure']);

/** The least cost of any tree for the decisions of a forest on a grid, by trying every split of every box. */
function leastCost(
  decide: (cell: number[]) => number,
  sizes: readonly number[],
  both: (left: number, right: number) => number,
): number {
  const known = new Map<string, number>();
  const solve = (lower: number[], upper: number[]): number => {
    const key = [lower, upper].join('/');
    const found = known.get(key);
    if (found !== undefined) return found;
    const seen = new Set<number>();
    const visit = (cell: number[]) => {
      if (cell.length === sizes.length) seen.add(decide(cell));
      else for (let at = lower[cell.length]; at <= upper[cell.length]; at++) visit([...cell, at]);
    };
    visit([]);
    let least = seen.size === 1 ? 0 : Number.POSITIVE_INFINITY;
    if (seen.size > 1)
      for (let j = 0; j < sizes.length; j++)
        for (let cut = lower[j]; cut < upper[j]; cut++) {
          const left = solve(lower, upper.with(j, cut));
          least = Math.min(least, 1 + both(left, solve(lower.with(j, cut + 1), upper)));
        }
    known.set(key, least);
    return least;
  };
  return solve(
    sizes.map(() => 0),
    sizes.map((size) => size - 1),
  );
}

describe('a born-again tree', () => {
  test.each(['depth', 'leaves'] as const)('decides as its forest everywhere, with least %s', async (objective) => {
    const { forest, model, root, fidelity } = await grown(bornAgain({ objective }), 5, 2);
    expect(agreementOf(root, forest, space).disagreements).toBe(0);
    const x = points(space, 2000, new Rng('fresh'));
    const [own, theirs] = [model.predict(x), forest.predict(x)];
    for (let i = 0; i < x.rows; i++) expect(mostProbable(own.row(i))).toBe(mostProbable(theirs.row(i)));
    expect(fidelity[0]).toMatchObject({ kind: 'class', accuracy: 1 });
    expect(model.health.notes[0]).toMatch(/decides as the 5 trees of its teacher in each of the \d+ cells/);
  });

  test('has the depth, or the leaves, that trying every tree finds', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const rng = new Rng(`cells/${seed}`);
      const sizes = [3, 4, 3];
      const cells = Array.from({ length: 36 }, () => rng.integer(3));
      const decide = ([a, b, c]: number[]) => cells[(a * 4 + b) * 3 + c];
      // One deep tree that says of each cell what it is.
      const column: number[] = [];
      const [threshold, left, right, value]: [number[], number[], number[], number[][]] = [[], [], [], []];
      const write = (cell: number[]): number => {
        const j = cell.length;
        const put = (c: number, t: number, v: number[]) => {
          threshold.push(t);
          left.push(-1);
          right.push(-1);
          value.push(v);
          return column.push(c) - 1;
        };
        if (j === sizes.length)
          return put(
            -1,
            0,
            [0, 1, 2].map((k) => Number(k === decide(cell))),
          );
        const among = (from: number): number => {
          if (from === sizes[j] - 1) return write([...cell, from]);
          const node = put(j, from + 0.5, [0, 0, 0]);
          left[node] = write([...cell, from]);
          right[node] = among(from + 1);
          return node;
        };
        return among(0);
      };
      write([]);
      const grid = new Space({ a: real(0, 3), b: real(0, 3), c: real(0, 3) });
      const json = JSON.stringify({ classes: ['p', 'q', 'r'], trees: [{ column, threshold, left, right, value }] });
      const forest = forestFromJson(json, { space: grid, outputs });
      const oracle = modelOracle(grid, outputs, forest);
      const empty = Dataset.empty(grid, outputs);
      const deep = (await bornAgain().learn!(oracle, empty, testRun('7'))).structure().root;
      const few = (await bornAgain({ objective: 'leaves' }).learn!(oracle, empty, testRun('7'))).structure().root;
      expect(depth(deep)).toBe(leastCost(decide, sizes, Math.max));
      expect(leaves(few)).toBe(1 + leastCost(decide, sizes, (left, right) => left + right));
      expect(leaves(few)).toBeLessThanOrEqual(leaves(deep));
      for (const root of [deep, few]) expect(agreementOf(root, forest, grid).disagreements).toBe(0);
    }
  });

  test('the proof finds a tree that decides otherwise', async () => {
    const { forest } = await taught(5, 3);
    const { root } = (await decisionTree({ maxDepth: 3 }).fit(data, testRun('7'))).structure();
    expect(agreementOf(root, forest, space).disagreements).toBeGreaterThan(0);
  });

  test('pruned, it is smaller and decides as the forest at the rows of the transfer set', async () => {
    const { teacher } = await taught(5, 3);
    const few = await distill(teacher, { ...stage(bornAgain({ prune: true }), 40) }, data, testRun('7'));
    const { root } = await grown();
    expect(leaves((few.model.structure() as TreeStructure).root)).toBeLessThan(leaves(root));
    const own = few.model.predict(few.data.x);
    for (let i = 0; i < few.data.size; i++) expect(mostProbable(own.row(i))).toBe(few.data.y.get(i, 0));
  });

  test('says what it needs', async () => {
    await expect(bornAgain().fit(data, testRun('7'))).rejects.toThrow(
      /give it a stage of a chain whose teacher is a forest/,
    );
    const tree = await decisionTree().fit(data, testRun('7'));
    const learn = (model: typeof tree, of = outputs) =>
      bornAgain().learn!(modelOracle(space, of, model), data, testRun('7'));
    await expect(learn(tree)).rejects.toThrow(/must be a forest, such as randomForest.*another model/);
    const { forest } = await taught(100, 30);
    await expect(learn(forest as never)).rejects.toThrow(/the thresholds of 100 trees cut the space into .* cells/);
    await expect(learn(forest as never, outputList({ y: {} }))).rejects.toThrow(
      /copies decisions on one class; the outputs are y \(a number\)/,
    );
  });
});
