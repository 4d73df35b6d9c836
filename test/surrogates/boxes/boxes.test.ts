import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { type BoxesOptions, boxes } from '../../../src/surrogates/boxes/boxes.ts';
import type { Recipe } from '../../../src/surrogates/recipe.ts';
import { dataset, labeled, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

/** Boxes for the last output of whatever data: its last class, or what is above the middle of its numbers. */
function forAny(more: Partial<BoxesOptions>): Recipe {
  const soughtIn = ({ outputs, y }: Dataset): BoxesOptions => {
    const { name, classes } = outputs[outputs.length - 1];
    if (classes) return { output: name, is: classes[classes.length - 1], ...more };
    const values = [...y.column(outputs.length - 1)].filter(Number.isFinite).sort((a, b) => a - b);
    return { output: name, above: values[Math.floor(values.length / 2)] ?? 0, ...more };
  };
  const like = boxes({ output: 'any', is: 'any' });
  return { name: like.name, usesWeights: true, fit: (data, run) => boxes(soughtIn(data)).fit(data, run) };
}

surrogateLaws('boxes() by PRIM', () => forAny({ minRows: 5, density: 0.8, paste: true }), {
  capabilities: ['structure'],
  q2: 0,
  accuracy: 0.7,
});
surrogateLaws('boxes() by BestInterval', () => forAny({ method: 'bestInterval' }), {
  capabilities: ['structure'],
  q2: 0,
  accuracy: 0.7,
});

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const spot = outputList({ spot: { classes: ['out', 'in'] } });
const isIn = ([a, b]: Float64Array) => (a > 0.3 && a < 0.7 && b < 0.4 ? 1 : 0);

describe('PRIM', () => {
  const data = labeled(plane, spot, 4000, (u) => [isIn(u)]);

  test('finds the box that the answers are made of, and the way there', async () => {
    const model = await boxes({ output: 'spot', is: 'in' }).fit(data, testRun('7'));
    const { boxes: way, chosen } = model.structure();
    const { lower, upper, coverage, density, volume } = way[chosen];
    expect([...lower, ...upper].map((side) => Math.round(side * 20) / 20)).toEqual([0.3, 0, 0.7, 0.4]);
    expect(density).toBeGreaterThanOrEqual(0.95);
    expect(coverage).toBeGreaterThan(0.9);
    expect(volume).toBeCloseTo((upper[0] - lower[0]) * (upper[1] - lower[1]), 12);
    expect(way[0]).toMatchObject({ coverage: 1, support: 1, volume: 1 });
    for (let k = 1; k < way.length; k++) {
      expect(way[k].support).toBeLessThan(way[k - 1].support);
      expect(way[k].volume).toBeLessThan(way[k - 1].volume);
      expect(way[k].coverage).toBeLessThanOrEqual(way[k - 1].coverage);
    }
  });

  test('a peel takes a share alpha at the type 8 quantile of the side that leaves most', async () => {
    // 40 rows along a, those above 0.5 are in: the first peel is at the lower end of a.
    const x = Matrix.from(Array.from({ length: 40 }, (_, i) => [(i + 0.5) / 40, ((i * 17) % 40) / 40]));
    const y = Matrix.from(Array.from({ length: 40 }, (_, i) => [i >= 20 ? 1 : 0]));
    const model = await boxes({ output: 'spot', is: 'in', alpha: 0.1 }).fit(dataset(plane, spot, x, y), testRun('7'));
    const [, first] = model.structure().boxes;
    // n p + (p + 1) / 3 = 4 + 0.3667: between rows 4 and 5, counted from 1.
    expect(first.lower[0]).toBeCloseTo((3.5 + (0.1 + 1) / 3) / 40, 12);
    expect(first.support).toBe(0.9);
    expect(first.density).toBeCloseTo(20 / 36, 12);
  });

  test('stops at the fewest rows, and with density 1 chooses the densest box', async () => {
    const noisy = labeled(plane, spot, 400, (u) => [isIn(u) === 1 && (u[0] * 1000) % 1 < 0.8 ? 1 : 0]);
    const model = await boxes({ output: 'spot', is: 'in', minRows: 40, density: 1 }).fit(noisy, testRun('7'));
    const { boxes: way, chosen } = model.structure();
    expect(Math.min(...way.map(({ support }) => support * 400))).toBeGreaterThanOrEqual(40);
    expect(way[chosen].density).toBe(Math.max(...way.map(({ density }) => density)));
  });

  test('takes levels of a category and whole steps of an integer', async () => {
    const space = new Space({ n: integer(1, 8), metal: categorical('steel', 'brass', 'lead'), c: real(0, 1) });
    const mixed = labeled(space, spot, 2000, ([n, metal]) => [n > 0.5 && metal > 0.34 ? 1 : 0]);
    const model = await boxes({ output: 'spot', is: 'in' }).fit(mixed, testRun('7'));
    const { boxes: way, chosen } = model.structure();
    expect(way[chosen].lower[0]).toBeCloseTo(0.5, 12);
    expect(way[chosen].levels[1]).toEqual([1, 2]);
    expect(way[chosen]).toMatchObject({ density: 1, coverage: 1 });
    expect(way[chosen].volume).toBeCloseTo(0.5 * (2 / 3), 12);
  });

  test('pasting makes the chosen box denser and larger, or leaves it', async () => {
    const data = labeled(plane, spot, 300, (u) => [isIn(u)]);
    for (const density of [0.5, 0.7, 0.9]) {
      const options: BoxesOptions = { output: 'spot', is: 'in', density, minRows: 10, alpha: 0.2 };
      const chosen = async (paste: boolean) => {
        const { boxes: way, chosen: at } = (await boxes({ ...options, paste }).fit(data, testRun('7'))).structure();
        return way[at];
      };
      const [plain, pasted] = [await chosen(false), await chosen(true)];
      expect(pasted.density).toBeGreaterThanOrEqual(plain.density);
      expect(pasted.support).toBeGreaterThanOrEqual(plain.support);
    }
  });
});

describe('BestInterval', () => {
  test('finds the interval with the largest weighted relative accuracy, as an exhaustive search does', async () => {
    const line = new Space({ a: real(0, 1) });
    const data = labeled(line, spot, 30, ([a]) => [(a > 0.2 && a < 0.5) || a > 0.9 ? 1 : 0]);
    const model = await boxes({ output: 'spot', is: 'in', method: 'bestInterval' }).fit(data, testRun('7'));
    const values = [...data.x.column(0)];
    const mean = data.y.data.reduce((sum, y) => sum + y, 0) / 30;
    const accuracy = (lower: number, upper: number) =>
      values.reduce((sum, a, i) => (a >= lower && a <= upper ? sum + data.y.data[i] - mean : sum), 0);
    const best = Math.max(...values.flatMap((lower) => values.map((upper) => accuracy(lower, upper))));
    const { boxes: way, chosen } = model.structure();
    expect(accuracy(way[chosen].lower[0], way[chosen].upper[0])).toBeCloseTo(best, 9);
  });

  test('finds better boxes where more of them are kept on the way', async () => {
    const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
    const accuracies = async (beam: number) =>
      Promise.all(
        Array.from({ length: 10 }, async (_, table) => {
          const rng = new Rng(`beam ${table}`);
          const data = labeled(cube, spot, 24, () => [rng.uniform() < 0.35 ? 1 : 0], `beam ${table}`);
          const options: BoxesOptions = { output: 'spot', is: 'in', method: 'bestInterval', beam };
          const { boxes: way, chosen } = (await boxes(options).fit(data, testRun('7'))).structure();
          const { coverage, density } = way[chosen];
          // Weighted relative accuracy, in rows: how many more are in than the mean of all tells.
          const positive = data.y.data.reduce((sum, y) => sum + y, 0);
          return coverage * positive * (1 - positive / 24 / density);
        }),
      );
    const [one, five] = [await accuracies(1), await accuracies(5)];
    five.forEach((own, table) => {
      expect(own).toBeGreaterThanOrEqual(one[table] - 1e-9);
    });
    expect(five.filter((own, table) => own > one[table] + 1e-9).length).toBeGreaterThan(0);
  });

  test('restricts no more inputs than it may', async () => {
    const data = labeled(plane, spot, 500, (u) => [isIn(u)]);
    const options: BoxesOptions = { output: 'spot', is: 'in', method: 'bestInterval', maxInputs: 1 };
    const { boxes: way, chosen } = (await boxes(options).fit(data, testRun('7'))).structure();
    const { lower, upper } = way[chosen];
    expect([0, 1].filter((j) => lower[j] > 0 || upper[j] < 1)).toHaveLength(1);
  });
});

test('what is sought has to be there, and is said in one way', async () => {
  expect(() => boxes({ output: 'y' })).toThrow('boxes: say what is sought by is');
  expect(() => boxes({ output: 'y', is: 'in', below: 3 })).toThrow('and not by both');
  expect(() => boxes({ output: 'y', above: 3, below: 1 })).toThrow('boxes: no number is above 3 and below 1');
  const data = labeled(plane, outputList({ y: {}, spot: { classes: ['out', 'in'] } }), 30, (u) => [u[0], isIn(u)]);
  const said = (options: BoxesOptions) => expect(boxes(options).fit(data, testRun('7'))).rejects;
  await said({ output: 'z', above: 1 }).toThrow("boxes: there is no output 'z'; known: y, spot");
  await said({ output: 'y', is: 'in' }).toThrow("boxes: output 'y' is a number");
  await said({ output: 'spot', is: 'inside' }).toThrow('is must be one of out, in, got');
  const nothing = await boxes({ output: 'y', above: 7 }).fit(data, testRun('7'));
  expect(nothing.health.notes).toEqual(['no row is what is sought: the box is the whole space']);
});
