import { describe, expect, test } from 'vitest';
import { heatSinkResolved } from '../../simulators/heat-sink/index.ts';
import { defaultCells } from '../../simulators/heat-sink/plate-fin.ts';
import { leveledFunctions, leveledInstance } from '../../simulators/test-functions/levels.ts';
import { Rng } from '../../src/numerics/random.ts';

const at = (name: string, level: number, x: readonly number[]) =>
  leveledFunctions.get(name)!.levels[level].evaluate(x).f;

describe.each([...leveledFunctions])('%s', (_, published) => {
  test('has a cost for each level, and its optimum at the finest', () => {
    const { levels, cost } = published;
    expect(cost).toHaveLength(levels.length);
    const { optimum, evaluate } = levels[levels.length - 1];
    for (const point of optimum!.points) expect(evaluate(point).f).toBeCloseTo(optimum!.value, 9);
  });

  test('changes with an instance at every level alike', () => {
    const changed = leveledInstance(published, 3);
    const gaps = [published, changed].map(({ levels }) => {
      const fine = levels[levels.length - 1];
      const point = fine.optimum!.points[0];
      return levels.map(({ evaluate }) => evaluate(point).f - fine.evaluate(point).f);
    });
    const factor = gaps[1][0] / gaps[0][0];
    expect(factor).toBeGreaterThan(0.49);
    expect(factor).toBeLessThan(2.01);
    gaps[0].forEach((gap, level) => {
      expect(gaps[1][level]).toBeCloseTo(factor * gap, 6);
    });
  });
});

test('the coarse forms are those of the publications', () => {
  // BoTorch prints this minimizer for s = 0.5.
  expect(at('branin', 1, [Math.PI, 1.781519779945532])).toBeCloseTo(0.397887, 6);
  const best = leveledFunctions.get('hartmann-6')!.levels[2].optimum!.points[0];
  expect(at('hartmann-6', 0, best) - at('hartmann-6', 2, best)).toBeCloseTo(0.1 * 0.40934031523712205, 9);
  expect(at('hartmann-6', 1, best) - at('hartmann-6', 2, best)).toBeCloseTo(0.05 * 0.40934031523712205, 9);
  expect(at('borehole', 0, [0.1, 25050, 89335, 1050, 89.55, 760, 1400, 10950])).toBeCloseTo(56.398719259575394, 9);
  expect(at('currin', 0, [0.5, 0.5])).toBeCloseTo(-7.442479583871108, 9);
  expect(at('forrester', 0, [0.5])).toBeCloseTo(0.5 * at('forrester', 1, [0.5]) - 5, 12);
});

test('the heat sink on a coarse mesh is near that on the fine one, which is the heat sink', async () => {
  const context = { rng: new Rng('levels'), seed: 1, signal: new AbortController().signal };
  const sink = {
    finHeight: 35,
    finThickness: 0.8,
    fins: 24,
    baseThickness: 5,
    airSpeed: 2.5,
    metal: 'aluminium',
  } as const;
  const [coarse, fine] = await Promise.all(
    ([4, defaultCells] as const).map((cells) => heatSinkResolved.run({ ...sink, cells }, context)),
  );
  expect(fine.rise).toBeCloseTo(42.9988, 3);
  expect(coarse.rise).toBeCloseTo(43.121, 3);
  expect(coarse.mass).toBe(fine.mass);
  expect(heatSinkResolved.space.resolution).toMatchObject({ name: 'cells', costs: [1 / 27, 1] });
});
