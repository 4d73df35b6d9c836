import { describe, expect, test } from 'vitest';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { auto } from '../../src/surrogates/selection/selection.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { pictures } from '../fixtures/pictures.ts';
import { slowness } from '../fixtures/slowness.ts';

describe('60,000 rows of 784 bytes', () => {
  const data = pictures(60_000, 784);
  const spent = async (work: () => Promise<unknown>) => {
    const [cpu, memory] = [process.cpuUsage(), process.memoryUsage().rss];
    await work();
    return {
      seconds: process.cpuUsage(cpu).user / 1e6,
      megabytes: process.resourceUsage().maxRSS / 1024 - memory / 1e6,
    };
  };

  test('make a decision tree in seconds, of memory not many times theirs', async () => {
    const { seconds, megabytes } = await spent(() => decisionTree().fit(data, testRun('many')));
    expect(seconds).toBeLessThan(30);
    expect(megabytes).toBeLessThan(400);
  }, 600_000);

  test('teach a network of 128 units in ten passes', async () => {
    const net = neuralNetwork({ hidden: [128], members: 1, epochs: 10, calibrate: false });
    // A machine is not equally busy all the while: the best of up to three counts.
    let least = Number.POSITIVE_INFINITY;
    for (let fit = 0; fit < 3 && least >= 25; fit++) {
      const before = slowness();
      const { seconds, megabytes } = await spent(() => net.fit(data, testRun('many')));
      least = Math.min(least, (2 * seconds) / (before + slowness()));
      expect(megabytes).toBeLessThan(2048);
    }
    expect(least).toBeLessThan(25);
  }, 600_000);

  test('let auto choose in minutes, within two gigabytes', async () => {
    const { seconds, megabytes } = await spent(() => auto().fit(data, testRun('many')));
    expect(seconds).toBeLessThan(400);
    expect(megabytes).toBeLessThan(2000);
  }, 900_000);
});
