import { expect, test } from 'vitest';
import { visit } from '../../benchmarks/finite.ts';
import { autoOptimizer } from '../../src/optimization/auto/auto.ts';
import { kernelSurrogate } from '../fixtures/kernel-surrogate.ts';

test('visits every point of a hundred finite spaces once, one at a time, in batches and with points in flight', {
  tags: ['slow'],
}, async () => {
  const quick = autoOptimizer({ surrogate: kernelSurrogate() });
  for (let seed = 1; seed <= 100; seed++) {
    const { way, size, ...found } = await visit(seed, () => quick, 24);
    expect({ seed, way, size, ...found }).toEqual({ seed, way, size, duplicates: 0, missed: 0, stop: 'exhausted' });
  }
});
