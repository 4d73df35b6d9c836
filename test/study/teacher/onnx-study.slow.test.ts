import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { loadOnnxRuntime, type OnnxSession } from '../../../src/core/platform/onnx-runtime.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { datasetFromCsv } from '../../../src/data/csv.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { exportedModel } from '../../../src/export/exported.ts';
import { onnxOf } from '../../../src/export/onnx/onnx.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { teacherFromFile } from '../../../src/study/teacher/teacher-file.ts';
import { neuralNetwork } from '../../../src/surrogates/neural-network/neural-network.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { imagoHere } from '../../fixtures/command-line.ts';

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'imago-onnx-study-'));
process.chdir(folder);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const space = new Space({ a: real(-2, 2), b: real(0, 10), n: integer(1, 4) });
const outputs = outputList({ load: { unit: 'N' }, state: { classes: ['holds', 'bends', 'breaks'] } });
const classes = ['holds', 'bends', 'breaks'];
const load = (u: ArrayLike<number>) => u[0] + 2 * u[1] + u[2];
const state = (u: ArrayLike<number>) => (load(u) < 1.5 ? 0 : load(u) < 2.5 ? 1 : 2);
const subject = { space, outputs };

beforeAll(async () => {
  const data = labeled(space, outputs, 300, (u) => [load(u), state(u)]);
  const recipe = neuralNetwork({ hidden: [8], members: 1, epochs: 60, calibrate: false });
  const model = await recipe.fit(data, testRun('teacher'));
  const [{ bytes }] = onnxOf(exportedModel(model, { name: 'beam', data }));
  writeFileSync('beam.onnx', bytes);
  writeFileSync('cut.onnx', bytes.subarray(0, 200));
  const tested = labeled(space, outputs, 200, () => [0, 0], 'tested').x;
  const lines = Array.from({ length: tested.rows }, (_, i) => {
    const { a, b, n } = space.decode(tested.row(i));
    return [a, b, n, load(tested.row(i)), classes[state(tested.row(i))]].join();
  });
  writeFileSync('test.csv', ['a,b,n,load,state', ...lines].join('\n'));
});

const YAML = `name: A graph teaches
start:
  parameters: { a: { real: [-2, 2] }, b: { real: [0, 10] }, n: { integer: [1, 4] } }
  outputs: { load: { unit: N }, state: { classes: [holds, bends, breaks] } }
  test: test.csv
  teacher: { file: beam.onnx }
chain: [{ name: tree, transfer: uniform, size: 600, student: decisionTree }]
`;

/** Counts the sessions that are open, of which those after the first `sound` fail. */
async function watched(sound = Number.POSITIVE_INFINITY): Promise<{ open: number; opened: number }> {
  const { InferenceSession } = (await loadOnnxRuntime())!.runtime;
  const create = InferenceSession.create.bind(InferenceSession);
  const counts = { open: 0, opened: 0 };
  vi.spyOn(InferenceSession, 'create').mockImplementation(async (...given) => {
    const session: OnnxSession = await create(...given);
    const release = session.release.bind(session);
    counts.open++;
    if (++counts.opened > sound) session.run = () => Promise.reject(new Error('out of memory\nat 0x0'));
    session.release = () => {
      counts.open--;
      return release();
    };
    return session;
  });
  return counts;
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('a graph teaches a study to its end, in code and in YAML the same, and is let go', async () => {
  const counts = await watched();
  const teacher = await teacherFromFile('beam.onnx', readFileSync('beam.onnx'), subject);
  const scenario = defineScenario({
    name: 'A graph teaches',
    start: { teacher, test: datasetFromCsv(readFileSync('test.csv', 'utf8'), subject) },
    chain: [{ name: 'tree', transfer: uniform(), size: 600, student: decisionTree() }],
  });
  const timing = { clock: () => performance.now() };
  const { results } = await runStudy(scenario, { executor: inlineExecutor() }, timing);
  expect(counts).toEqual({ open: 0, opened: 1 });
  const [stage] = results.stages;
  expect(stage.runs.completed).toBe(600);
  expect(results.notes).toEqual([]);
  expect(results.teacher?.name).toBe('beam.onnx');
  const [number, kind] = results.teacher!.accuracy;
  expect(number.q2).toBeGreaterThan(0.98);
  expect(kind).toMatchObject({ output: 'state', method: 'test', points: 200 });
  expect(stage.fidelity[0].q2).toBeGreaterThan(0.9);

  writeFileSync('study.yaml', YAML);
  const report = ['--report', 'study.html', '--json', 'study.json'];
  expect(await imagoHere('run', 'study.yaml', ...report)).toMatchObject({ code: 0 });
  expect(counts).toEqual({ open: 0, opened: 2 });
  const written = JSON.parse(readFileSync('study.json', 'utf8'));
  expect(written.results.stages[0].fidelity).toEqual(JSON.parse(JSON.stringify(stage.fidelity)));
  expect(readFileSync('study.html', 'utf8')).toContain('beam.onnx');

  const again = await runStudy(scenario, { executor: inlineExecutor() }, timing);
  expect(again.results.stages[0].fidelity).toEqual(stage.fidelity);
  expect(counts).toEqual({ open: 0, opened: 3 });
});

test('a graph that fails while it teaches is named, and let go', async () => {
  const counts = await watched(1);
  const teacher = await teacherFromFile('beam.onnx', readFileSync('beam.onnx'), subject);
  await teacher.release?.();
  const scenario = defineScenario({
    name: 'A graph fails',
    start: { teacher },
    chain: [{ name: 'tree', transfer: uniform(), size: 60, student: decisionTree() }],
  });
  const study = runStudy(scenario, { executor: inlineExecutor() }, { clock: () => performance.now() });
  await expect(study).rejects.toThrow(/^stage .tree.: beam\.onnx failed at \d+ points: out of memory$/);
  expect(counts).toEqual({ open: 0, opened: 2 });
});

test.each([
  ['cut.onnx', /cut\.onnx is no ONNX graph that onnxruntime-\w+ can run: /],
  ['none.onnx', /none\.onnx/],
])('a study with %s ends with a line that names it', async (file, message) => {
  writeFileSync('wrong.yaml', YAML.replace('beam.onnx', file));
  const { code, stderr } = await imagoHere('run', 'wrong.yaml', '--no-store');
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  const other = await imagoHere('run', 'study.yaml', '--no-store', '--teacher', file);
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(message);
});
