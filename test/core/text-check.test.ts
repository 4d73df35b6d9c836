import { describe, expect, test } from 'vitest';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { isUnit } from '../../src/core/text-check.ts';

describe('a unit', () => {
  test.each([
    ...[
      '',
      '1',
      '-',
      '%',
      'm',
      'kN/m^2',
      '1/s',
      'N s/m',
      'kg m / s^2',
      'W/(m^2 K)',
      '1/(s m)',
      'm^-1',
      'MPa m^0.5',
      'm*s',
      'N·m',
    ],
    ...['°C', 'µm', '$', 'EUR/h', 'm²', 'vol-%', 'USD per kg', '(kg m)/(s^2 A)', 'm ^ 2'],
  ])('%j is one', (text) => {
    expect(isUnit(text)).toBe(true);
  });

  test.each([
    ...[
      'm^m',
      '^',
      '*',
      '/',
      '5',
      '10 kg',
      'm^',
      'm//s',
      'm^2^3',
      '*m',
      'm/',
      '(m',
      'm)',
      '()',
      'm/()',
      '^2',
      '2m',
      'm 2',
    ],
    ...['m\n', 'm\0', 'a\tb', 'x'.repeat(101)],
  ])('%j is none', (text) => {
    expect(isUnit(text)).toBe(false);
  });

  test('that is none is refused with the name of what has it', () => {
    const define = (unit: string) =>
      defineSimulator(null, {
        name: 's',
        parameters: { x: real(0, 1) },
        outputs: { f: { unit } },
        run: () => ({ f: 1 }),
      });
    expect(() => define('m^m')).toThrow("output 'f': unit must be a unit such as m, kN/m^2 or 1/s");
    expect(() => real(0, 1, { unit: '5' })).toThrow(
      "unit must be a unit such as m, kN/m^2 or 1/s: names with powers, multiplied and divided, got '5'",
    );
  });
});

test.each(['a\nb', 'a\0', '\x1b[2J'])('%j is no name', (name) => {
  const define = (own: string, parameter: string, output: string) =>
    defineSimulator(null, {
      name: own,
      parameters: { [parameter]: real(0, 1) },
      outputs: { [output]: {} },
      run: () => ({ [output]: 1 }),
    });
  expect(() => define(name, 'x', 'f')).toThrow("a simulator's name is one line of text");
  expect(() => define('s', name, 'f')).toThrow('parameters: a name is one line of text');
  expect(() => define('s', 'x', name)).toThrow('outputs: a name is one line of text');
});

test('what JavaScript keeps for itself names no parameter, output or class: objects would lose what they hold under it', () => {
  const define = (parameter: string, output: string, name = 'good') =>
    defineSimulator(null, {
      ...{
        name: 's',
        parameters: { [parameter]: real(0, 1) },
        outputs: { [output]: {}, g: { classes: [name, 'bad'] } },
      },
      run(): never {
        throw new Error('is not run');
      },
    });
  const own = '__proto__';
  expect(() => define(own, 'f')).toThrow("parameters: a name is one line of text other than '__proto__'");
  expect(() => define('x', own)).toThrow("outputs: a name is one line of text other than '__proto__'");
  expect(() => define('x', 'f', own)).toThrow("output 'g': no class can be called '__proto__'");
  expect(define('constructor', 'toString', 'hasOwnProperty').space.names).toEqual(['constructor']);
});
