import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { label } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { saveModel } from '../../../src/export/model-file.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { teacherFromFile } from '../../../src/study/teacher/teacher-file.ts';
import { inUnits } from '../../../src/surrogates/point-model.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { idxBytes } from '../../fixtures/idx-bytes.ts';

const run = testRun('files');
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures', name), 'utf8');
const bytes = (text: string) => new TextEncoder().encode(text);
const space = new Space({ a: real(-2, 3), b: real(1, 100), n: integer(0, 5) });
const number = outputList({ y: {} });
const subject = { space, outputs: number };
const gbm: string = JSON.parse(fixture('forests/light-gbm.json')).cases[2].text;
const graph = Uint8Array.from(Buffer.from(JSON.parse(fixture('onnx-graphs.json')).files.plain, 'base64'));

async function savedTree() {
  const data = labeled(space, number, 40, (u) => [u[0] + u[2]]);
  const model = inUnits(await decisionTree().fit(data, run), data);
  return { model, data, text: saveModel(model, { name: 'tree' }) };
}

test('a model that imago saved teaches by itself', async () => {
  const { model, data, text } = await savedTree();
  const teacher = await teacherFromFile('tree.json', bytes(text));
  expect(teacher.name).toBe('tree.json');
  expect(Object.keys(teacher.space.parameters)).toEqual(['a', 'b', 'n']);
  const answers = await label(teacher, data.x, 'q', run);
  expect([...answers.y.data]).toEqual([...model.predict(data.x).data]);
  expect(teacher.model).toBeDefined();
});

test('forests of other libraries, tables and images teach what their files say', async () => {
  const rows = Matrix.from([space.encode({ a: 1, b: 20, n: 2 })]);
  const forest = await teacherFromFile('model.txt', bytes(gbm), subject);
  expect(Number.isFinite((await label(forest, rows, 'q', run)).y.get(0, 0))).toBe(true);
  const table = await teacherFromFile('answers.csv', bytes('a,b,n,y\n1,20,2,7'), subject);
  expect((await label(table, rows, 'q', run)).y.get(0, 0)).toBe(7);
  const pixels = new Space(image(2, 2, { range: [0, 255] }));
  const outputs = outputList({ digit: { classes: ['0', '1'] } });
  const images = await teacherFromFile(
    'images',
    idxBytes([1, 2, 2], [0, 51, 255, 0]),
    { space: pixels, outputs },
    {
      labels: idxBytes([1], [1]),
    },
  );
  const shown = Matrix.from([[0, 0.2, 1, 0]]);
  expect((await label(images, shown, 'q', run)).y.get(0, 0)).toBe(1);
});

test.each([
  [
    'a model without its subject',
    'model.txt',
    bytes(gbm),
    undefined,
    {},
    /^model\.txt: only a model that imago saved knows its parameters and outputs: say those of this one$/,
  ],
  [
    'junk',
    'junk.json',
    bytes('[1, 2]'),
    subject,
    {},
    /^junk\.json: this is no teacher: neither a model that imago saved, nor a forest .*; it begins with '\[1, 2\]'$/,
  ],
  [
    'bytes',
    'junk',
    Uint8Array.of(255, 216, 1),
    subject,
    {},
    /^junk: this is neither a text in UTF-8 nor an IDX file, nor does its name end in \.onnx$/,
  ],
  [
    'compressed images',
    'images.gz',
    gzipSync(idxBytes([1, 2, 2], [0, 1, 2, 3])),
    subject,
    { labels: idxBytes([1], [1]) },
    /^images\.gz: the bytes are compressed by gzip: unpack them first, by gunzip/,
  ],
  ['a text for bytes', 'model.txt', gbm as never, subject, {}, /^model\.txt: bytes must be a Uint8Array, got 'tree/],
  [
    'images without labels',
    'images',
    idxBytes([1, 2, 2], [0, 1, 2, 3]),
    subject,
    {},
    /^images: this is an IDX file of images, which teach by their labels: give the file of those beside it$/,
  ],
  [
    'labels beside a forest',
    'model.txt',
    bytes(gbm),
    subject,
    { labels: idxBytes([1], [1]) },
    /^model\.txt: this is no IDX file of images, which alone has labels beside it$/,
  ],
  [
    'options of a graph for a forest',
    'model.txt',
    bytes(gbm),
    subject,
    { softmax: true },
    /^model\.txt: softmax: only for an ONNX graph, a file whose name ends in \.onnx$/,
  ],
  [
    'a graph of another shape',
    'net.onnx',
    graph,
    subject,
    {},
    /^net\.onnx: its input 'x' has the shape n x 6, which is not that of points of 3 parameters$/,
  ],
  ['a table without a column', 'answers.csv', bytes('a,b,y\n1,20,7'), subject, {}, /^answers\.csv: .*n/],
  [
    'a table that contradicts itself',
    'answers.csv',
    bytes('a,b,n,y\n1,20,2,7\n1,20,2,8'),
    subject,
    {},
    /^answers\.csv: the data contradict themselves: rows data\/0 and data\/1 are at one point, and say 7 and 8 of 'y'; keep one of them$/,
  ],
] as const)('%s is refused in a sentence', async (_, name, given, about, options, message) => {
  await expect(teacherFromFile(name, given, about, options)).rejects.toThrow(message);
});

test('a truncated file of a model is refused with its name', async () => {
  const { text } = await savedTree();
  await expect(teacherFromFile('tree.json', bytes(text.slice(0, 300)))).rejects.toThrow(/^tree\.json: /);
  await expect(teacherFromFile('tree.json', bytes(text.replace('"tree"', '"tres"')))).rejects.toThrow(
    /^tree\.json: the model cannot be loaded: it was changed after it was saved/,
  );
});
