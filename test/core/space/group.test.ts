import { describe, expect, test } from 'vitest';
import { image, namesShown } from '../../../src/core/space/group.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';

describe('an image', () => {
  const space = new Space({
    angle: real(0, 360),
    ...image(2, 3, { range: [0, 255] }),
    ink: categorical('blue', 'red'),
  });

  test('is a parameter for each pixel, row by row, and one group', () => {
    expect(space.names).toEqual([
      'angle',
      'pixel_0_0',
      'pixel_0_1',
      'pixel_0_2',
      'pixel_1_0',
      'pixel_1_1',
      'pixel_1_2',
      'ink',
    ]);
    expect(space.groups).toEqual([{ name: 'pixel', columns: [1, 2, 3, 4, 5, 6], image: { rows: 2, columns: 3 } }]);
    expect(space.image).toEqual({ rows: 2, columns: 3 });
    expect(space.decode(new Float64Array(8).fill(1))).toMatchObject({ pixel_1_2: 255 });
  });

  test('that misses a pixel is a group, and no image', () => {
    const { pixel_1_2: _, ...others } = image(2, 3);
    expect(new Space(others).groups).toEqual([{ name: 'pixel', columns: [0, 1, 2, 3, 4] }]);
    expect(new Space(others).image).toBeUndefined();
  });

  test('has a pixel at least, and a range', () => {
    expect(() => image(0, 3)).toThrow('image: rows and columns must be whole numbers from 1, got 0 and 3');
    expect(() => image(2, 2.5)).toThrow(/got 2 and 2.5/);
    expect(() => image(2, 2, { range: [1, 0] })).toThrow(/lower must be below upper/);
  });
});

describe('the names that an error lists', () => {
  test('have a group as one', () => {
    expect(namesShown({ a: real(0, 1), ...image(28, 28), b: real(0, 1) })).toBe('a, pixel (784 parameters), b');
    const space = new Space({ ...image(28, 28), b: real(0, 1) });
    expect(() => space.coordinate('pixl_0_0', 1)).toThrow("no parameter 'pixl_0_0'; known: pixel (784 parameters), b");
  });

  test('are thirty at most', () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, j) => [`p${j}`, real(0, 1)]));
    const shown = namesShown(many);
    expect(shown).toMatch(/^p0, p1, .*, p29 and 1970 more$/);
    expect(() => new Space(many).encode({ q: 1 })).toThrow(/there is no parameter 'q'; known: p0, .* and 1970 more$/);
  });

  test('need a group that is a text', () => {
    expect(() => real(0, 1, { group: 3 as unknown as string })).toThrow('group must be a text, got 3');
  });
});
