import { describe, expect, test } from 'vitest';
import { perform } from '../../src/core/perform.ts';
import type { AnySimulator } from '../../src/core/simulator.ts';
import { isInstalled } from '../fixtures/programs.ts';

async function answer(name: string, point: Readonly<Record<string, number>>) {
  const simulator = ((await import(`../../simulators/${name}/index.ts`)) as { default: AnySimulator }).default;
  const task = { id: 'x', u: simulator.space.encode(point as never), stream: 'x' };
  const evaluation = await perform(simulator, task, new AbortController().signal, () => performance.now());
  if (evaluation.status === 'failed') return { cause: evaluation.cause, reason: evaluation.reason };
  return Object.fromEntries(simulator.outputs.map((output, k) => [output.name, evaluation.values[k]]));
}

// The expected numbers are those of an independent search on the same decks, whose points were noted to six digits: adaptive time
// steps and meshes answer a change in the seventh by one in the third or fourth.
describe.skipIf(!isInstalled('nec2c', '-v'))('yagi (skipped where nec2c is not installed)', () => {
  test('the best antenna found by an earlier search has its gain, standing waves and length', async () => {
    const best = { h_r: 0.502937, h_dr: 0.484872, h_d1: 0.457203, h_d2: 0.458052, h_d3: 0.448549, h_d4: 0.45 };
    const spacings = { s1: 0.429128, s2: 0.380522, s3: 0.595699, s4: 0.506416, s5: 0.3 };
    const { gain, swr, frontToBack, boom } = (await answer('yagi', { ndir: 3, ...best, ...spacings })) as never;
    expect(gain).toBeCloseTo(11.03, 2);
    expect(swr).toBeCloseTo(1.4965, 3);
    expect(frontToBack).toBeCloseTo(15.01, 2);
    expect(boom).toBeCloseTo(1.912, 3);
  });
});

describe.skipIf(!isInstalled('ngspice', '--version'))('buck-converter (skipped where ngspice is not installed)', () => {
  const best = { fsw: 720.09, duty: 0.270546, inductance: 4.569, capacitance: 19.382, width: 5, deadTime: 12.63 };
  test('the smallest converter found by an earlier search is efficient and settled', async () => {
    const found = (await answer('buck-converter', best)) as Record<string, number>;
    expect(0.5 * best.inductance * found.ilmax ** 2 + 0.2 * best.capacitance).toBeCloseTo(29.73, 1);
    expect(found.vpp).toBeCloseTo(0.0178, 3);
    expect(found.efficiency).toBeCloseTo(0.93, 3);
    expect(found.vavg).toBeCloseTo(3.288, 3);
  });

  test('an efficiency above one, which ngspice reports with exit code 0, is a failure', async () => {
    expect(
      await answer('buck-converter', { ...best, duty: 0.2, inductance: 22, capacitance: 470, width: 1, fsw: 1200 }),
    ).toMatchObject({
      cause: 'out-of-range',
      reason: expect.stringMatching(/^output 'efficiency' is \d.*, outside \[0, 1\]/),
    });
  });
});

describe.skipIf(!isInstalled('FreeFem++-nw', '-nw', '-v', '0'))(
  'bracket (skipped where FreeFem++ is not installed)',
  () => {
    const best = { thick: 4.2045, h_right: 42.417213, x1: 56.340191, y1: 59.26192, r1: 11.977228 };
    const ellipse = { x2: 93.5199, y2: 63.671484, a2: 12.50907, b2: 12.803506 };
    test('the lightest bracket found by an earlier search has its mass, stress and deflection', {
      tags: ['slow'],
    }, async () => {
      const { mass, stress, tip } = (await answer('bracket', { ...best, ...ellipse })) as never;
      expect(mass).toBeCloseTo(0.43863, 4);
      expect(Math.abs(stress - 199.985)).toBeLessThan(0.2);
      expect(tip).toBeCloseTo(0.4765, 3);
    });

    test('a hole that meets the other one has no mesh', async () => {
      expect(await answer('bracket', { ...best, ...ellipse, r1: 32 })).toMatchObject({
        cause: 'threw',
        reason: expect.stringMatching(/^exit code \d+; .*mesh/i),
      });
    });
  },
);
