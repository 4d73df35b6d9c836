import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bornAgainRow } from '../../../benchmarks/born-again.ts';
import { type PublishedForest, publishedForest } from '../../../benchmarks/published-forests.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { isTreeEnsemble } from '../../../src/core/structure.ts';
import { forestFromJson } from '../../../src/export/foreign/forest.ts';
import { searched } from '../../../src/surrogates/born-again/born-again.ts';
import { Grid } from '../../../src/surrogates/born-again/grid.ts';
import { LeastDepth } from '../../../src/surrogates/born-again/least-depth.ts';
import { LeastLeaves } from '../../../src/surrogates/born-again/least-leaves.ts';
import { testRun } from '../../../src/testing/labeled.ts';

const rowOf = async (forest: PublishedForest, objective: 'depth' | 'leaves') => {
  const said: string[] = [];
  return { row: await bornAgainRow(forest, objective, (line) => said.push(line)), said };
};

/** As many trees of one split as there are inputs: each doubles the number of cells. */
function halvings(inputs: number): PublishedForest {
  const names = Array.from({ length: inputs }, (_, j) => `x${j}`);
  const classes = ['a', 'b'];
  const tree = (j: number) => ({
    column: [j, -1, -1],
    threshold: [0.5, 0, 0],
    left: [1, -1, -1],
    right: [2, -1, -1],
    value: [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
  });
  return {
    json: JSON.stringify({ vote: 'majority', classes, trees: names.map((_, j) => tree(j)) }),
    subject: {
      space: new Space(Object.fromEntries(names.map((name) => [name, real(0, 1)]))),
      outputs: [{ name: 'class', classes }],
    },
  };
}

describe('born-again trees of published forests', () => {
  test('a forest of 403,200 cells is known after a few thousand boxes', async () => {
    const { row, said } = await rowOf(publishedForest('Pima-Diabetes', 6), 'depth');
    expect(row).toMatchObject({ depth: 8, disagreements: 0 });
    expect(row.states).toBeLessThan(20_000);
    expect(said).toEqual([]);
  });

  test('the fewest leaves are those published', async () => {
    let leaves = 0;
    for (let fold = 1; fold <= 10; fold++) {
      const { row } = await rowOf(publishedForest('HTRU2', fold), 'leaves');
      expect(row.disagreements).toBe(0);
      leaves += row.leaves!;
    }
    expect(leaves / 10).toBeCloseTo(11.9, 5);
  });

  test('a forest without a tree in the end has a row and a notice of its own', async () => {
    const { row, said } = await rowOf(halvings(24), 'depth');
    expect(row).toMatchObject({ depth: null, leaves: null, disagreements: null, states: 0 });
    expect(said).toEqual([expect.stringMatching(/no tree: bornAgain: the thresholds of 24 trees cut the space into/)]);
  });

  const hard = () => {
    const { json, subject } = publishedForest('COMPAS-ProPublica', 9);
    const forest = forestFromJson(json, subject);
    if (!isTreeEnsemble(forest)) throw new Error('not a forest');
    return new Grid(forest, subject.space);
  };

  const SMALL_STEPS = '%o takes small steps until its tree is there';
  const takesSmallSteps = (Kind: typeof LeastDepth | typeof LeastLeaves) => {
    const search = new Kind(hard());
    let [most, steps, before] = [0, 0, 0];
    while (!search.advance()) {
      most = Math.max(most, search.work - before);
      before = search.work;
      steps++;
    }
    expect(steps).toBeGreaterThan(2);
    expect(most).toBeLessThan(4e6);
    const { states, work } = search;
    search.plan();
    expect([search.states, search.work]).toEqual([states, work]);
  };
  test.each([LeastDepth])(SMALL_STEPS, takesSmallSteps);
  test.each([LeastLeaves])(SMALL_STEPS, { tags: ['slow'] }, takesSmallSteps);

  test('a search ends when it is cancelled, and at the most that it may look at', async () => {
    const most = { states: Number.POSITIVE_INFINITY, work: Number.POSITIVE_INFINITY };
    const given = (own: object) => searched(new LeastDepth(hard()), testRun('7'), { ...most, ...own });
    const message =
      /bornAgain: after \d+ boxes of 4096 cells the least tree is not known: take fewer or shallower trees/;
    await expect(given({ work: 1e6 })).rejects.toThrow(message);
    await expect(given({ states: 1000 })).rejects.toThrow(message);
    const controller = new AbortController();
    const progress = ({ done }: { done: number }) => (done > 0 ? controller.abort() : undefined);
    const run = { ...testRun('7'), signal: controller.signal, progress };
    await expect(searched(new LeastDepth(hard()), run)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('the proof shares nothing with what makes the tree', () => {
    const room = new URL('../../../src/surrogates/born-again/', import.meta.url);
    const imports = [...readFileSync(new URL('proof.ts', room), 'utf8').matchAll(/from '(.+)'/g)].map(
      ([, path]) => path,
    );
    expect(imports.length).toBeGreaterThan(0);
    for (const path of imports) expect(path).toMatch(/^\.\.\/\.\.\/core\/(errors|structure|space\/space)\.ts$/);
  });
});
