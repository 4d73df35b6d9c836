import { expect, test } from 'vitest';
import { modelOracle } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import type { Sampler } from '../../../src/core/sampler.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { distill, learn } from '../../../src/study/chain/chain.ts';
import { chainAccuracy } from '../../../src/study/chain/chain-accuracy.ts';
import { Origins } from '../../../src/study/chain/origin.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = outputList({ y: {} });
const data = labeled(space, outputs, 10, (u) => [u[0] + u[1]]);
const run = testRun('accuracy');

test('where a part is left out, no sampler of the chain is told its rows', async () => {
  const told: number[] = [];
  const transfer: Sampler = {
    ...rows(),
    sample(of, count, seen, own) {
      told.push(seen.finite().size);
      return rows().sample(of, count, seen, own);
    },
  };
  const origins = new Origins(space, outputs, { data });
  const first = await learn({ name: 'teacher', student: decisionTree() }, data, run);
  const teacher = modelOracle(space, outputs, first.model);
  const stage = { name: 'tree', transfer, size: 6, student: decisionTree(), holdout: 0 };
  const later = await distill(teacher, stage, origins.of(['data']), run);
  expect(told).toEqual([10]);
  told.length = 0;
  origins.add('teacher', ['data'], data);
  await chainAccuracy([first, later], [['data'], ['teacher']], { origins }, run);
  expect(told).toEqual([8, 8, 8, 8, 8]);
});
