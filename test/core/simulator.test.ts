import { describe, expect, expectTypeOf, test } from 'vitest';
import { completed } from '../../src/core/formula.ts';
import { perform } from '../../src/core/perform.ts';
import { defineSimulator, isSimulator } from '../../src/core/simulator.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { problemOf } from '../../src/study/scenario/goal.ts';

const beam = defineSimulator(import.meta.url, {
  name: 'beam',
  parameters: {
    length: real(0.5, 3, { unit: 'm' }),
    load: real(100, 5000, { unit: 'N', scale: 'log' }),
    ribs: integer(0, 4),
    gauge: ordinal([1, 2, 4]),
    material: categorical('steel', 'aluminium', { description: 'of the beam' }),
    rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
    coating: categorical('zinc', 'paint', { activeWhen: { material: 'steel' } }),
  },
  outputs: { deflection: { unit: 'm' }, mass: { unit: 'kg', valid: [0, 1e4] }, verdict: { classes: ['good', 'bad'] } },
  run({ length, load, ribs, gauge, material, rib, coating }) {
    expectTypeOf(length).toEqualTypeOf<number>();
    expectTypeOf(material).toEqualTypeOf<'steel' | 'aluminium'>();
    expectTypeOf(rib).toEqualTypeOf<number | undefined>();
    expectTypeOf(coating).toEqualTypeOf<'zinc' | 'paint' | undefined>();
    return {
      deflection: load * length ** 3,
      mass: length * gauge * (1 + ribs * (rib ?? 0)),
      verdict: material === 'steel' ? 'good' : 'bad',
    };
  },
});

test('a simulator knows its space and outputs', () => {
  expect(isSimulator(beam)).toBe(true);
  expect(isSimulator({ ...beam })).toBe(false);
  expect(beam.space.names).toEqual(['length', 'load', 'ribs', 'gauge', 'material', 'rib', 'coating']);
  expect(beam.outputs.map((output) => output.name)).toEqual(['deflection', 'mass', 'verdict']);
  expect(beam.source).toEqual({ module: import.meta.url });
});

test('what it asks for its runs is checked', () => {
  const ask = (wish: object) => () =>
    defineSimulator(null, {
      name: 't',
      parameters: { a: real(0, 1) },
      outputs: { f: {} },
      run: ({ a }) => ({ f: a }),
      ...wish,
    });
  const setup = () => undefined;
  expect(ask({ setup, timeLimit: 20, renewAfter: 3 })()).toMatchObject({ setup, timeLimit: 20, renewAfter: 3 });
  expect(ask({ setup: 'load' })).toThrow("simulator 't': setup must be a function, got 'load'");
  expect(ask({ timeLimit: '20 s' })).toThrow(
    "timeLimit must be a positive number of milliseconds, such as 20_000, got '20 s'",
  );
  expect(ask({ renewAfter: 0.5 })).toThrow('renewAfter must be a positive whole number of runs, got 0.5');
});

test('a forgotten output, an unknown parameter and a wrong choice do not compile', () => {
  const parameters = { a: real(0, 1), c: categorical('x', 'y') };
  const outputs = { f: {}, g: { classes: ['p', 'q'] } } as const;
  // @ts-expect-error the output g is forgotten
  defineSimulator(null, { name: 't', parameters, outputs, run: ({ a }) => ({ f: a }) });
  // @ts-expect-error there is no parameter b
  defineSimulator(null, { name: 't', parameters, outputs, run: ({ b }) => ({ f: b, g: 'p' }) });
  // @ts-expect-error z is not a class of g
  defineSimulator(null, { name: 't', parameters, outputs, run: ({ a }) => ({ f: a, g: 'z' }) });
  // @ts-expect-error c is never 'z'
  defineSimulator(null, { name: 't', parameters, outputs, run: ({ a, c }) => ({ f: c === 'z' ? a : 0, g: 'p' }) });
});

describe('an output with a formula', () => {
  const box = defineSimulator(null, {
    name: 'box',
    parameters: { side: real(1, 3, { unit: 'm' }), material: categorical('steel', 'oak') },
    outputs: { sag: { unit: 'mm' } },
    formulas: {
      price: {
        unit: 'EUR',
        valid: [0, 40],
        value({ side, material }) {
          expectTypeOf(side).toEqualTypeOf<number>();
          expectTypeOf(material).toEqualTypeOf<'steel' | 'oak'>();
          return (material === 'steel' ? 5 : 2) * side ** 2;
        },
      },
    },
    run: ({ side }) => ({ sag: side / 2 }),
  });
  const ask = (point: { side: number; material: 'steel' | 'oak' }) =>
    perform(box, { id: 'x', u: box.space.encode(point), stream: 'x' }, new AbortController().signal, () => 0);

  test('is answered beside those of run, and kept within its range', async () => {
    expect(box.outputs.map(({ name, unit }) => [name, unit])).toEqual([
      ['sag', 'mm'],
      ['price', 'EUR'],
    ]);
    expect(await ask({ side: 2, material: 'oak' })).toMatchObject({ values: Float64Array.of(1, 8) });
    expect(await ask({ side: 3, material: 'steel' })).toMatchObject({
      cause: 'out-of-range',
      reason: "output 'price' is 45, outside [0, 40]",
    });
  });

  test('is never read by an objective or a constraint: it is computed', async () => {
    const goal = { minimize: 'price', subjectTo: ['sag <= 1 mm', 'price >= 3 EUR', 'sag * price <= 9 mm EUR'] };
    const { objectives, constraints } = await problemOf(goal, box.space, box.outputs);
    expect(objectives[0].reads).toEqual([]);
    expect(objectives[0].evaluate({ side: 2, material: 'steel' }, {})).toBe(20);
    expect(constraints.map(({ reads }) => reads)).toEqual([['sag'], [], ['sag']]);
    expect(constraints[1].evaluate({ side: 1, material: 'oak' }, {})).toBeCloseTo((3 - 2) / 3, 12);
    const [byFunction] = (await problemOf({ maximize: ({ sag, price }) => price / sag }, box.space, box.outputs))
      .objectives;
    expect(byFunction.reads).toEqual(['sag']);
    expect(byFunction.evaluate({ side: 2, material: 'oak' }, { sag: 4 })).toBe(-2);
  });

  test('that throws fails the run before it is begun, and has no value for a search', async () => {
    let runs = 0;
    const torn = defineSimulator(null, {
      name: 'torn',
      parameters: { side: real(1, 3) },
      outputs: { sag: {} },
      formulas: {
        price: {
          value({ side }) {
            if (side > 2) throw new RangeError('no such size');
            return side;
          },
        },
      },
      run: ({ side }) => {
        runs++;
        return { sag: side };
      },
    });
    const answer = (side: number) =>
      perform(torn, { id: 'x', u: torn.space.encode({ side }), stream: 'x' }, new AbortController().signal, () => 0);
    expect(await answer(1)).toMatchObject({ status: 'completed', values: Float64Array.of(1, 1) });
    expect(await answer(3)).toMatchObject({ cause: 'threw', reason: 'RangeError: no such size' });
    expect(runs).toBe(1);
    const mute = { ...torn, run: completed(torn.outputs, undefined, () => undefined as never) };
    const silence = perform(
      mute,
      { id: 'x', u: torn.space.encode({ side: 1 }), stream: 'x' },
      new AbortController().signal,
      () => 0,
    );
    expect(await silence).toMatchObject({
      cause: 'missing-output',
      reason: expect.stringMatching(/^run returned undefined/),
    });
    const { objectives } = await problemOf({ minimize: 'price' }, torn.space, torn.outputs);
    expect([1, 3].map((side) => objectives[0].evaluate({ side }, {}))).toEqual([1, Number.NaN]);
  });

  test('must be a function of a point, and not also an output of run', () => {
    const definition = { name: 't', parameters: { a: real(0, 1) }, outputs: { f: {} }, run: () => ({ f: 1 }) };
    const define = (formulas: unknown) => () => defineSimulator(null, { ...definition, formulas } as never);
    expect(define({ cost: { unit: 'EUR' } })).toThrow(
      'formula \'cost\' must be an object such as { unit: \'kg\', value: (point) => 3 * point.length }, got {"unit":"EUR"}',
    );
    expect(define({ f: { value: () => 1 } })).toThrow("simulator 't': 'f' is both an output of run and a formula");
    expect(define({ a: { value: () => 1 } })).toThrow("'a' is both a parameter and an output");
    expect(define({ cost: { value: () => 1, valid: [3, 1] } })).toThrow(
      "output 'cost': valid must be [lowest, highest]",
    );
  });
});

describe('constants', () => {
  const fixed = defineSimulator(import.meta.url, {
    name: 'fixed',
    parameters: { length: real(0, 3) },
    constants: { density: 7850, case: 'wet' },
    outputs: { mass: { unit: 'kg' } },
    formulas: {
      price: {
        unit: 'EUR',
        value: ({ length, density }) => {
          expectTypeOf(density).toEqualTypeOf<7850>();
          return length * density * 2;
        },
      },
    },
    run({ length, density, case: kind }) {
      expectTypeOf(kind).toEqualTypeOf<'wet'>();
      return { mass: kind === 'wet' ? length * density : 0 };
    },
  });

  test('are seen by run and by formulas, and are no part of the space', async () => {
    const task = { id: 'x', u: fixed.space.encode({ length: 2 }), stream: 'x' };
    expect(await perform(fixed, task, new AbortController().signal, () => 0)).toMatchObject({
      status: 'completed',
      values: Float64Array.of(15700, 31400),
    });
    expect(fixed.outputs[1].formula?.({ length: 1 })).toBe(15700);
    expect([fixed.space.names, fixed.constants]).toEqual([['length'], { density: 7850, case: 'wet' }]);
  });

  test.each<[string, unknown, RegExp]>([
    ['a list', [3], /simulator 't': constants must be an object such as \{ density: 7850 \}, got \[3\]/],
    ['no number', { c: Number.NaN }, /simulator 't': constant 'c' must be a finite number or a text, got NaN/],
    ['an empty text', { c: '' }, /constant 'c' must be a finite number or a text, got ''/],
    ['the name of a parameter', { a: 1 }, /constant 'a' is a parameter too; nothing could tell them apart/],
    ['the name of an output', { f: 1 }, /constant 'f' is an output too/],
  ])('cannot be %s', (_, constants, message) => {
    const definition = { name: 't', parameters: { a: real(0, 1) }, outputs: { f: {} }, run: () => ({ f: 1 }) };
    expect(() => defineSimulator(null, { ...definition, constants } as never)).toThrow(message);
  });
});
