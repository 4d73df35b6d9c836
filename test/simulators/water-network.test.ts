import { describe, expect, test, vi } from 'vitest';
import scenario from '../../scenarios/cheapest-network.ts';
import { hydraulics } from '../../simulators/water-network/hydraulics.ts';
import network from '../../simulators/water-network/index.ts';
import { costOf, diameters, junctions, pipeLength, pipes } from '../../simulators/water-network/network.ts';
import { perform } from '../../src/core/perform.ts';
import { Rng } from '../../src/numerics/random.ts';
import { problemOf } from '../../src/study/scenario/goal.ts';

/** The design of least cost, in inches. */
const best = [18, 10, 16, 4, 16, 10, 10, 1];
const flow = await hydraulics();
const random = (count: number) => {
  const rng = new Rng('water-network');
  return Array.from({ length: count }, () => pipes.map(() => diameters[Math.floor(rng.uniform() * diameters.length)]));
};
const pointOf = (chosen: readonly number[]) =>
  Object.fromEntries(chosen.map((diameter, k) => [`pipe${k + 1}`, diameter])) as never;

async function answer(chosen: readonly number[]): Promise<Record<string, number>> {
  const task = { id: 'x', u: network.space.encode(pointOf(chosen)), stream: 'x' };
  const evaluation = await perform(network, task, new AbortController().signal, () => performance.now());
  if (evaluation.status !== 'completed') throw new Error(evaluation.reason);
  return Object.fromEntries(network.outputs.map(({ name }, k) => [name, evaluation.values[k]]));
}

const lowest = ({ cost: _, ...pressures }: Record<string, number>) => Math.min(...Object.values(pressures));

describe('the published optimum', () => {
  test('costs 419,000 and has 30 m everywhere', async () => {
    const outputs = await answer(best);
    expect(outputs.cost).toBe(419_000);
    // As another program around the same engine gave it.
    expect(lowest(outputs)).toBeCloseTo(30.4448, 4);
  });

  test('is feasible for the scenario, and no pipe of it can be a size smaller', async () => {
    const { space, outputs } = network;
    const problem = await problemOf(scenario.search!, space, outputs);
    const feasible = async (chosen: readonly number[]) => {
      const outputs = await answer(chosen);
      return problem.constraints.every(({ evaluate }) => evaluate(pointOf(chosen), outputs) <= 0);
    };
    expect(await feasible(best)).toBe(true);
    for (const [k, diameter] of best.entries()) {
      if (diameter === 1) continue;
      const smaller = best.with(k, diameters[diameters.indexOf(diameter) - 1]);
      expect({ smaller, feasible: await feasible(smaller) }).toEqual({ smaller, feasible: false });
    }
  });
});

describe('the flow', () => {
  /** Head lost by friction after Hazen and Williams in SI units, m. */
  const loss = (speed: number, diameter: number) => {
    const d = diameter * 0.0254;
    const discharge = (speed * Math.PI * d ** 2) / 4;
    return (10.67 * pipeLength * discharge ** 1.852) / (130 ** 1.852 * d ** 4.871);
  };

  test('loses in each pipe the head of the formula of Hazen and Williams', () => {
    for (const chosen of [best, ...random(20)]) {
      const { pressures, speeds } = flow(chosen);
      const head = (node: number) =>
        node === 1 ? 210 : pressures[node - 2] + (junctions.find(({ id }) => id === node)?.elevation ?? 0);
      pipes.forEach(({ from, to }, k) => {
        const lost = Math.abs(head(from) - head(to));
        // Next to no flow is beyond the engine's accuracy, and its constants have four digits.
        if (lost > 0.1) expect(loss(speeds[k], chosen[k]) / lost).toBeCloseTo(1, 2);
      });
    }
  });

  test('leaves the reservoir as strong as all demands together', () => {
    const demand = junctions.reduce((sum, { demand }) => sum + demand, 0);
    for (const chosen of [best, ...random(20)]) {
      const discharge = (flow(chosen).speeds[0] * Math.PI * (chosen[0] * 0.0254) ** 2) / 4;
      expect(discharge * 3600).toBeCloseTo(demand, 0);
    }
  });

  test('is told node by node', async () => {
    for (const chosen of [best, ...random(20)]) {
      const told = await answer(chosen);
      expect(junctions.map(({ id }) => told[`pressure${id}`])).toEqual(flow(chosen).pressures);
    }
  });

  test('does not depend on what was asked before, to the last bit', () => {
    const first = flow(best);
    for (const chosen of random(50)) flow(chosen);
    expect(flow(best)).toEqual(first);
  });

  test('of a hopeless design is an answer without a word on the console', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      const outputs = await answer(pipes.map(() => 1));
      expect(outputs.cost).toBe(16_000);
      expect(lowest(outputs)).toBeLessThan(-1e6);
      expect(warn).not.toHaveBeenCalled();
    } finally {
      warn.mockRestore();
    }
  });
});

test('fourteen diameters, and the cost of each', () => {
  expect(diameters).toHaveLength(14);
  expect(costOf([24])).toBe(550_000);
  expect(network.space.dimension).toBe(8);
});
