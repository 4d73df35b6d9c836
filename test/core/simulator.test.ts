import { expect, expectTypeOf, test } from 'vitest';
import { categorical, integer, ordinal, real } from '../../src/core/parameter.ts';
import { defineSimulator, isSimulator } from '../../src/core/simulator.ts';

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
