import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { image, Rng, real, Space, warp } from '../../src/index.ts';
import { warpedImage } from '../../src/sampling/image-warp.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';

const still = { rotate: 0, shear: 0, scale: 0, shift: 0, elastic: 0 };
const space = new Space({ ...image(9, 7, { range: [0, 255] }), angle: real(0, 1) });
const shape = { rows: 9, columns: 7 };
const drawing = Float64Array.from({ length: 63 }, (_, at) => (at % 7 === 3 && at > 14 && at < 50 ? 1 : 0));

samplerLaws('warp', warp, {
  lift: (own) => new Space({ ...own.parameters, ...image(2, 3, { name: 'dot' }) }),
  cases: 20,
});

describe('a warped image', () => {
  test('without motion is the image to the last bit', () => {
    expect(warpedImage(drawing, shape, still, new Rng('a'))).toEqual(drawing);
    const u = Float64Array.from([...drawing, 0.3]);
    expect(warp({ strength: 0 }).varied(space, u, new Rng('a'))).toEqual(u);
  });

  test('keeps its light where nothing leaves it, and moves by at most the shift', () => {
    const middleOf = (pixels: Float64Array) => {
      const total = pixels.reduce((a, b) => a + b);
      const at = (of: (i: number) => number) => pixels.reduce((sum, light, i) => sum + light * of(i), 0) / total;
      return { total, row: at((i) => Math.floor(i / 7)), column: at((i) => i % 7) };
    };
    const before = middleOf(drawing);
    const moves = Array.from({ length: 40 }, (_, k) =>
      middleOf(warpedImage(drawing, shape, { ...still, shift: 1.5 }, new Rng(`${k}`))),
    );
    for (const { total, row, column } of moves) {
      expect(total).toBeCloseTo(before.total, 10);
      expect(Math.abs(row - before.row)).toBeLessThan(1.5);
      expect(Math.abs(column - before.column)).toBeLessThan(1.5);
    }
    expect(Math.max(...moves.map(({ row }) => Math.abs(row - before.row)))).toBeGreaterThan(1);
  });

  test('of a quarter turn is the transpose, mirrored', () => {
    const square = Float64Array.from({ length: 25 }, (_, i) => ((i * 7) % 11) / 11);
    // A stream whose first number is its largest turns by all of it.
    const rng = Object.assign(new Rng('turn'), { uniform: () => 1 });
    const turned = warpedImage(square, { rows: 5, columns: 5 }, { ...still, rotate: 90 }, rng);
    turned.forEach((light, i) => {
      expect(light).toBeCloseTo(square[(4 - (i % 5)) * 5 + Math.floor(i / 5)], 10);
    });
  });

  test('elastic shifts have the wished deviation', () => {
    const ramp = Float64Array.from({ length: 64 * 64 }, (_, i) => (i % 64) / 63);
    const far: number[] = [];
    for (let k = 0; k < 200; k++) {
      const moved = warpedImage(ramp, { rows: 64, columns: 64 }, { ...still, elastic: 1.2 }, new Rng(`elastic/${k}`));
      // At a corner of the grid.
      const at = Math.round(63 * 0.4) * 64 + Math.round(63 * 0.4);
      far.push((moved[at] - ramp[at]) * 63);
    }
    const deviation = Math.sqrt(far.reduce((sum, one) => sum + one * one, 0) / far.length);
    expect(deviation).toBeGreaterThan(0.95);
    expect(deviation).toBeLessThan(1.4);
  });
});

test('every image seen has its turn before any comes again; other parameters stay', () => {
  const rows = [0.1, 0.5, 0.9].map((angle) => Float64Array.from([...drawing, angle]));
  const x = warp().sample(space, 7, seenOf(space, rows), testRun('turns'));
  const angles = Array.from({ length: 7 }, (_, i) => x.get(i, 63));
  expect([...angles.slice(0, 3)].sort()).toEqual([0.1, 0.5, 0.9]);
  expect([...angles.slice(3, 6)].sort()).toEqual([0.1, 0.5, 0.9]);
});

test('what it needs is told in one sentence', () => {
  const flat = new Space({ a: real(0, 1) });
  expect(() => warp().sample(flat, 1, seenOf(flat, [[0.5]]), testRun(''))).toThrow(
    /^warp: the space has no image; declare its pixels/,
  );
  expect(() => warp().sample(space, 1, Dataset.empty(space, []), testRun(''))).toThrow(
    /^warp draws points like those seen, and there are none/,
  );
});
