import { expect, test } from 'vitest';
import { show } from '../../src/core/errors.ts';

test('of a value with millions of parts a message reads a few', () => {
  let read = 0;
  const part = Object.defineProperty({}, 'x', {
    enumerable: true,
    get() {
      read++;
      return 1;
    },
  });
  expect(show({ data: new Float64Array(1e7), rows: new Array(1e6).fill(part) })).toMatch(/^\{"data":\[0,0,.*\.\.\.$/);
  expect(show(new Array(1e6).fill(part))).toMatch(/^\[\{"x":1\},.*\.\.\.$/);
  expect(read).toBeLessThan(1000);
  expect(show([1, [2], { a: 'b' }])).toBe('[1,[2],{"a":"b"}]');
});
