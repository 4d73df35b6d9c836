import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { label, modelOracle } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../../src/numerics/packed-matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { unjudged } from '../../../src/study/chain/chain.ts';
import { levelFolds } from '../../../src/surrogates/level-folds.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const outputs = outputList({ side: { classes: ['left', 'right'] } });

/** Images of bytes whose first pixel tells the class. */
function images(count: number, name: string, side: number): Dataset {
  const space = new Space(image(side, side, { range: [0, 255] }));
  const rng = new Rng(name);
  const bytes = Uint8Array.from({ length: count * side * side }, () => rng.integer(5) * 60);
  const y = Matrix.from(Array.from({ length: count }, (_, i) => [bytes[i * side * side] > 100 ? 1 : 0]));
  const known = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${name}/${i}`, status: 'completed' as const, milliseconds: 0 },
  }));
  return new Dataset(space, outputs, new PackedMatrix(count, side * side, bytes), y, known);
}

test('pixels are no levels of a grid, other inputs are', () => {
  expect(levelFolds(images(100, 'pixels', 2))).toEqual([]);
  const { points, y, rows: known } = images(100, 'plain', 2);
  const names = ['a', 'b', 'c', 'd'];
  const space = new Space(Object.fromEntries(names.map((name) => [name, real(0, 255)])));
  expect(levelFolds(new Dataset(space, outputs, points, y, known)).length).toBe(8);
});

test('rows that are canonical are labeled where they stand, others are made so in a copy', async () => {
  const space = new Space({ a: real(0, 1), n: integer(1, 2) });
  const model = { predict: (x: Matrix) => new Matrix(x.rows, 2, new Float64Array(2 * x.rows).fill(0.5)) };
  const oracle = modelOracle(space, outputs, { ...model, health: { points: 0, notes: [] } });
  const run = { rng: new Rng('x'), clock: () => 0 };
  const canonical = Matrix.from([
    [0.5, 0.25],
    [0.1, 0.75],
  ]);
  expect((await label(oracle, canonical, 'p', run)).points).toBe(canonical);
  const raw = Matrix.from([
    [0.5, 0.25],
    [0.1, 0.8],
  ]);
  const labeled = await label(oracle, raw, 'p', run);
  expect([...labeled.x.data]).toEqual([0.5, 0.25, 0.1, 0.75]);
  expect(raw.get(1, 1)).toBe(0.8);
});

test('rows of bytes stay bytes when a teacher answers them, beside rows of data too; other points do not', async () => {
  const seen = images(60, 'seen', 4);
  const run = { rng: new Rng('hop'), clock: () => 0 };
  const teacher = modelOracle(seen.space, outputs, await decisionTree().fit(seen, run));
  const stage = { name: 'student', size: 50, data: 0.5, transfer: rows() };
  const learned: Dataset[] = [];
  const student = Object.assign(Object.create(decisionTree()), {
    fit: (data: Dataset) => {
      learned.push(data);
      return decisionTree().fit(data, run);
    },
  });
  const { data } = await unjudged(teacher, { ...stage, student }, seen, run);
  expect(data.points).toBeInstanceOf(PackedMatrix);
  expect(learned[0].points).toBeInstanceOf(PackedMatrix);
  expect(learned[0].size).toBe(110);
  const drawn = rows().sample(seen.space, 50, seen, { ...run, rng: run.rng.child('student').child('transfer') });
  expect(data.x).toEqual(drawn);
  const others = await unjudged(teacher, { ...stage, student, transfer: uniform() }, seen, run);
  expect(others.data.points).toBeInstanceOf(Matrix);
});
