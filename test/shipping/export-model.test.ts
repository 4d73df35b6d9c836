import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { add } from '../../src/core/graph/term.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import type { PointTerms } from '../../src/core/space/point-terms.ts';
import { Space } from '../../src/core/space/space.ts';
import { loadModel, saveModel } from '../../src/export/model-file.ts';
import { exportModel } from '../../src/shipping/export-model.ts';
import { readModel } from '../../src/shipping/model-files.ts';
import { compiled } from '../../src/shipping/runners.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { gradientBoosting } from '../../src/surrogates/gradient-boosting/gradient-boosting.ts';
import { restoreModel } from '../../src/surrogates/restore.ts';
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
  ['check.mjs', ['check.d.mts', 'check.mjs']],
  ['100% of #1.mjs', ['100% of #1.d.mts', '100% of #1.mjs']],
  ['check.py', ['check.py']],
  ['json.py', ['json.py']],
  ["Größe l'été.py", ["Größe l'été.py"]],
  ['Check.c', ['Check.c', 'Check.h']],
  ['check.c', ['check.c', 'check.h']],
  ['-v.c', ['-v.c', '-v.h']],
  ["Größe l'été.c", ["Größe l'été.c", "Größe l'été.h"]],
  [`${'long'.repeat(50)}.c`, [`${'long'.repeat(50)}.c`, `${'long'.repeat(50)}.h`]],
  ['beam.onnx', ['beam.onnx']],
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

test('parameters in C may be called by what headers and compilers define', async ({ skip }) => {
  const named = new Space({ NAN: real(0, 1), linux: real(0, 1), 'a /* b': real(0, 1) });
  const rows = labeled(named, outputList({ INFINITY: {}, unix: {} }), 12, (u) => [u[0], u[1] + u[2]]);
  const model = await gaussianProcess({ starts: 1 }).fit(rows, testRun('export'));
  const { verified } = await exportModel(model, join(folder, 'double.c'));
  if (!verified) return skip('there is no compiler here');
  // By its own flags a compiler defines more.
  await compiled(folder, ['-std=gnu99', '-Wall', '-Werror', '-c', '-o', 'double.o', 'double.c']);
});

test.each(['.c', '.onnx', '.mjs'])(
  'boosting that has found no tree, as in one row, is exported to %s',
  async (ending) => {
    const row = labeled(space, outputList({ f: {} }), 1, () => [7]);
    const model = await gradientBoosting({ rounds: 5 }).fit(row, testRun('export'));
    const { verified, largestError, reason } = await exportModel(model, join(folder, `none${ending}`));
    if (verified) expect(largestError).toBe(0);
    else expect(reason).toMatch(/^there is no /);
  },
);

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

test('a saved model that is exported goes on telling who taught it and how good it is', async () => {
  const about = { name: 'surface of wave', teacher: 'wave', teacherVersion: 'wave@1', runs: 30, seed: '7' };
  const quality = { f: { verdict: 'optimization' as const, q2: 0.9, coverage: 0.97 } };
  const text = saveModel(await fitted(), { ...about, quality, notes: ['of a Monday'] });
  const loaded = loadModel(text);
  const report = await exportModel(loaded.model, join(folder, 'again.json'), { about: loaded.about, notes: ['seen'] });
  expect(report).toMatchObject({ verified: true, largestError: 0, intervalError: 0, ofRounding: 0 });
  const again = await readModel(join(folder, 'again.json'));
  expect(again.about).toEqual({ ...loaded.about, notes: ['of a Monday', 'seen'] });
  expect(again.about).toMatchObject({ ...about, outputs: [{ name: 'f', ...quality.f }] });
  await exportModel(loaded.model, join(folder, 'again.mjs'), { about: loaded.about });
  expect(await readFile(join(folder, 'again.mjs'), 'utf8')).toMatch(/^\/\/ Fitted to 30 rows of wave\.\n/);
});

test('a model that a .json file would not answer as is refused, by a measured difference', async () => {
  const model = await fitted();
  const own = model.at.bind(model);
  const shifted = (point: Parameters<typeof own>[0]) => {
    const { f } = own(point);
    return { f: { ...f, value: f.value + 1e-9 } };
  };
  Object.defineProperty(model, 'at', { value: shifted });
  await expect(exportModel(model, join(folder, 'shifted.json'))).rejects.toThrow(
    /shifted\.json' differs from the model by \d\.\de-10 of the spread: nothing was written/,
  );
  expect(await readdir(folder)).not.toContain('shifted.json');
});

test('a .json file of a model without rows of its own takes those that are given', async () => {
  const { data: _, ...state } = (await fitted()).state;
  const bare = restoreModel(state);
  await expect(exportModel(bare, join(folder, 'bare.json'))).rejects.toThrow(/does not know its parameters/);
  await exportModel(bare, join(folder, 'bare.json'), { data });
  const { model } = await readModel(join(folder, 'bare.json'));
  expect(model.at({ a: 1, b: 10 })).toEqual((await fitted()).at({ a: 1, b: 10 }));
});
