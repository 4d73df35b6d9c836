import { expect, test } from 'vitest';
import simulator from '../../simulators/struck-beam.ts';

const swing = async (length: number, side: number, load: number, material: 'steel' | 'aluminium' = 'steel') => {
  const { swing: level } = await simulator.run({ length, side, load, material }, undefined as never);
  return 1e-3 * 10 ** (level / 20);
};
const MODULUS = 210e9;
const DENSITY = 7850;

test('a short stiff beam swings by nearly twice its static deflection, as under a load that stays', async () => {
  const still = (1000 * 0.5 ** 3) / (3 * MODULUS * (0.1 ** 4 / 12));
  expect((await swing(0.5, 0.1, 1000)) / still).toBeGreaterThan(1.9);
  expect((await swing(0.5, 0.1, 1000)) / still).toBeLessThan(2.05);
});

test('a load that acts for less than the slowest beam takes gives it an impulse', async () => {
  // Each mode takes up the impulse J = load x 10 ms at the end: w <= sum of J 4 / (m omega), of which the first is 1 / 3.516.
  const [length, side, load] = [3, 0.02, 100];
  const mass = DENSITY * side ** 2 * length;
  const omega = (3.516 * Math.sqrt((MODULUS * (side ** 4 / 12)) / (DENSITY * side ** 2))) / length ** 2;
  const first = (load * 0.01 * 4) / (mass * omega);
  const found = await swing(length, side, load);
  expect(found / first).toBeGreaterThan(0.95);
  expect(found / first).toBeLessThan(1.25);
});

test('it is linear in the load, and its mass is that of its material', async () => {
  expect((await swing(1, 0.05, 5000)) / (await swing(1, 0.05, 500))).toBeCloseTo(10, 9);
  const { mass } = await simulator.run({ length: 2, side: 0.05, load: 100, material: 'aluminium' }, undefined as never);
  expect(mass).toBeCloseTo(2700 * 0.05 ** 2 * 2, 12);
});
