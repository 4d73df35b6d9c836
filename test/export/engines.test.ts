import { expect, test } from 'vitest';
import { loadModel } from '../../src/export/model-file.ts';
import kept from '../fixtures/model-answers.json' with { type: 'json' };
import { largestDifference } from '../fixtures/model-answers.ts';

test.each(Object.entries(kept))(
  'a file of %s that Node 20 wrote answers here as it did there, to 1e-12',
  (_, { model, asked }) => {
    expect(asked.length).toBe(10);
    expect(largestDifference(loadModel(JSON.stringify(model)).model, asked)).toBeLessThanOrEqual(1e-12);
  },
);
