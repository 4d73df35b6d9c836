import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { functionOracle } from '../../../src/core/function-oracle.ts';
import { isOracle } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { saveModel } from '../../../src/export/model-file.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { type SimulatorMakers, scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { teacherFromText } from '../../../src/study/yaml/start-block.ts';
import { inUnits } from '../../../src/surrogates/point-model.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures', name), 'utf8');
const bytes = (text: string) => new TextEncoder().encode(text);
const space = new Space({ a: real(0, 2), b: real(0, 1) });
const outputs = outputList({ y: {} });
const data = labeled(space, outputs, 30, (u) => [u[0] + u[1]]);
const saved = saveModel(inUnits(await decisionTree().fit(data, testRun('t')), data), { name: 'tree' });
const files: Readonly<Record<string, Uint8Array>> = {
  'tree.json': bytes(saved),
  'cut.json': bytes(saved.slice(0, 200)),
  'gbm.txt': bytes(JSON.parse(fixture('forests/light-gbm.json')).cases[2].text),
  'answers.csv': bytes('a,b,y\n1,0.5,3\n2,0.5,4'),
  'net.onnx': Uint8Array.from(Buffer.from(JSON.parse(fixture('onnx-graphs.json')).files.plain, 'base64')),
};
const makers: SimulatorMakers = {
  command: () => {
    throw new ImagoError('plugin', 'there is no program');
  },
  module: async () => {
    throw new ImagoError('plugin', 'there is no simulator');
  },
  text: (path) => new TextDecoder().decode(files[path]),
  bytes: (path) => files[path],
  exported: async (path) =>
    path === 'sum.ts' ? functionOracle('sum', { space, outputs }, (x) => new Matrix(x.rows, 1)) : { none: true },
};
const CHAIN = 'chain: [{ name: tree, transfer: uniform, size: 20, student: decisionTree }]\n';
const read = (start: string) => scenarioFromYaml(`name: Taught\nstart:\n${start}${CHAIN}`, 'study.yaml', makers);

test('a saved model teaches without another word, a module too', async () => {
  for (const [teacher, name] of [
    ['file: tree.json', 'tree.json'],
    ['module: sum.ts', 'sum'],
  ]) {
    const { start } = await read(`  teacher: { ${teacher} }\n`);
    expect(start?.data).toBeUndefined();
    expect(isOracle(start?.teacher) && [start.teacher.name, start.teacher.space.names]).toEqual([name, ['a', 'b']]);
  }
});

const ABOUT = '  parameters: { a: { real: [0, 2] }, b: { real: [0, 1] } }\n  outputs: { y: {} }\n';

test('other files do beside parameters and outputs, with data, pool and test rows', async () => {
  const { start } = await read(
    `${ABOUT}  data: answers.csv\n  pool: answers.csv\n  test: answers.csv\n  teacher: { file: answers.csv, name: known }\n`,
  );
  expect([start?.data?.size, start?.pool?.size, start?.test?.size]).toEqual([2, 2, 2]);
  expect(isOracle(start?.teacher) && start.teacher.name).toBe('known');
  const alone = await read(`${ABOUT}  test: answers.csv\n  teacher: { file: tree.json }\n`);
  expect([alone.start?.data, alone.start?.test?.size]).toEqual([undefined, 2]);
});

test.each([
  [
    '  teacher: { file: gbm.txt }\n',
    /^study\.yaml:3:12: start\.teacher: gbm\.txt: only a model that imago saved knows/,
  ],
  ['  teacher: { file: cut.json }\n', /start\.teacher: cut\.json: /],
  [
    `${ABOUT}  teacher: { file: gbm.txt }\n`,
    /start\.teacher: gbm\.txt: .*LightGBM learned 3 inputs, and there are 2 parameters$/,
  ],
  [
    `${ABOUT}  teacher: { file: net.onnx }\n`,
    /start\.teacher: net\.onnx: its input 'x' has the shape n x 6, which is not that of points of 2 parameters$/,
  ],
  [
    '  teacher: { file: tree.json, shape: 3 }\n',
    /start\.teacher\.shape: there is no such key; known: file, labels, name, input, inputs, answers, softmax$/,
  ],
  [
    '  teacher: { file: tree.json, inputs: units }\n',
    /start\.teacher\.inputs: there is no 'units'.*known: author, unit$/,
  ],
  [
    '  teacher: { module: none.ts }\n',
    /start\.teacher\.module: none\.ts: the default export must be what functionOracle\(\)/,
  ],
  ['  teacher: randomForest\n', /start: give either data, a CSV file, or images and labels, IDX files$/],
  [
    `${ABOUT.replace('outputs: { y: {} }', 'pool: answers.csv')}  teacher: { file: tree.json }\n`,
    /start\.outputs: is missing$/,
  ],
  [
    `${ABOUT.replace('real: [0, 1]', 'real: [0, 9]')}  data: answers.csv\n  teacher: { file: tree.json }\n`,
    /start\.teacher: it has the parameter b, a number in \[0, 1\] where the data have the parameter b, a number in \[0, 9\]$/,
  ],
])('%s is refused with its place', async (start, message) => {
  await expect(read(start)).rejects.toThrow(message);
});

test('the command line names a teacher by its path or as YAML', () => {
  expect(teacherFromText('net.onnx')).toEqual({ file: 'net.onnx' });
  expect(teacherFromText('teacher.ts')).toEqual({ module: 'teacher.ts' });
  expect(teacherFromText('{ file: net.onnx, inputs: unit }')).toEqual({ file: 'net.onnx', inputs: 'unit' });
  expect(() => teacherFromText('{ file: net.onnx, input: [] }')).toThrow(/input: must be a text/);
});

describe('what a stage keeps', () => {
  const sides = `  parameters: { a: { real: [0, 2] } }\n  outputs: { side: { classes: ['1', '2'] } }\n`;
  const keeping = (keep: string) =>
    scenarioFromYaml(
      `name: Kept\nstart:\n${sides}  data: sides.csv\nchain: [{ name: tree, teacher: teacher, transfer: rows, size: 2, keep: ${keep}, student: decisionTree }]\n`,
      'study.yaml',
      { ...makers, text: () => 'a,side\n0.5,1\n1.5,2\n1.2,2\n' },
    );

  test('is what is not of a class, or what is sure', async () => {
    const { start, chain } = await keeping('{ without: { side: 2 } }');
    expect(chain?.[0].keep?.(start?.data as never)).toEqual([0]);
    expect((await keeping('{ confident: 0.9 }')).chain?.[0].keep?.(start?.data as never)).toEqual([0, 1, 2]);
  });

  test.each([
    [
      '{ without: { side: 3 } }',
      /study\.yaml:6:\d+: chain\[0\]\.keep: without: output 'side' has no class '3'; known: 1, 2$/,
    ],
    ['{ without: { site: 1 } }', /chain\[0\]\.keep: without: there is no output 'site'.*known: side$/],
    ['{ without: {} }', /chain\[0\]\.keep: without: name an output and a class of it/],
    ['{ without: { side: 1 }, confident: 0.9 }', /chain\[0\]\.keep: give either confident or without$/],
    ['{ with: { side: 1 } }', /chain\[0\]\.keep\.with: there is no such key/],
  ])('%s is refused with its place', async (keep, message) => {
    await expect(keeping(keep)).rejects.toThrow(message);
  });
});

describe('the transfer sets that a stage is compared with', () => {
  const comparing = (ablation: string) => {
    const stage = `{ name: tree, transfer: uniform, size: 20, student: decisionTree, ablation: ${ablation} }`;
    const text = `name: Compared\nstart: { teacher: { file: tree.json } }\nchain:\n  - ${stage}\n`;
    return scenarioFromYaml(text, 'study.yaml', makers);
  };

  test('are those of code', async () => {
    const { chain } = await comparing('{ transfers: [sobol, { latinHypercube: {} }], sizes: [5, 50] }');
    const { transfers = [], sizes } = chain?.[0].ablation ?? {};
    expect([transfers.map(({ name }) => name), sizes]).toEqual([
      ['sobol', 'latinHypercube'],
      [5, 50],
    ]);
    expect((await comparing('{ sizes: [5] }')).chain?.[0].ablation).toEqual({ sizes: [5] });
  });

  test.each([
    ['{}', /study\.yaml:4:\d+: chain\[0\]\.ablation: give transfers, sizes or both$/],
    ['{ sizes: [0] }', /chain\[0\]\.ablation\.sizes\[0\]: must be/],
    ['{ sizes: [] }', /chain\[0\]\.ablation\.sizes: /],
    ['{ transfers: [mung] }', /chain\[0\]\.ablation\.transfers\[0\]: .*'mung'.*munge/],
    ['{ transfers: [warp], samplers: 3 }', /chain\[0\]\.ablation\.samplers: there is no such key/],
  ])('%s is refused with its place', async (ablation, message) => {
    await expect(comparing(ablation)).rejects.toThrow(message);
  });
});
