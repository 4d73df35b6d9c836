import { expect, test } from 'vitest';
import { functionOracle } from '../../src/core/function-oracle.ts';
import { outputList } from '../../src/core/output.ts';
import type { ChoosingSampler, Sampler } from '../../src/core/sampler.ts';
import { real } from '../../src/core/space/parameter.ts';
import { PointFilter } from '../../src/core/space/point-filter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { autoTransfer } from '../../src/sampling/density/auto-transfer.ts';
import { rows } from '../../src/sampling/density/rows.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = outputList({ y: {} });

test('no candidate is told the rows that candidates are judged by', async () => {
  const seen = labeled(space, outputs, 20, (u) => [u[0]]);
  const asked: Matrix[] = [];
  const teacher = functionOracle('sum', { space, outputs }, (x) => {
    asked.push(x);
    return new Matrix(x.rows, 1, x.column(0));
  });
  const told: Matrix[] = [];
  const candidate: Sampler = {
    ...rows(),
    sample(of, count, known, run) {
      told.push(known.x);
      return rows().sample(of, count, known, run);
    },
  };
  const sampler = autoTransfer({ candidates: [candidate, candidate] }) as ChoosingSampler;
  await sampler.choose({ teacher, student: decisionTree(), size: 10, seen }, testRun('auto'));
  const judged = PointFilter.of(asked[0]);
  expect([asked[0].rows, told.length]).toEqual([4, 2]);
  for (const known of told) {
    expect(known.rows).toBe(16);
    for (let i = 0; i < known.rows; i++) expect(judged.has(known.row(i))).toBe(false);
  }
});
