import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { decisionTree, isReadable } from '../../../src/index.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { PackedMatrix, type Rows } from '../../../src/numerics/packed-matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { equallyWide, sharedOut } from '../../../src/surrogates/splitting/bins.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';
import { pictures } from '../../fixtures/pictures.ts';

surrogateLaws('decision tree of bins', () => decisionTree({ bins: 32 }), { capabilities: ['structure'], runs: 6 });

const mixed = new Space({ a: real(0, 1), b: integer(0, 9), c: categorical('p', 'q', 'r', 's'), d: real(0, 1) });
const outputs = outputList({ kind: { classes: ['low', 'mid', 'high'] }, mass: {} });
/** Rows whose numbers take few values. */
const few = (() => {
  const x = points(mixed, 300, new Rng('few'));
  for (let i = 0; i < 300; i++) for (const j of [0, 3]) x.set(i, j, Math.round(x.get(i, j) * 20) / 20);
  const answer = (u: Float64Array) => u[0] + (u[2] > 0.5 ? u[1] : 1 - u[3]);
  const y = Array.from({ length: 300 }, (_, i) => [Math.min(2, Math.floor(1.7 * answer(x.row(i)))), answer(x.row(i))]);
  return dataset(mixed, outputs, x, Matrix.from(y));
})();

describe('splits between bins', () => {
  test.each([
    ['gini', 'classes'],
    ['entropy', 'classes'],
    ['gini', 'numbers'],
    ['gini', 'both'],
    ['gini', 'weights'],
    ['entropy', 'weights'],
  ] as const)('are the exact ones where no column has more values than bins: %s, %s', async (criterion, kind) => {
    const weights = new Float64Array(300).map((_, i) => 1 + (i % 3));
    const data =
      kind === 'weights'
        ? few.only([0]).weighted(weights)
        : kind === 'both'
          ? few
          : few.only([kind === 'classes' ? 0 : 1]);
    const grown = (bins?: number) =>
      decisionTree({ criterion, minLeaf: 3, ...(bins && { bins }) }).fit(data, testRun('tree'));
    const [exact, binned] = [await grown(), await grown(40)];
    const fresh = points(mixed, 500, new Rng('fresh'));
    const expected = exact.predict(fresh).data;
    binned.predict(fresh).data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 10);
    });
  });

  test('of bytes are the exact ones with as many bins as values, and fewer leaves are bounded and pruned as ever', async () => {
    const data = pictures(200, 30);
    const grown = (more: object) => decisionTree(more).fit(data, testRun('tree'));
    const [exact, all, bounded, pruned] = await Promise.all(
      [{}, { bins: 255 }, { bins: 16, maxLeaves: 5 }, { bins: 16, prune: true }].map(grown),
    );
    expect(all.predict(data.x).data).toEqual(exact.predict(data.x).data);
    const leaves = (model: typeof exact) =>
      JSON.stringify(isReadable(model) && model.structure()).split('"leaf"').length - 1;
    expect(leaves(bounded)).toBe(5);
    expect(leaves(pruned)).toBeLessThan(leaves(exact));
  });

  test('lie between the rows of a node, wherever the bins do', async () => {
    const space = new Space({ a: real(0, 1) });
    const data = labeled(space, outputList({ y: {} }), 400, (u) => [u[0] < 0.3 ? 0 : 1]);
    const model = await decisionTree({ bins: 16 }).fit(data, testRun('tree'));
    const root = isReadable(model) && model.structure();
    expect(root && 'root' in root && root.root.kind === 'split' && Math.abs(root.root.threshold - 0.3)).toBeLessThan(
      1 / 16,
    );
  });
});

describe('bins of pixels', () => {
  /** Of two columns of bytes one in five is not 0, most of these below 61 and the others from 128 on. */
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) =>
    i % 5 > 0 ? 0 : i % 20 === 0 ? 128 + (i % 127) : 1 + (i % 60),
  );
  const packed = new PackedMatrix(2000, 2, bytes);
  const rows = new Array(2000).fill({ id: 'row', status: 'completed', milliseconds: 0 });
  const y = Matrix.from(Array.from({ length: 2000 }, (_, i) => [bytes[2 * i] > 30 ? 1 : 0]));
  const rootOf = async (space: Space, x: Rows) => {
    const data = new Dataset(space, outputList({ kind: { classes: ['dark', 'light'] } }), x, y, rows);
    const { root } = (await decisionTree({ bins: 4 }).fit(data, testRun('tree'))).structure();
    return root.kind === 'split' ? 255 * root.threshold : undefined;
  };

  const kinds = (x: PackedMatrix): [string, Rows][] => [
    ['bytes', x],
    ['numbers', x.unpacked()],
  ];
  const pixels = new Space(image(1, 2, { range: [0, 255] }));

  test.each(kinds(packed))('have equal width, those of other columns equally many rows: %s', async (_, x) => {
    expect(await rootOf(pixels, x)).toBeGreaterThan(60);
    expect(await rootOf(new Space({ a: real(0, 255), b: real(0, 255) }), x)).toBeLessThan(60);
  });

  // No pixel is lighter than 50.
  const dim = new PackedMatrix(
    2000,
    2,
    bytes.map((light) => light / 5),
  );
  test.each(kinds(dim))('reach to the lightest pixel that there is: %s', async (_, x) => {
    expect(await rootOf(pixels, x)).toBeGreaterThan(60 / 5);
  });
});

describe('bins of values', () => {
  test('are one for each value where there are enough', () => {
    expect([...sharedOut([5, 1, 9], 3)]).toEqual([0, 1, 2]);
  });

  test('have about equally many rows otherwise, a frequent value one of its own', () => {
    expect([...sharedOut(new Array(12).fill(1), 4)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect([...sharedOut([90, 2, 2, 2, 2, 2], 3)]).toEqual([0, 1, 1, 1, 2, 2]);
  });

  test('of equal width are numbered without those that have none', () => {
    expect([...equallyWide([0, 0.2, 0.3, 0.8, 1], { least: 0, largest: 1 }, 4)]).toEqual([0, 0, 1, 2, 2]);
    expect([...equallyWide([0, 0.1, 0.9], { least: 0, largest: 1 }, 3)]).toEqual([0, 1, 2]);
  });
});
