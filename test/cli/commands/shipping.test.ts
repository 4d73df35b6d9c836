import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModel } from '../../../src/shipping/model-files.ts';
import { imagoHere } from '../../fixtures/command-line.ts';

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imago-shipping-'));
  const args = ['scenarios/lightest-beam.ts', '--budget', '30', '--initial', '30', '--inline', '--no-store'];
  writeFileSync(
    file('small.yaml'),
    `name: small
simulator: cantilever-beam
chain:
  - { name: surface, transfer: latinHypercube, size: 30, student: responseSurface }
  - { name: tree, transfer: uniform, size: 200, student: decisionTree }
search: { on: surface, minimize: mass, subjectTo: [deflection <= 1 cm], rounds: 1, confirm: 2 }
`,
  );
  writeFileSync(file('points.csv'), 'length,side,load,material\n1,0.05,1000,steel\n2,0.08,500,aluminium\n');
  const fit = await imagoHere('fit', ...args, '--model', file('beam.json'));
  expect(fit.code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('fit writes its model, which predict and export take', async () => {
  const { model, about } = await readModel(file('beam.json'));
  expect(about).toMatchObject({ teacher: 'cantilever-beam', runs: 30 });
  const { code, stdout, stderr } = await imagoHere('predict', file('beam.json'), file('points.csv'));
  expect([code, stderr]).toEqual([0, '']);
  const [, first] = stdout.split('\n').map((line) => line.split(','));
  const { deflection } = model.at({ length: 1, side: 0.05, load: 1000, material: 'steel' });
  expect(Number(first[4])).toBe(deflection.value);

  const exported = await imagoHere('export', file('beam.json'), '--to', file('beam.mjs'));
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  expect(exported.stdout).toMatch(
    /beam\.mjs, .*beam\.d\.mts\nRun at 32 points: the largest difference from the model is \d\.\de-\d+ of the spread/,
  );
  expect(readFileSync(file('beam.mjs'), 'utf8')).toMatch(/^\/\/ Fitted to 30 rows of cantilever-beam\.\n/);
  const { predict } = await import(file('beam.mjs'));
  const own = predict({ length: 1, side: 0.05, load: 1000, material: 'steel' });
  expect(own.deflection.value).toBeCloseTo(deflection.value, 8);
});

test('a model is named by store and stage too', async () => {
  const store = file('beam.sqlite');
  const run = await imagoHere('run', file('small.yaml'), '--inline', '--store', store);
  expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
  const last = await imagoHere('predict', store, file('points.csv'));
  const named = await imagoHere('predict', store, file('points.csv'), '--stage', 'tree');
  expect([last.code, named.code]).toEqual([0, 0]);
  expect(named.stdout).toBe(last.stdout);
  const others = (taken: string) =>
    `note: the model of 'tree' is taken, the last of ${store}; ${taken} takes another\n`;
  expect([last.stderr, named.stderr]).toEqual([others("--stage 'surface'"), '']);
  const exported = await imagoHere('export', store, '--to', file('last.mjs'));
  expect(exported).toMatchObject({ code: 0, stderr: expect.stringContaining(others("--stage 'surface'")) });
  const first = await imagoHere('predict', store, file('points.csv'), '--stage', 'surface');
  expect(first.stdout).not.toBe(last.stdout);
  expect((await imagoHere('export', store, '--stage', 'surface', '--to', file('surface.py'))).code).toBe(0);
  expect((await imagoHere('export', store, '--stage', 'surface', '--to', file('surface.html'))).code).toBe(0);
  const [, json] = /id="data">(.*?)<\/script>/s.exec(readFileSync(file('surface.html'), 'utf8')) as RegExpExecArray;
  const page = JSON.parse(json);
  expect(page).toMatchObject({
    title: 'small',
    objectives: [{ text: 'mass', unit: 'kg', sense: 'minimize', output: 1 }],
    constraints: [{ text: 'deflection <= 1 cm', isEquality: false }],
    best: { words: expect.stringMatching(/answered by the simulator/) },
    rules: { title: 'tree', root: { text: 'all points', count: 200 } },
    runs: { what: 'runs of cantilever-beam' },
  });
  // Those of the design and of the search.
  expect(page.runs.total).toBeGreaterThan(30);
  expect(page.runs.outputs.every((answers: unknown) => Array.isArray(answers) && answers.length === 2)).toBe(true);
  const none = await imagoHere('predict', store, file('points.csv'), '--stage', 'none');
  expect(none.stderr).toMatch(/has no model of a stage 'none'; there are surface, tree/);
  const whole = await imagoHere('predict', file('beam.json'), file('points.csv'), '--stage', 'tree');
  expect(whole.stderr).toMatch(/holds one model and no stages/);
});

test.each([
  [['predict', 'test', 'package.json'], /'test'/],
  [['export', 'none.json', '--to', 'x.c'], /'none\.json' cannot be read/],
  [['export', 'package.json', '--to', 'x.c'], /'package\.json': .*it is no model of imago/],
  [['predict', 'package.json', 'none.csv'], /there is no file none\.csv/],
])('%j ends with 2 and a sentence', async (args, words) => {
  const { code, stderr } = await imagoHere(...args);
  expect(stderr).toMatch(words);
  expect(code).toBe(2);
});
