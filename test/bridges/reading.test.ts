import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractorOf, type Reading, readValue } from '../../src/bridges/reading.ts';
import { ImagoError } from '../../src/core/errors.ts';
import { isSimulationFailure } from '../../src/core/simulation-failure.ts';

/** The value of output f in a text; a failure comes back as `cause: reason`. */
async function read(reading: Reading, text: string): Promise<number | string> {
  try {
    return readValue('f', await extractorOf('f', reading)(text, new AbortController().signal), false) as number;
  } catch (error) {
    if (!isSimulationFailure(error)) throw error;
    return `${error.cause}: ${error.message}`;
  }
}

const TABLE = 'time,"load, N",t\n0,1,20\n1,2,21.5\n\n2,4,1.0D+02\n';

test.each<[string, Reading, string, number | string]>([
  ['a line of its own', { pattern: '^f = (\\S+)' }, 'x = 2\nf = 3.5 from= 1\n', 3.5],
  ['the last of several', { pattern: 'f=(\\S+)' }, 'f=3 f=2\nf=1', 1],
  ['a line end of Windows', { pattern: '^f=(.+)$' }, 'f=1e-5\r', 1e-5],
  ['Fortran', { pattern: 'f=\\s*(\\S+)' }, 'f= 1.0D+00', 1],
  ['nothing', { pattern: '^f = (\\S+)' }, 'g = 3', /missing-output: output 'f' is missing: nothing matches/.source],
  ['an empty text', { json: 'f' }, '', /missing-output: output 'f' is missing: no JSON/.source],
  ['a word', { pattern: 'f=(\\S+)' }, 'f=high', "not-finite: output 'f' is 'high', which is not a finite number"],
  ['NaN', { pattern: 'f=(\\S+)' }, 'f=nan', "not-finite: output 'f' is 'nan'"],
  ['an overflow', { pattern: 'f=(\\S+)' }, 'f=1e999', "not-finite: output 'f' is '1e999'"],
  ['stars of a Fortran field', { pattern: 'f=(\\S+)' }, 'f=*****', 'not-finite: '],
  ['JSON', { json: 'f' }, '{"f": -0.0}', 0],
  ['a path in JSON', { json: 'beams[1].mass' }, '{"beams": [{}, {"mass": 7}]}', 7],
  ['a number in quotes', { json: 'f' }, '{"f": "7"}', 7],
  ['a hole in JSON', { json: 'a.b' }, '{"a": null}', "missing-output: output 'f' is missing: there is no a.b"],
  ['null in JSON', { json: 'f' }, '{"f": null}', "not-finite: output 'f' is 'null'"],
  ['what JSON inherits', { json: 'constructor' }, '{}', 'missing-output: '],
  ['the last row', { csv: 't' }, TABLE, 100],
  ['a row', { csv: 't', row: 2 }, TABLE, 21.5],
  ['a row from the end', { csv: 'time', row: -3 }, TABLE, 0],
  ['a column by number', { csv: 3, row: 1, separator: ';' }, '1;2;3\n4;5;6', 3],
  ['columns with white space', { csv: 2, separator: 'space' }, '  1   2 \n  3\t4', 4],
  ['no such column', { csv: 'x' }, TABLE, 'missing-output: output .f. is missing: there is no column x among time'],
  ['no such row', { csv: 't', row: 9 }, TABLE, 'there are 3 rows, not the row 9'],
  ['an empty table', { csv: 't' }, 't\n', 'there are 0 rows'],
  ['an empty cell', { csv: 2 }, '1,', 'has nothing in column 2'],
])('%s', async (_, reading, text, expected) => {
  const value = await read(reading, text);
  if (typeof expected === 'number') expect(value).toBe(expected);
  else expect(value).toMatch(new RegExp(expected.replace(/[()]/g, '\\$&')));
});

test.each<[object, RegExp]>([
  [{}, /^outputs\.f: give one of pattern, json and csv, got none/],
  [{ pattern: '(a)', json: 'b' }, /got pattern and json/],
  [{ pattern: 'f=\\S+' }, /must have one group in round brackets.*has 0/],
  [{ pattern: '(a)(b)' }, /has 2/],
  [{ pattern: '(f' }, /^outputs\.f\.pattern: Invalid regular expression/],
  [{ json: 'a..b' }, /'a\.\.b' is no path/],
  [{ json: '' }, /is no path/],
  [{ csv: 0 }, /a column is a name or a number from 1, got 0/],
  [{ csv: '' }, /a column is a name/],
  [{ csv: 'a', row: 0 }, /a row is a number from 1/],
  [{ csv: 'a', row: 1.5 }, /a row is/],
  [{ csv: 'a', separator: '|' }, /there is no separator '\|'/],
])('%j is refused', (reading, message) => {
  expect(() => extractorOf('f', reading as Reading)).toThrow(ImagoError);
  expect(() => extractorOf('f', reading as Reading)).toThrow(message);
});

describe('fuzzed', () => {
  const readings: Reading[] = [
    { pattern: '^f\\s*=\\s*(\\S+)' },
    { json: 'a.b[0]' },
    { csv: 'f' },
    { csv: 2, row: 1, separator: 'space' },
  ];
  const word = fc.constantFrom(
    'f',
    '=',
    ' ',
    '\n',
    '1',
    '-',
    'e5',
    ',',
    '"',
    '{"a":',
    '{"b":[',
    ']}',
    'null',
    '\0',
    'é',
  );

  test('any output of a program is a finite number or a failure with a cause, never an exception', {
    tags: ['slow'],
  }, async () => {
    const text = fc.oneof(
      fc.array(word).map((words) => words.join('')),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...readings), async (output, reading) => {
        const value = await read(reading, output);
        expect(typeof value === 'number' ? Number.isFinite(value) : /^(missing-output|not-finite): /.test(value)).toBe(
          true,
        );
      }),
      { numRuns: 4000 },
    );
  });

  test('a number is found in the middle of whatever else a program prints', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.lorem(), async (value, noise) => {
        expect(await read(readings[0], `${noise}\nf = ${value} mm\n${noise}`)).toBe(value + 0);
        expect(await read({ json: 'x' }, JSON.stringify({ noise, x: value }))).toBe(value + 0);
      }),
    );
  });
});

describe('a pattern that backtracks', () => {
  const hard = extractorOf('f', { pattern: '^(a+)+$' });
  const text = `${'a'.repeat(40)}!`;

  test('stops neither timers nor a cancelled run, and the next reading goes well', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await expect(hard(text, controller.signal)).rejects.toMatchObject({ cause: 'cancelled' });
    expect(await read({ pattern: 'f=(\\S+)' }, 'f=7')).toBe(7);
  });

  test('is given up after a while, and named', { tags: ['slow'] }, async () => {
    await expect(hard(text, new AbortController().signal)).rejects.toMatchObject({
      cause: 'timed-out',
      message: expect.stringMatching(/^the pattern \^\(a\+\)\+\$ finds no end within 10 s/),
    });
  });
});

test('a class is told by its name, or by shares in JSON', () => {
  expect(readValue('h', ' stable\n', true)).toBe('stable');
  expect(readValue('h', '{ "stable": 0.9, "unstable": 0.1 }', true)).toEqual({ stable: 0.9, unstable: 0.1 });
  expect(readValue('h', '{stable', true)).toBe('{stable');
});
