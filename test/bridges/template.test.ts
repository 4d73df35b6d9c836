import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../src/bridges/template.ts';
import { ImagoError } from '../../src/core/errors.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';

const parameters = {
  x: real(-1e9, 1e9),
  n: integer(0, 100),
  size: ordinal([0.5, 1, 2]),
  material: categorical('steel', 'wood'),
  extra: real(0, 1, { activeWhen: { n: { min: 3 } } }),
};
const parse = (text: string) => parseTemplate(text, parameters, ['files', 'deck.inp']);
const render = (text: string, values: Readonly<Record<string, number | string>>) => parse(text).render(values);

test('values take the places of their placeholders, integers as integers', () => {
  const values = { x: 0.1 + 0.2, n: 5, size: 2, material: 'steel', seed: 4294967295 };
  expect(render('{{x}} {{ n }} {{size}} {{material}} {{seed}}', values)).toBe(
    '0.30000000000000004 5 2 steel 4294967295',
  );
  expect(render('{{n:03d}}|{{n:%d}}|{{x:.3e}}|{{material:-8s}}|{{size:.1f}}', values)).toBe(
    '005|5|3.000e-01|steel   |2.0',
  );
  expect(parse('{{x}}{{seed}}').names).toEqual(new Set(['x', 'seed']));
});

test('other braces are text, and quoted braces stand for themselves', () => {
  expect(render('{tper/{{n}}} {1} {} }} {{{n}}}', { n: 2 })).toBe('{tper/2} {1} {} }} {2}');
  expect(render('{{"{{"}}n{{"}}"}}', { n: 2 })).toBe('{{n}}');
  expect(render('awk {print $1}', {})).toBe('awk {print $1}');
});

test('a parameter that plays no part leaves the text that stands behind the bar', () => {
  expect(render('[{{extra|0.5}}] [{{extra:.2f|}}]', { n: 1 })).toBe('[0.5] []');
  expect(render('[{{extra|0.5}}] [{{extra:.2f|}}]', { n: 4, extra: 0.25 })).toBe('[0.25] [0.25]');
});

test.each<[string, RegExp]>([
  ['{{y}}', /there is no parameter 'y'; known: x, n, size, material, extra, seed/],
  ['{{x + 1}}', /\{\{x \+ 1\}\} is no placeholder/],
  ['{{}}', /\{\{\}\} is no placeholder/],
  ['{{x', /is not closed/],
  ['{{x}', /is not closed/],
  ['{{x:q}}', /'q' is no format/],
  ['{{x:d}}', /'x' is not an integer/],
  ['{{size:d}}', /'size' is not an integer/],
  ['{{material:.2f}}', /'material' is a text/],
  ['{{extra}}', /'extra' does not always play a part.*\{\{extra\|0\}\}/],
  ['{{x:.3f junk}}', /no placeholder/],
  ['{{__proto__}}', /there is no parameter '__proto__'/],
  ['{{constructor}}', /there is no parameter 'constructor'/],
  ['{{$(rm -rf /)}}', /no placeholder/],
])('%s is refused', (text, message) => {
  expect(() => parse(text)).toThrow(ImagoError);
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(`first line\n  ${text}`)).toThrow(/^files\.deck\.inp: line 2, column 3: /);
});

describe('fuzzed', () => {
  const word = fc.constantFrom(
    '{{',
    '}}',
    '{',
    '}',
    'x',
    'n',
    ':',
    '.3f',
    '|',
    '"',
    ' ',
    '\n',
    'seed',
    '$(a)',
    '{{x}}',
  );

  test('any text is either refused with a place or rendered', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join('');
        try {
          expect(typeof parse(text).render({ x: 1, n: 2, seed: 3 })).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(ImagoError);
          expect((error as Error).message).toMatch(/^files\.deck\.inp: /);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('a text without two braces in a row stays as it is, whatever it holds', { tags: ['slow'] }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const single = text.replaceAll('{{', '{');
        fc.pre(!single.includes('{{'));
        expect(render(single, {})).toBe(single);
      }),
    );
  });

  test('a value that looks like a placeholder is not filled in again', () => {
    fc.assert(
      fc.property(fc.constantFrom('{{x}}', '{{seed}}', '$&', '$1', "$'", '\\1'), (material) => {
        expect(render('a{{material}}b{{n}}', { material, n: 1, x: 9 })).toBe(`a${material}b1`);
      }),
    );
  });

  test('numbers come back bit for bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), (x, n) => {
        const [a, b] = render('{{x}};{{n}}', { x, n }).split(';');
        expect(Number(a)).toBe(x + 0);
        expect(b).toBe(String(n));
      }),
    );
  });
});
