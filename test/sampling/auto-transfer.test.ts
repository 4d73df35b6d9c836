import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
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

test('candidates are told apart whatever the size of the answers', async () => {
  const seen = labeled(space, outputs, 40, ([a, b]) => [a + b]);
  const choices = [1, 1e-200, 1e308].map(async (unit) => {
    const teacher = functionOracle('sum', { space, outputs }, (x) => {
      const answers = Float64Array.from({ length: x.rows }, (_, i) => unit * (x.get(i, 0) + x.get(i, 1) - 1));
      return new Matrix(x.rows, 1, answers);
    });
    const choose = (autoTransfer() as ChoosingSampler).choose;
    const { evidence } = await choose({ teacher, student: decisionTree(), size: 30, seen }, testRun('auto'));
    return evidence?.map(({ candidate, error, chosen }) => [candidate, error.toPrecision(6), chosen]);
  });
  const [plain, tiny, huge] = await Promise.all(choices);
  expect(plain?.map(([, error]) => Number(error) > 0.1)).toEqual([true, true, true, true]);
  expect([tiny, huge]).toEqual([plain, plain]);
});

test.each([1, 4])('rows at %i points judge nobody, and are told to be', async (points) => {
  const seen = labeled(space, outputs, 20, () => [1]);
  const alike = new Dataset(
    space,
    outputs,
    Matrix.from(Array.from({ length: 20 }, (_, i) => [(i % points) / 4, 0.5])),
    seen.y,
    seen.rows,
  );
  const teacher = functionOracle('one', { space, outputs }, (x) => new Matrix(x.rows, 1));
  await expect(
    (autoTransfer() as ChoosingSampler).choose(
      { teacher, student: decisionTree(), size: 9, seen: alike },
      testRun('one'),
    ),
  ).rejects.toThrow(
    `autoTransfer needs five different points or more to judge samplers by, and the 20 rows have ${points}`,
  );
});
