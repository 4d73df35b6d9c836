import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { pauser } from '../../../src/core/pause.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { bestSplits } from '../../../src/surrogates/trees/best-splits.ts';
import { treeData } from '../../../src/surrogates/trees/data.ts';
import { grow } from '../../../src/surrogates/trees/growth.ts';
import { cutBack, leafCount } from '../../../src/surrogates/trees/nodes.ts';
import { argsort } from '../../../src/surrogates/trees/order.ts';
import { candidatePrices, pruningPrices } from '../../../src/surrogates/trees/pruning.ts';
import { subsetState, subsetsOf } from '../../../src/surrogates/trees/subsets.ts';
import { PackedTable, PlainTable } from '../../../src/surrogates/trees/table.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { reference, referenceData } from '../../fixtures/surrogates/tree-reference.ts';

describe('argsort', () => {
  test('sorts numbers of every sign and size as a stable comparison sort does', () => {
    const special = fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, 1e300, -1e300, Infinity, -Infinity, 0.5);
    const lists = fc.array(fc.oneof(special, fc.double({ noNaN: true })), { maxLength: 60 });
    const property = (list: number[]) => {
      const order = new Int32Array(list.length);
      argsort(Float64Array.from(list), order);
      const compare = (i: number, j: number) => (list[i] < list[j] ? -1 : list[i] > list[j] ? 1 : i - j);
      expect(Array.from(order)).toEqual(list.map((_, i) => i).sort(compare));
    };
    fc.assert(fc.property(lists, property), { numRuns: 500, seed: 3 });
  });
});

describe('cost-complexity pruning', () => {
  const data = treeData(referenceData('y'), 'gini');
  const limits = { maxDepth: Infinity, minLeaf: 5, maxLeaves: Infinity };
  const nodes = grow(bestSplits(data, limits.minLeaf)(), data.inputs, data.rows, limits);
  const prices = pruningPrices(nodes);

  test('has the prices of scikit-learn (test/fixtures/surrogates/tree-reference.py)', () => {
    const distinct = [...new Set(prices)].filter(Number.isFinite).sort((a, b) => a - b);
    const expected = reference.prices.filter((price) => price > 0);
    expect(distinct).toHaveLength(expected.length);
    distinct.forEach((price, k) => {
      expect(price).toBeCloseTo(expected[k], 9);
    });
  });

  test('cuts to ever smaller trees, each the cheapest of its price among all of them', () => {
    const trees = candidatePrices(prices).map((price) => ({ price, tree: cutBack(nodes, (t) => prices[t] <= price) }));
    const cost = (tree: typeof nodes, price: number) =>
      tree.impurity.reduce((sum, value, t) => sum + (tree.column[t] < 0 ? value : 0), price * leafCount(tree));
    trees.forEach(({ price, tree }, k) => {
      if (k > 0) expect(leafCount(tree)).toBeLessThanOrEqual(leafCount(trees[k - 1].tree));
      for (const other of trees) expect(cost(tree, price)).toBeLessThanOrEqual(cost(other.tree, price) + 1e-12);
    });
    expect(leafCount(trees[0].tree)).toBe(reference.regression.leaves);
    expect(leafCount(trees[trees.length - 1].tree)).toBe(1);
  });
});

describe('tables in WebAssembly', () => {
  const space = new Space({ a: real(0, 1), b: integer(0, 3), c: real(0, 1) });
  const outputs = outputList({ y: {} });

  test('grow the same trees as their twins, to the last bit, from all rows, samples and few', () => {
    const shape = fc.tuple(fc.integer({ min: 2, max: 120 }), fc.nat(1e6), fc.integer({ min: 1, max: 4 }), fc.boolean());
    fc.assert(
      fc.property(shape, ([n, seed, minLeaf, isSample]) => {
        const rng = new Rng(`tables/${seed}`);
        const data = treeData(
          labeled(space, outputs, n, (u) => [Math.round(9 * (u[0] + rng.normal()))], `tables/${seed}`),
          'gini',
        );
        const times = new Uint32Array(n).fill(isSample ? 0 : 1);
        if (isSample) for (let i = rng.integer(n); i < n; i++) times[rng.integer(n)]++;
        const count = times.reduce((sum, each) => sum + each, 0);
        const limits = { maxDepth: Infinity, minLeaf, maxLeaves: seed % 2 === 0 ? Infinity : 7 };
        const packed = bestSplits(data, minLeaf)(isSample ? times : undefined);
        if (data.constant.length === 0) expect(packed).toBeInstanceOf(PackedTable);
        const [one, other] = [packed, new PlainTable(data, minLeaf, times)].map((table) =>
          grow(table, data.inputs, count, limits),
        );
        expect(one).toEqual(other);
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

test('a table in WebAssembly has no room for more rows than the data have', () => {
  const data = treeData(referenceData('y'), 'gini');
  expect(() => bestSplits(data, 1)(new Uint32Array(data.rows).fill(2))).toThrow(/rows/);
});

describe('pauser', () => {
  test('lets a timer cancel the run once its interval has passed, not before', async () => {
    let now = 0;
    const controller = new AbortController();
    const pause = pauser(testRun('7', { clock: () => now, signal: controller.signal }), 50);
    setTimeout(() => controller.abort());
    await pause();
    now = 50;
    await expect(pause()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('levels that go left are the same after being written down, node by node', () => {
  const subsets = [
    undefined,
    Uint8Array.of(1, 0, 1),
    undefined,
    undefined,
    Uint8Array.of(0, 1),
    Uint8Array.of(1, 0, 0),
  ];
  const state = subsetState(subsets);
  expect(state.nodes).toEqual(Int32Array.of(1, 4, 5));
  expect(subsetsOf(state, subsets.length)).toEqual(subsets);
});
