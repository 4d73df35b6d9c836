import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keptModel } from '../benchmarks/kept-model.ts';
import { outputList } from '../src/core/output.ts';
import { decisionTree, Matrix } from '../src/index.ts';
import { labeled, testRun } from '../src/testing/labeled.ts';
import { cube } from '../src/testing/problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = labeled(cube(2), outputList({ y: {} }), 20, (u) => [u[0] + u[1]]);

test('a benchmark that is resumed takes the models of the stages that were done, and learns the others', async () => {
  let fits = 0;
  const learn = () => {
    fits++;
    return decisionTree().fit(data, testRun('tree'));
  };
  const json = join(folder, 'rows.json');
  const first = await keptModel(json, true, 'teacher', learn);
  const again = await keptModel(json, true, 'teacher', () => Promise.reject(new Error('learned again')));
  expect(again.predict(data.x).data).toEqual(first.predict(data.x).data);
  expect(readdirSync(folder)).toEqual(['rows-teacher.model.json']);
  await keptModel(json, true, 'student', learn);
  await keptModel(json, false, 'teacher', learn);
  expect(fits).toBe(3);
  // A model that was only half written is learned again.
  rmSync(join(folder, 'rows-teacher.model.json'));
  writeFileSync(join(folder, 'rows-teacher.model.json.part'), '{');
  expect((await keptModel(json, true, 'teacher', learn)).predict(new Matrix(1, 2)).rows).toBe(1);
  expect(fits).toBe(4);
  expect(existsSync(join(folder, 'rows-teacher.model.json.part'))).toBe(false);
});

test('without a file nothing is kept', async () => {
  await keptModel(undefined, true, 'teacher', () => decisionTree().fit(data, testRun('tree')));
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});
