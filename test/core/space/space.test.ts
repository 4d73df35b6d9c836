import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { describe as inWords } from '../../../src/core/space/coordinate.ts';
import {
  categorical,
  integer,
  ordinal,
  type Parameters,
  real,
  resolution,
  type Scalar,
} from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { anySpace, finiteSpace, spaceLaws, unconditionalSpace } from '../../../src/testing/space-laws.ts';

spaceLaws('any space', anySpace);
spaceLaws('a finite space', finiteSpace);
spaceLaws('a space without conditions', unconditionalSpace);

const beam = new Space({
  length: real(0.5, 3, { unit: 'm' }),
  load: real(100, 10_000, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  gauge: ordinal([1, 2, 4]),
  material: categorical('steel', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
  coating: categorical('zinc', 'paint', { activeWhen: { material: 'steel', gauge: [2, 4] } }),
  shade: integer(1, 3, { activeWhen: { coating: 'paint' } }),
});
const point = {
  length: 1.75,
  load: 1000,
  angle: 90,
  ribs: 2,
  gauge: 4,
  material: 'steel',
  rib: 0.25,
  coating: 'paint',
  shade: 3,
} as const;

test('each kind of parameter has its place in the unit cube', () => {
  const u = beam.encode(point);
  const expected = [0.5, 0.5, 0.25, 0.5, 5 / 6, 0.25, 0.25, 0.75, 5 / 6];
  u.forEach((v, j) => {
    expect(v).toBeCloseTo(expected[j], 14);
  });
  expect(beam.decode(u)).toEqual({ ...point, load: expect.closeTo(1000, 9) });
});

test('the columns say what arithmetic must know', () => {
  expect(beam.dimension).toBe(9);
  expect(beam.columns[2]).toEqual({
    name: 'angle',
    kind: 'real',
    levels: Number.POSITIVE_INFINITY,
    periodic: true,
    conditional: false,
  });
  expect(beam.columns.map(({ levels }) => levels).slice(3)).toEqual([5, 3, 2, Number.POSITIVE_INFINITY, 2, 3]);
  expect(beam.columns.map(({ conditional }) => conditional)).toEqual([...new Array(6).fill(false), true, true, true]);
});

test('a space knows whether inputs can be inactive, and whether it is a cube of reals', () => {
  const kinds = (parameters: Parameters) => {
    const { isConditional, isBox } = new Space(parameters);
    return { isConditional, isBox };
  };
  const kind = categorical('a', 'b');
  expect(kinds({ x: real(0, 1), y: real(1, 9, { scale: 'log' }) })).toEqual({ isConditional: false, isBox: true });
  expect(kinds({ x: real(0, 1), n: integer(0, 9) })).toEqual({ isConditional: false, isBox: false });
  expect(kinds({ x: real(0, 360, { periodic: true }) })).toEqual({ isConditional: false, isBox: false });
  expect(kinds({ kind, x: real(0, 1, { activeWhen: { kind: 'a' } }) })).toEqual({ isConditional: true, isBox: false });
  expect(beam.isConditional).toBe(true);
});

test('the bounds of the cube are the bounds of the parameters, exactly', () => {
  const space = new Space({ a: real(0.1, 0.7), b: real(1e-3, 7, { scale: 'log' }), c: integer(-3, 5) });
  expect(space.decode(Float64Array.of(0, 0, 0))).toEqual({ a: 0.1, b: 1e-3, c: -3 });
  expect(space.decode(Float64Array.of(1, 1, 1))).toEqual({ a: 0.7, b: 7, c: 5 });
});

test('both ends of a circle are one point', () => {
  expect(beam.encode({ ...point, angle: 360 })).toEqual(beam.encode({ ...point, angle: 0 }));
});

test('equal shares of the cube belong to the levels, so uniform numbers give uniform levels', () => {
  const space = new Space({ a: integer(1, 3) });
  const count = [0, 0, 0, 0];
  for (let i = 0; i < 300; i++) count[space.decode(Float64Array.of((i + 0.5) / 300)).a]++;
  expect(count).toEqual([0, 100, 100, 100]);
});

test('a chain of conditions ends where one of them fails, and given values of inactive parameters do not matter', () => {
  const active = (change: Record<string, Scalar>) => {
    const flags = beam.active(beam.encode({ ...point, ...change }));
    return beam.names.filter((_, j) => flags[j]).slice(6);
  };
  expect(active({})).toEqual(['rib', 'coating', 'shade']);
  expect(active({ ribs: 0 })).toEqual(['coating', 'shade']);
  expect(active({ gauge: 1 })).toEqual(['rib']);
  expect(active({ material: 'wood' })).toEqual(['rib']);
  expect(active({ coating: 'zinc' })).toEqual(['rib', 'coating']);
  expect(beam.encode({ ...point, ribs: 0, rib: 0.9 })).toEqual(beam.encode({ ...point, ribs: 0, rib: undefined }));
});

describe('encode refuses', () => {
  test.each<[string, Record<string, Scalar | undefined>, RegExp]>([
    ['a missing value', { length: undefined }, /parameter 'length' has no value/],
    ['a number out of bounds', { length: 3.5 }, /'length' cannot be 3.5: a number in \[0.5, 3\] m/],
    ['not a number', { load: Number.NaN }, /'load' cannot be NaN/],
    ['an infinite number', { load: Number.POSITIVE_INFINITY }, /'load' cannot be Infinity/],
    ['text for a number', { load: '1000' }, /'load' cannot be '1000': a number in/],
    ['a fraction for an integer', { ribs: 1.5 }, /'ribs' cannot be 1.5: an integer in 0 .. 4/],
    ['a number between the values', { gauge: 3 }, /'gauge' cannot be 3: one of 1, 2, 4/],
    ['an unknown choice', { material: 'glass' }, /'material' cannot be 'glass': one of steel, wood/],
    ['a number for a choice', { material: 0 }, /'material' cannot be 0/],
    ['an unknown parameter', { lenght: 1 }, /there is no parameter 'lenght'; known: length, load/],
    ['a missing value of an active conditional parameter', { rib: undefined }, /parameter 'rib' has no value/],
  ])('%s', (_, change, message) => {
    const encode = () => beam.encode({ ...point, ...change });
    expect(encode).toThrow(ImagoError);
    expect(encode).toThrow(message);
    expect(encode).toThrow(expect.objectContaining({ code: 'invalid-data' }));
  });
});

describe('a resolution', () => {
  const cells = resolution([8, 16, 32], { cost: [2, 5, 10] });
  const space = new Space({ a: real(0, 1), cells, b: integer(0, 3) });

  test('is known to its space, with costs in runs at the finest level', () => {
    expect(space.resolution).toMatchObject({ name: 'cells', coordinate: 1, costs: [0.2, 0.5, 1] });
    expect(space.withoutResolution.names).toEqual(['a', 'b']);
    expect(beam.resolution).toBeUndefined();
    expect(beam.withoutResolution).toBe(beam);
  });

  test('is taken out of points and put back', () => {
    const { resolution } = space;
    const x = Matrix.from([
      [0.1, 1 / 6, 0.125],
      [0.2, 5 / 6, 0.875],
    ]);
    expect([...resolution!.ofRows(x)]).toEqual([0, 2]);
    expect(resolution!.without(x)).toEqual(
      Matrix.from([
        [0.1, 0.125],
        [0.2, 0.875],
      ]),
    );
    expect(resolution!.with(resolution!.without(x), 1)).toEqual(
      Matrix.from([
        [0.1, 0.5, 0.125],
        [0.2, 0.5, 0.875],
      ]),
    );
    expect(space.decode(resolution!.with(resolution!.without(x), 2).row(0))).toEqual({ a: 0.1, cells: 32, b: 0 });
  });
});

describe('a space refuses', () => {
  const on = categorical('on', 'off');
  const mesh = resolution([1, 2], { cost: [1, 2] });
  test.each<[string, Parameters, RegExp]>([
    ['no parameters', {}, /at least one parameter/],
    ['two resolutions', { mesh, a: real(0, 1), time: mesh }, /has one resolution, got 'mesh' and 'time'/],
    ['nothing but a resolution', { mesh }, /the resolution 'mesh' is the only parameter/],
    [
      'a conditional resolution',
      { a: on, mesh: { ...mesh, activeWhen: { a: 'on' } } },
      /the resolution 'mesh' cannot be conditional/,
    ],
    [
      'a parameter that is not there at every level',
      { mesh, a: real(0, 1, { activeWhen: { mesh: 2 } }) },
      /parameter 'a' depends on the resolution 'mesh'/,
    ],
    ['a resolution without costs', { a: on, mesh: { ...mesh, cost: [] } as never }, /'mesh': resolution: needs a cost/],
    [
      'something that is no parameter',
      { a: { lower: 0, upper: 1 } as never },
      /'a' must be made by real\(\), .*"lower":0/,
    ],
    [
      'an unknown controller',
      { a: on, b: real(0, 1, { activeWhen: { c: 'on' } }) },
      /'b' is active when 'c' .* no parameter 'c'; known: a, b/,
    ],
    [
      'a controller declared later',
      { b: real(0, 1, { activeWhen: { a: 'on' } }), a: on },
      /'b' depends on 'a', which must be declared before it/,
    ],
    ['a parameter that controls itself', { a: integer(0, 1, { activeWhen: { a: 1 } }) }, /'a' depends on 'a'/],
    [
      'a condition on a choice there is not',
      { a: on, b: real(0, 1, { activeWhen: { a: 'up' } }) },
      /when 'a' is 'up', which it can never be/,
    ],
    [
      'a condition on a value out of bounds',
      { a: integer(1, 3), b: real(0, 1, { activeWhen: { a: [2, 4] } }) },
      /when 'a' is 4, which/,
    ],
    [
      'a condition on text for a number',
      { a: integer(1, 3), b: real(0, 1, { activeWhen: { a: '2' } }) },
      /when 'a' is '2', which/,
    ],
    [
      'a range of a choice',
      { a: on, b: real(0, 1, { activeWhen: { a: { min: 1 } } }) },
      /'b': 'a' is categorical and has no min or max/,
    ],
  ])('%s', (_, parameters, message) => {
    const make = () => new Space(parameters);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'ImagoError', code: 'invalid-space' }));
  });

  test('vectors of another length, and NaN', () => {
    expect(() => beam.canonical([0.5])).toThrow(/9 coordinates, got 1/);
    expect(() => beam.canonical([0, 0, Number.NaN, 0, 0, 0, 0, 0, 0])).toThrow(/coordinate 2 \('angle'\) is NaN/);
  });
});

test('a parameter can be said in words', () => {
  expect(Object.values(beam.parameters).slice(0, 6).map(inWords)).toEqual([
    'a number in [0.5, 3] m',
    'a number in [100, 10000]',
    'a number in [0, 360]',
    'an integer in 0 .. 4',
    'one of 1, 2, 4',
    'one of steel, wood',
  ]);
});

test('a hair below the start of a circle is its start, in what depends on it too', () => {
  const space = new Space({
    angle: real(350, 360, { periodic: true }),
    late: real(0, 1, { activeWhen: { angle: { min: 355 } } }),
  });
  // The largest number below 1 decodes to 360 by rounding, which is where 350 is.
  const u = Float64Array.of(-6e-17, 0.3);
  expect(space.canonical(u)[0]).toBe(1 - 2 ** -53);
  expect(space.decode(u)).toEqual({ angle: 350, late: undefined });
  expect(space.encode(space.decode(u))).toEqual(Float64Array.of(0, 0.5));
});

describe('a condition between two parameters', () => {
  const space = new Space({
    outer: real(2, 6, { unit: 'mm' }),
    floors: integer(1, 4),
    limit: integer(1, 4),
    inner: real(1, 5, { unit: 'mm' }),
    // Where the tube is hollow enough, and on few floors only.
    filling: real(0, 1, { activeWhen: { inner: { max: 'outer' }, floors: { max: 'limit' } } }),
  });
  const point = (outer: number, inner: number, floors: number, limit: number) => ({ outer, inner, floors, limit });

  test('holds where the values that it names say so', () => {
    for (const [outer, inner, floors, limit, active] of [
      [5, 3, 2, 3, true],
      [5, 5, 2, 2, true],
      [3, 5, 2, 3, false],
      [5, 3, 3, 2, false],
    ] as const) {
      const u = space.encode({ ...point(outer, inner, floors, limit), filling: 0.75 });
      expect(u[4]).toBe(active ? 0.75 : 0.5);
      expect(space.decode(u).filling).toBe(active ? 0.75 : undefined);
      expect(space.active(u)[4]).toBe(active);
    }
    expect(() => space.encode(point(5, 3, 1, 4))).toThrow("parameter 'filling' has no value");
  });

  test('does not hold where the parameter that it names plays no part', () => {
    const nested = new Space({
      kind: categorical('a', 'b'),
      most: integer(1, 9, { activeWhen: { kind: 'a' } }),
      n: integer(1, 9),
      extra: real(0, 1, { activeWhen: { n: { max: 'most' } } }),
    });
    expect(nested.active(nested.encode({ kind: 'a', most: 9, n: 2, extra: 0.1 }))[3]).toBe(true);
    expect(nested.active(nested.encode({ kind: 'b', n: 2 }))[3]).toBe(false);
  });

  test.each([
    ['no such parameter', { n: integer(1, 3), x: real(0, 1, { activeWhen: { n: { max: 'm' } } }) }, /bounded by 'm'/],
    [
      'one declared later',
      { n: integer(1, 3), x: real(0, 1, { activeWhen: { n: { max: 'm' } } }), m: integer(1, 3) },
      /which is no numeric parameter declared before it; known: n/,
    ],
    [
      'a category',
      { c: categorical('a', 'b'), n: integer(1, 3), x: real(0, 1, { activeWhen: { n: { min: 'c' } } }) },
      /no numeric parameter/,
    ],
    [
      'another unit',
      {
        m: real(1, 3, { unit: 'm' }),
        n: real(1, 3, { unit: 'mm' }),
        x: real(0, 1, { activeWhen: { n: { max: 'm' } } }),
      },
      /their units differ: 'mm' against 'm'/,
    ],
    [
      'what can never be',
      { m: integer(1, 3), n: integer(5, 9), x: real(0, 1, { activeWhen: { n: { max: 'm' } } }) },
      /which it can never be/,
    ],
  ])('%s is refused', (_, parameters, message) => {
    expect(() => new Space(parameters as Parameters)).toThrow(message);
  });
});
