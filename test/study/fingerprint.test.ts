import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../src/numerics/packed-matrix.ts';
import { changesOf, fingerprintOf } from '../../src/study/fingerprint.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = outputList({ y: {} });
const rows = Array.from({ length: 3 }, (_, i) => ({ id: `${i}`, status: 'completed', milliseconds: 0 }) as const);

/** Rows that are kept in bytes. */
const bytes = (points: readonly number[], y: readonly number[]) =>
  new Dataset(
    space,
    outputs,
    new PackedMatrix(3, 2, Uint8Array.from(points)),
    Matrix.from(y.map((one) => [one])),
    rows,
  );
const POINTS = [0, 1, 2, 3, 4, 5];
const ANSWERS = [6, 7, 8];

function taught(pool: Dataset, test: Dataset) {
  const chain = [{ name: 'tree', teacher: 'data', student: decisionTree() }];
  return fingerprintOf(
    defineScenario({ name: 'Taught', start: { data: bytes(POINTS, ANSWERS), pool, test }, chain }),
    'x',
  );
}

test('a pool and test rows are told apart by any point and any answer, and none is unpacked for it', () => {
  const [pool, tested] = [bytes(POINTS, ANSWERS), bytes(POINTS, ANSWERS)];
  Object.defineProperty(pool, 'x', {
    get() {
      throw new Error('unpacked');
    },
  });
  const before = taught(pool, tested);
  expect(changesOf(before, taught(bytes(POINTS, ANSWERS), tested))).toEqual([]);
  POINTS.forEach((value, at) => {
    expect(changesOf(before, taught(bytes(POINTS.with(at, value + 100), ANSWERS), tested))).toEqual(['pool']);
  });
  ANSWERS.forEach((value, at) => {
    expect(changesOf(before, taught(pool, bytes(POINTS, ANSWERS.with(at, value + 1e-9))))).toEqual(['test']);
  });
});
