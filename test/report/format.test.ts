import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alike,
  count,
  duration,
  labeled,
  listing,
  measured,
  number,
  percent,
  plural,
  quantity,
  scalar,
  score,
  short,
  tidy,
  times,
} from '../../src/report/format.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.1 + 0.2, '0.3'],
    [0.397887357729738, '0.3979'],
    [-12.3456, '-12.35'],
    [9.99996, '10'],
    [99_999.6, '100,000'],
    [999.4, '999.4'],
    [999.96, '1,000'],
    [-1234.5, '-1,235'],
    [1234.5, '1,235'],
    [12_345, '12,350'],
    [2.1e11, '2.1e11'],
    [0.00012346, '0.0001235'],
    [1.2346e-7, '1.235e-7'],
    [1e6, '1e6'],
    [Number.NaN, '-'],
    [Number.POSITIVE_INFINITY, '-'],
    [null, '-'],
    [undefined, '-'],
  ])('%s reads %s', (value, text) => expect(number(value)).toBe(text));

  test('have at most the digits asked for and are that near to the value', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 6 }),
        (value, digits) => {
          const text = number(value, digits);
          expect(text.length).toBeLessThanOrEqual(digits + 8);
          const read = Number(text.replaceAll(',', ''));
          if (Math.abs(value) > 1e-300 && Math.abs(value) < 1e300)
            expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 5.001 * 10 ** -digits);
        },
      ),
    );
  });

  test('of one axis all have powers of ten, or none has', () => {
    expect(alike([0, 5e-5, 1e-4, 1.5e-4])).toEqual(['0', '0.00005', '0.0001', '0.00015']);
    expect(alike([5e5, 1e6])).toEqual(['500,000', '1,000,000']);
    expect(alike([0, 2e-9, 4e-9])).toEqual(['0', '2e-9', '4e-9']);
    expect(alike([-1, 0, 0.5])).toEqual(['-1', '0', '0.5']);
  });

  test('carry their unit only when they are known', () => {
    expect(quantity(3.21987, 'kg')).toBe('3.22 kg');
    expect(quantity(3, '')).toBe('3');
    expect(quantity(null, 'kg')).toBe('-');
    expect(measured('steel', 'kg')).toBe('steel');
    expect(measured(3.21987, 'm')).toBe('3.22 m');
    expect(measured(undefined, 'm')).toBe('-');
    expect(labeled('mass', 'kg')).toBe('mass [kg]');
    expect(labeled('mass', '')).toBe('mass');
  });

  test('that are whole are shown in full where they are values of a parameter', () => {
    expect(scalar(123_456)).toBe('123,456');
    expect(scalar(-7)).toBe('-7');
    expect(scalar(1e9)).toBe('1e9');
  });

  test('near 1 do not claim to be 1', () => {
    expect(score(0.99999)).toBe('> 0.9999');
    expect(score(1)).toBe('1.0000');
    expect(score(0.5, 3)).toBe('0.500');
    expect(score(-0.00001, 3)).toBe('0.000');
    expect(score(-2.5, 1)).toBe('-2.5');
    expect(score(-12_345)).toBe('-12,350');
    expect(score(null)).toBe('-');
  });

  test('of things, shares, ratios and times', () => {
    expect([count(1_234_567), count(null), plural(1, 'run'), plural(0, 'run')]).toEqual([
      '1,234,567',
      '-',
      '1 run',
      '0 runs',
    ]);
    expect([percent(0.975), percent(1), percent(Number.NaN)]).toEqual(['97.5 %', '100 %', '-']);
    expect([times(1300), times(1230.4), times(6.78), times(15_432), times(null)]).toEqual([
      '1,300x',
      '1,230x',
      '6.8x',
      '15,400x',
      '-',
    ]);
    expect([3.2e-9, 4.1e-6, 0.0123, 12.34, 75, 5400, 200_000, 0, null, 1e-12].map(duration)).toEqual([
      ...['3.2 ns', '4.1 µs', '12.3 ms', '12.3 s', '1.25 min', '1.5 h', '2.31 d', '0 s', '-', '0.001 ns'],
    ]);
  });
});

describe('text', () => {
  test('has its long decimals cut and everything else left', () => {
    expect(tidy('fell off at -3.14159265358979 and 2.5, v1.23456.7')).toBe('fell off at -3.1416 and 2.5, v1.23456.7');
    expect(tidy('1.23456789e-7 m, sha256:0f3c, 12345678901')).toBe('1.2346e-7 m, sha256:0f3c, 12345678901');
  });

  test('is shortened by whole characters and listed in words', () => {
    expect(short('lengthscale', 6)).toBe('lengt…');
    expect(short('αβγ', 3)).toBe('αβγ');
    expect(short('😀😀😀', 2)).toBe('😀…');
    expect([listing([]), listing(['a']), listing(['a', 'b']), listing(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
