import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { add } from '../../src/core/graph/term.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import type { PointTerms } from '../../src/core/space/point-terms.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportModel } from '../../src/shipping/export-model.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 2), b: real(1, 100, { scale: 'log' }) });
const data = labeled(space, outputList({ f: {} }), 30, (u) => [Math.sin(4 * u[0]) + u[1]]);
const fitted = () => gaussianProcess().fit(data, testRun('export'));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-exports-'));
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['my beam.mjs', ['my beam.d.mts', 'my beam.mjs']],
  ['my-beam.py', ['my-beam.py']],
  ['while.c', ['while.c', 'while.h']],
  ['beam.json', ['beam.json']],
])('%s answers as the model does, and is said to', async (name, files) => {
  const into = await mkdtemp(join(folder, 'x'));
  const report = await exportModel(await fitted(), join(into, name));
  expect((await readdir(into)).sort()).toEqual(files);
  expect(report.files.map((file) => file.slice(into.length + 1)).sort()).toEqual(files);
  if (report.verified) expect([report.largestError < 1e-8, report.ofRounding <= 1]).toEqual([true, true]);
  else expect(report.reason).toMatch(/^there is no /);
  expect(report.notes).toEqual([]);
});

test('one that answers otherwise is refused, and nothing is left', async () => {
  const into = await mkdtemp(join(folder, 'x'));
  const model = await fitted();
  const own = model.terms.bind(model);
  const value = (point: PointTerms) => own(point).map((column) => ({ ...column, mean: add(column.mean, 1e-5) }));
  Object.defineProperty(model, 'terms', { value });
  await expect(exportModel(model, join(into, 'f.mjs'))).rejects.toMatchObject({
    code: 'export-failed',
    message: expect.stringMatching(
      /f\.mjs' differs from the model by \d\.\de-\d+ of the spread, .* times what rounding explains/,
    ),
  });
  expect(await readdir(into)).toEqual([]);
});

test.each([
  ['f.exe', /the ending of '.*f\.exe' says no target; there are \.json, \.mjs, \.py, \.c/],
  ['f', /the ending of/],
  ['a"b.c', /a name without quotes/],
])('to %s nothing can be exported, and it says why', async (name, words) => {
  await expect(exportModel(await fitted(), join(folder, name))).rejects.toThrow(words);
});

test('a model that is no arithmetic is named', async () => {
  const model = { health: { points: 1, notes: [] }, predict: (x: never) => x };
  await expect(exportModel(model, join(folder, 'f.c'), { data })).rejects.toThrow(/'f' cannot be exported/);
  await expect(exportModel(model, join(folder, 'f.json'))).rejects.toThrow(/a model without a state cannot be saved/);
});

test('notes of where the model comes from stand at the top, on one line each', async () => {
  await exportModel(await fitted(), join(folder, 'noted.mjs'), { notes: ['30 runs\nof a beam */'] });
  expect(await readFile(join(folder, 'noted.mjs'), 'utf8')).toMatch(/^\/\/ 30 runs of a beam \*\/\n/);
});
