import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNumber } from '../../src/bridges/number-text.ts';

test.each([
  ['12', 12],
  ['-0.00', 0],
  ['1e-5', 1e-5],
  ['1.0E+00', 1],
  ['1.0D+00', 1],
  [' 6.02d23\r', 6.02e23],
  ['+.5', 0.5],
  ['3.', 3],
  ['1.234-101', 1.234e-101],
  ['-7.5+120', -7.5e120],
  ['007', 7],
])('%s is the number %d', (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each([
  '',
  'NaN',
  'inf',
  '-Infinity',
  '******',
  '1,5',
  '1.2.3',
  '12 mm',
  '0x10',
  '1e',
  '--1',
  '1_000',
  '1+2',
  'e5',
])('%s is no number', (text) => {
  expect(readNumber(text)).toBeNaN();
});

test('every double is read back from the usual notations, Fortran included', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(double, (value) => {
      for (const text of [String(value), value.toExponential(), value.toExponential().replace('e', 'D')])
        expect(readNumber(text)).toBe(value + 0);
    }),
    { numRuns: 1000 },
  );
});

test('any text whatever is a finite number, an overflow or NaN, in a time that does not grow out of hand', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.eEdD+- ') }), (text) => {
      expect(typeof readNumber(text)).toBe('number');
    }),
    { numRuns: 2000 },
  );
  expect(readNumber('1'.repeat(1e6))).toBe(Number.POSITIVE_INFINITY);
  expect(readNumber(`${'1'.repeat(1e6)}x`)).toBeNaN();
});
