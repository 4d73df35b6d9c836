import { describe, expect, test } from 'vitest';
import { derivativeOutputs, stretchOf } from '../../src/core/derivative.ts';
import type { Outputs } from '../../src/core/output.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';

describe('outputs that are derivatives', () => {
  const parameters = {
    speed: real(10, 1000, { scale: 'log' }),
    angle: real(-2, 10),
    gear: integer(1, 3),
    flap: real(0, 1, { activeWhen: { gear: 2 } }),
  };
  const define = (derivative: unknown, more = {}) =>
    defineSimulator(null, {
      name: 'wing',
      parameters,
      outputs: { drag: {}, state: { classes: ['on', 'off'] }, slope: { derivative, ...more } } as Outputs,
      run: () => ({}) as never,
    });

  test('are known by their places', () => {
    const { space, outputs } = define({ of: 'drag', by: 'angle' });
    expect(derivativeOutputs(space as Space, outputs)).toEqual([{ output: 2, of: 0, by: 1 }]);
    // What is left of the outputs in a part of them is a number like any other.
    expect(derivativeOutputs(space as Space, outputs.slice(1))).toEqual([]);
  });

  test.each([
    [{ of: 'drag', by: 'gear' }],
    [{ of: 'drag', by: 'flap' }],
    [{ of: 'drag', by: 'drag' }],
    [{ of: 'state', by: 'angle' }],
    [{ of: 'slope', by: 'angle' }],
    [{ of: 'drag' }],
    [{}],
    [null],
  ])('%j is refused', (derivative) => {
    expect(() => define(derivative)).toThrow(/output 'slope': /);
  });

  test('a class is none', () => {
    expect(() => define({ of: 'drag', by: 'angle' }, { classes: ['up', 'down'] })).toThrow(/output 'slope': /);
  });

  test('a parameter grows along its coordinate as its values do', () => {
    const space = new Space(parameters);
    for (const [name, spec] of Object.entries(parameters).slice(0, 2))
      for (const u of [0, 0.3, 1]) {
        const at = (v: number) => {
          const { speed, angle } = space.decode(
            Float64Array.of(name === 'speed' ? v : 0.5, name === 'angle' ? v : 0.5, 0.1, 0.5),
          );
          return name === 'speed' ? speed : angle;
        };
        const [from, to] = [Math.max(0, u - 1e-6), Math.min(1, u + 1e-6)];
        const { stretch, growth } = stretchOf(spec, u);
        expect((at(to) - at(from)) / (to - from) / stretch).toBeCloseTo(1, 4);
        expect(growth).toBeCloseTo(name === 'speed' ? Math.log(100) : 0, 12);
      }
  });
});
