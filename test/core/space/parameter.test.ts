import { describe, expect, expectTypeOf, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import {
  categorical,
  integer,
  levelsOf,
  ordinal,
  type Parameter,
  type Point,
  real,
  resolution,
} from '../../../src/core/space/parameter.ts';

test('a parameter is a plain value with its options and defaults', () => {
  expect(real(0, 1)).toEqual({ kind: 'real', lower: 0, upper: 1, scale: 'linear', periodic: false });
  expect(real(1, 10, { scale: 'log', unit: 'N', description: 'the load' })).toEqual({
    kind: 'real',
    lower: 1,
    upper: 10,
    scale: 'log',
    periodic: false,
    unit: 'N',
    description: 'the load',
  });
  expect(integer(-1, 1, { activeWhen: { a: 'x' } })).toEqual({
    kind: 'integer',
    lower: -1,
    upper: 1,
    activeWhen: { a: 'x' },
  });
  expect(ordinal([1, 2.5])).toEqual({ kind: 'ordinal', values: [1, 2.5] });
  expect(categorical('a', 'b', { unit: 'letters' })).toEqual({
    kind: 'categorical',
    values: ['a', 'b'],
    unit: 'letters',
  });
});

test('a resolution has levels, coarsest first, and their costs', () => {
  expect(resolution([8, 16], { cost: [1, 4], unit: 'cells' })).toEqual({
    kind: 'ordinal',
    values: [8, 16],
    cost: [1, 4],
    unit: 'cells',
  });
  expect(resolution([0.1, 0.05], { cost: [1, 4] })).toMatchObject({ kind: 'ordinal', values: [0.1, 0.05] });
  expect(resolution(['panels', 'volumes'], { cost: [1, 500] })).toMatchObject({
    kind: 'categorical',
    values: ['panels', 'volumes'],
  });
  const parameters = { a: resolution([8, 16], { cost: [1, 4] }), b: resolution(['x', 'y'], { cost: [1, 4] }) };
  expectTypeOf<Point<typeof parameters>>().toEqualTypeOf<{ readonly a: number; readonly b: 'x' | 'y' }>();
});

test.each<[string, readonly number[] | readonly string[], unknown, RegExp]>([
  ['one level', [8], [1], /resolution: needs at least two values, got \[8\]/],
  ['levels in no order', [8, 32, 16], [1, 2, 3], /resolution: values must be finite and in order, coarsest first/],
  ['a level twice', [8, 8], [1, 2], /in order, coarsest first/],
  ['a name twice', ['x', 'x'], [1, 2], /choices must differ/],
  ['no levels', 8 as never, [1, 2], /needs at least two values, got 8/],
  ['no cost', [8, 16], undefined, /resolution: needs a cost for each of its 2 levels, got \[\]/],
  ['a cost too few', [8, 16], [1], /a cost for each of its 2 levels, got \[1\]/],
  ['one cost for all', [8, 16], 4, /a cost for each of its 2 levels, got 4/],
  ['a finer level that costs less', [8, 16], [4, 1], /costs must be positive and increasing, got \[4,1\]/],
  ['a level that costs nothing', [8, 16], [0, 1], /costs must be positive and increasing/],
])('a resolution of %s is refused', (_, levels, cost, message) => {
  const make = () => resolution(levels as readonly number[], { cost } as never);
  expect(make).toThrow(ImagoError);
  expect(make).toThrow(message);
});

test('an ordinal does not change with the array that it was made from', () => {
  const values = [1, 2];
  const parameter = ordinal(values);
  values.push(0);
  expect(parameter).toEqual({ kind: 'ordinal', values: [1, 2] });
});

test('the levels are counted', () => {
  const counted: [Parameter, number][] = [
    [real(0, 1), Number.POSITIVE_INFINITY],
    [integer(-2, 2), 5],
    [ordinal([1, 2, 4]), 3],
    [categorical('a', 'b'), 2],
  ];
  for (const [parameter, levels] of counted) expect(levelsOf(parameter)).toBe(levels);
});

test('the type of a point follows from its parameters', () => {
  const parameters = {
    a: real(0, 1),
    b: categorical('x', 'y'),
    c: integer(0, 1, { activeWhen: { b: 'x' } }),
    d: categorical('p', 'q', { activeWhen: { b: 'y' } }),
  };
  expectTypeOf<Point<typeof parameters>>().toEqualTypeOf<{
    readonly a: number;
    readonly b: 'x' | 'y';
    readonly c: number | undefined;
    readonly d: 'p' | 'q' | undefined;
  }>();
});

describe('refused, with the reason:', () => {
  test.each<[string, () => Parameter, RegExp]>([
    ['reversed bounds', () => real(2, 1), /real: lower must be below upper, got 2 and 1/],
    [
      'equal bounds',
      () => real(1, 1),
      /real: lower must be below upper, got 1 and 1; one value is ordinal\(\[1\]\), or a constant/,
    ],
    ['a NaN bound', () => real(0, Number.NaN), /real: bounds must be finite numbers, got 0 and NaN/],
    ['an infinite bound', () => real(Number.NEGATIVE_INFINITY, 0), /got -Infinity and 0/],
    ['a bound that is text', () => real('0' as unknown as number, 1), /got '0' and 1/],
    ['a logarithm from 0', () => real(0, 1, { scale: 'log' }), /log scale needs positive bounds, got lower = 0/],
    [
      'a logarithm round a circle',
      () => real(1, 2, { scale: 'log', periodic: true }),
      /periodic .* cannot have a log scale/,
    ],
    ['an unknown scale', () => real(1, 2, { scale: 'ln' as 'log' }), /scale must be 'linear' or 'log', got 'ln'/],
    ['a fraction as an integer bound', () => integer(0, 1.5), /integer: bounds must be integers, got 0 and 1.5/],
    ['no ordinal value', () => ordinal([]), /ordinal: needs a value, got \[\]/],
    [
      'decreasing ordinal values',
      () => ordinal([1, 3, 2]),
      /ordinal: values must be finite and increasing, got \[1,3,2\]/,
    ],
    ['equal ordinal values', () => ordinal([1, 1]), /increasing, got \[1,1\]/],
    ['no choice', () => categorical(), /categorical: needs a choice, got \[\]/],
    ['equal choices', () => categorical('a', 'b', 'a'), /choices must differ, got \["a","b","a"\]/],
    ['an empty choice', () => categorical('a', ''), /choices must be non-empty strings, got ''/],
    ['a number as a choice', () => categorical('a', 1 as unknown as string), /non-empty strings, got 1/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'ImagoError', code: 'invalid-space' }));
  });
});
