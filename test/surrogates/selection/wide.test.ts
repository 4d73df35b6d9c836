import { describe, expect, test } from 'vitest';
import { isDifferentiable, isProbabilistic } from '../../../src/core/model.ts';
import { firstChoice } from '../../../src/surrogates/selection/candidates.ts';
import { EnsembleModel } from '../../../src/surrogates/selection/ensemble.ts';
import { auto } from '../../../src/surrogates/selection/selection.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { pictures } from '../../fixtures/pictures.ts';

describe('auto', () => {
  test('fits a process as long as that takes minutes, and none beyond', () => {
    const chosen = (rows: number, inputs: number) => firstChoice(pictures(rows, inputs))?.name;
    expect(chosen(40, 2000)).toBe('gaussian process');
    expect(chosen(200, 300)).toBe('gaussian process');
    expect(chosen(400, 784)).toBeUndefined();
    expect(chosen(20_000, 8)).toBe('gaussian process');
    expect(chosen(60_000, 40)).toBeUndefined();
  });

  test('chooses among trees where rows and inputs are too many for a process, says so, and answers as ever', {
    tags: ['slow'],
  }, async () => {
    const data = pictures(1200, 400);
    const start = process.cpuUsage();
    const model = await auto().fit(data, testRun('wide'));
    // A process of 1,200 rows of 400 inputs and four classes takes hundreds of seconds.
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(60);
    expect(model).toBeInstanceOf(EnsembleModel);
    expect(isProbabilistic(model) && isDifferentiable(model)).toBe(true);
    expect(model.health.notes?.[0]).toBe(
      '1200 rows of 400 inputs are too many for a Gaussian process: random forest and decision tree were tried',
    );
    expect(model.health.evidence?.[0].map(({ candidate }) => candidate).sort()).toEqual([
      'decision tree',
      'random forest',
    ]);
    const fresh = pictures(300, 400, 'fresh');
    const shares = model.predict(fresh.x);
    const right = Array.from({ length: 300 }, (_, i) => i).filter((i) => {
      const row = shares.row(i);
      return row.indexOf(Math.max(...row)) === fresh.y.get(i, 0);
    });
    expect(right.length).toBeGreaterThan(270);
  });

  test('tries the candidates that are named instead', async () => {
    const model = await auto({ candidates: [decisionTree({ maxDepth: 4 })] }).fit(pictures(500, 784), testRun('wide'));
    expect(model.health.notes?.[0]).toMatch(/: decision tree was tried$/);
  });
});
