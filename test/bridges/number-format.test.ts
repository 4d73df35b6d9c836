import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, type NumberFormat, parseFormat } from '../../src/bridges/number-format.ts';

const write = (value: number | string, spec: string) => format(value, parseFormat(spec) as NumberFormat);

// As printf of the GNU C library 2.36 writes them.
test.each<[string, number, string]>([
  ['d', 7, '7'],
  ['02d', 7, '07'],
  ['%04d', -7, '-007'],
  ['+d', 7, '+7'],
  ['-4d', 7, '7   '],
  ['4d', 7, '   7'],
  ['.3d', 7, '007'],
  ['e', 12345.678, '1.234568e+04'],
  ['12.3e', 0.00012, '   1.200e-04'],
  ['.2E', 1e-120, '1.00E-120'],
  ['.3f', 2 / 3, '0.667'],
  ['f', -1.5, '-1.500000'],
  ['08.2f', -1.5, '-0001.50'],
  ['.1f', 1e22, '10000000000000000000000.0'],
  ['g', 1e-5, '1e-05'],
  ['.6g', 123456, '123456'],
  ['.6g', 1234567, '1.23457e+06'],
  ['.3g', 100, '100'],
  ['g', 0.0001, '0.0001'],
  ['g', 0, '0'],
  ['.4G', 1e-10, '1E-10'],
  [' .2f', 1, ' 1.00'],
])('%s writes %d as %j', (spec, value, text) => {
  expect(write(value, spec)).toBe(text);
});

test('a text is padded and otherwise left alone', () => {
  expect(write('steel', 's')).toBe('steel');
  expect(write('steel', '8s')).toBe('   steel');
  expect(write('steel', '-8s')).toBe('steel   ');
  expect(write(1.5, 's')).toBe('1.5');
});

test.each(['', 'x', 'i', '5', '.d.', '1234d', 'd ', '%%d', '.6', 'lf', '*d', '$(ls)'])('%j is no format', (spec) => {
  expect(parseFormat(spec)).toBeUndefined();
});

const spec = fc
  .tuple(
    fc.constantFrom('', '-', '+', '0', ' '),
    fc.constantFrom('', '1', '9', '20'),
    fc.constantFrom('', '.1', '.5', '.12'),
    fc.constantFrom(...'eEfgG'),
  )
  .map((parts) => parts.join(''));

test('awk, which has C to write numbers, writes the same', () => {
  // Values away from ties, which the two languages round differently.
  const value = fc
    .tuple(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: -12, max: 12 }))
    .map(([mantissa, exponent]) => Number(`${mantissa}.137e${exponent}`));
  const cases = fc.sample(fc.tuple(spec, value), { numRuns: 400, seed: 1 });
  const program = `BEGIN { ${cases.map(([one, x]) => `printf "%${one}\\n", ${x};`).join(' ')} }`;
  const lines = execFileSync('awk', [program], { encoding: 'utf8', timeout: 60_000 }).split('\n');
  expect(cases.map(([one, x]) => write(x, one))).toEqual(lines.slice(0, -1));
});

test('what is written can be read back to the precision asked for', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(write(value, '.17e'))).toBe(value);
      expect(Number(write(value, '.17g'))).toBe(value);
    }),
  );
});
