import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { treeData } from '../../../src/surrogates/trees/data.ts';
import { extraTrees } from '../../../src/surrogates/trees/extra-trees.ts';
import { RandomCuts } from '../../../src/surrogates/trees/extra-trees-table.ts';
import { randomForest } from '../../../src/surrogates/trees/random-forest.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';
import { deviation, reference, referenceData, referenceTest } from '../../fixtures/surrogates/tree-reference.ts';

surrogateLaws('extra trees', () => extraTrees(), {
  capabilities: ['posterior'],
  exactly: () => extraTrees({ trees: 10 }),
});
surrogateLaws('few shallow extra trees', () => extraTrees({ trees: 5, maxDepth: 5, minLeaf: 2, columnsPerSplit: 2 }), {
  capabilities: ['posterior'],
  q2: 0.3,
  accuracy: 0.7,
});

const mixed = new Space({ a: real(0, 1), kind: categorical('p', 'q', 'r', 's'), c: real(0, 1) });
const outputs = { one: outputList({ y: {} }), two: outputList({ y: {}, side: { classes: ['left', 'right'] } }) };

/** Sum of squares about the mean. */
function squares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

describe('random cuts', () => {
  test('gain what they lower the impurity by, alone or beside another output, for numbers and levels', () => {
    for (const kind of ['one', 'two'] as const)
      for (const column of [0, 1]) {
        const data = labeled(mixed, outputs[kind], 40, (u) =>
          [Math.sin(7 * u[0]) + 3 * u[1], u[2] > 0.5 ? 1 : 0].slice(0, kind === 'one' ? 1 : 2),
        );
        const prepared = treeData(data, 'gini');
        const cuts = new RandomCuts(prepared, 1, new Rng(`cuts/${kind}/${column}`));
        cuts.enter(0, 40);
        const split = cuts.improve(undefined, column);
        const u = (i: number) => data.x.get(i, column);
        const side = (i: number) =>
          split?.subset ? split.subset[Math.floor(4 * u(i))] === 1 : u(i) <= (split?.threshold ?? 0);
        const rows = Array.from({ length: 40 }, (_, i) => i);
        const gain = (k: number) => {
          const of = (chosen: number[]) => squares(chosen.map((i) => data.y.get(i, k)));
          return 1 - (of(rows.filter(side)) + of(rows.filter((i) => !side(i)))) / of(rows);
        };
        // Gini of two classes is twice the variance of their 0 and 1, so its share of the whole is the same.
        expect(split?.gain).toBeCloseTo(kind === 'one' ? gain(0) : gain(0) + gain(1), 10);
        expect(cuts.part(split ?? { column, threshold: 0, gain: 0 }, 0, 40)).toBe(rows.filter(side).length);
      }
  });

  test('are uniform between the extremes of the node', () => {
    const data = labeled(mixed, outputs.one, 30, (u) => [u[0]]);
    const cuts = new RandomCuts(treeData(data, 'gini'), 1, new Rng('uniform'));
    cuts.enter(0, 30);
    const [low, high] = [Math.min(...data.x.column(0)), Math.max(...data.x.column(0))];
    const drawn = Array.from(
      { length: 2000 },
      () => ((cuts.improve(undefined, 0)?.threshold ?? 0) - low) / (high - low),
    );
    for (const share of [0.1, 0.5, 0.9])
      expect(Math.abs(drawn.filter((t) => t < share).length / 2000 - share)).toBeLessThan(0.035);
  });
});

describe('extra trees against others', () => {
  test('answer every row that they learned from exactly', async () => {
    const data = labeled(mixed, outputs.one, 60, (u) => [Math.sin(7 * u[0]) + 3 * u[1]]);
    const answer = (await extraTrees({ trees: 10 }).fit(data, testRun('7'))).predict(data.x);
    for (let i = 0; i < 60; i++) expect(answer.get(i, 0)).toBeCloseTo(data.y.get(i, 0), 12);
  });

  test('err less than a forest on a smooth function', async () => {
    const f = (u: Float64Array) => [Math.sin(7 * u[0]) + u[2]];
    const x = points(mixed, 300, new Rng('fresh'));
    const error = async (surrogate: ReturnType<typeof extraTrees>) => {
      const answer = (await surrogate.fit(labeled(mixed, outputs.one, 80, f), testRun('7'))).predict(x);
      return answer.data.reduce((sum, value, i) => sum + (value - f(x.row(i))[0]) ** 2, 0);
    };
    expect(await error(extraTrees())).toBeLessThan(await error(randomForest()));
  });

  test('err like those of scikit-learn (test/fixtures/surrogates/tree-reference.py, ten seeds)', {
    tags: ['slow'],
  }, async () => {
    const { x, y } = referenceTest();
    const errors: number[] = [];
    for (let seed = 0; seed < 10; seed++) {
      const answer = (await extraTrees().fit(referenceData('y'), testRun(`${seed}`))).predict(x);
      const press = y.reduce((sum, value, i) => sum + (value - answer.get(i, 0)) ** 2, 0);
      errors.push(Math.sqrt(press / y.length) / deviation(y));
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / 10;
    expect(Math.abs(mean - reference.extraAll.mean)).toBeLessThan(4 * reference.extraAll.deviation * Math.sqrt(0.2));
  });

  test.each([{ trees: 0 }, { trees: 2.5 }, { columnsPerSplit: 0 }, { minLeaf: 0 }])('refuse %o', (options) => {
    expect(() => extraTrees(options)).toThrow(/extraTrees: .* whole number/);
  });
});
