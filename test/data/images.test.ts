import { expect, test } from 'vitest';
import { ordinal, real } from '../../src/core/space/parameter.ts';
import { readIdx } from '../../src/data/idx.ts';
import { datasetFromIdx, image, Rng, Space } from '../../src/index.ts';
import { PackedMatrix } from '../../src/numerics/packed-matrix.ts';
import { idxBytes } from '../fixtures/idx-bytes.ts';

const pixels = Array.from({ length: 3 * 2 * 2 }, (_, i) => (i * 50) % 256);
const images = idxBytes([3, 2, 2], pixels);
const labels = idxBytes([3], [1, 0, 1]);
const subject = { inputs: image(2, 2, { range: [0, 255] }), outputs: { digit: { classes: ['zero', 'one'] } } };

test('images are kept as bytes, labels are numbers of classes', () => {
  const data = datasetFromIdx(images, labels, subject);
  expect(data.points).toBeInstanceOf(PackedMatrix);
  expect((data.points as PackedMatrix).data).toEqual(Uint8Array.from(pixels));
  expect(Object.values(data.space.decode(data.points.row(1) as Float64Array))).toEqual(pixels.slice(4, 8));
  expect([...data.y.data]).toEqual([1, 0, 1]);
  expect(data.rows.map(({ id }) => id)).toEqual(['data/0', 'data/1', 'data/2']);
});

test('rows of other parameters are encoded one by one', () => {
  const inputs = { a: real(-1, 1), b: ordinal([1, 3]) };
  const rows = idxBytes([2, 2], [-0.5, 3, 0.5, 1], 14);
  const data = datasetFromIdx(rows, idxBytes([2], [7.5, -2], 13), { inputs, outputs: { mass: {} } });
  expect([...data.x.data]).toEqual([0.25, 0.75, 0.75, 0.25]);
  expect([...data.y.data]).toEqual([7.5, -2]);
  const wrong = idxBytes([2, 2], [-0.5, 3, 2, 1], 14);
  expect(() => datasetFromIdx(wrong, idxBytes([2], [1, 2]), { inputs, outputs: { mass: {} } })).toThrow(
    /^image 1: parameter 'a' cannot be 2: a number in \[-1, 1\]$/,
  );
});

test.each([
  [8, [0, 255]],
  [9, [-128, 127]],
  [11, [-32768, 300]],
  [12, [-70000, 70000]],
  [13, [-0.5, 2.25]],
  [14, [1e-300, -1 / 3]],
])('numbers of type %i are read, also in the middle of a buffer', (type, numbers) => {
  const bytes = idxBytes([2], numbers, type);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect([...readIdx(shifted.subarray(3)).data]).toEqual(numbers);
});

test.each([
  [
    'a file cut off',
    images.subarray(0, 20),
    labels,
    /^images: the IDX file is cut off: 20 bytes, where 3 x 2 x 2 numbers take 28$/,
  ],
  [
    'a header cut off',
    images.subarray(0, 10),
    labels,
    /^images: the IDX file is cut off: 10 bytes, its header alone has 16$/,
  ],
  ['no bytes', new Uint8Array(0), labels, /^images: this is no IDX file: it begins with nothing, where /],
  [
    'bytes after the end',
    Uint8Array.from([...images, 0]),
    labels,
    /^images: the IDX file goes on after its end: 29 bytes/,
  ],
  [
    'a PNG',
    Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0]),
    labels,
    /^images: this is no IDX file: it begins with 89 50 4e 47/,
  ],
  ['gzip', Uint8Array.from([0x1f, 0x8b, 8, 0]), labels, /^images: the bytes are compressed by gzip: unpack them first/],
  ['files swapped', labels, images, /^images and labels are swapped: the images are 3 numbers, the labels 3 x 2 x 2$/],
  ['two of images', images, images, /^the labels are 3 x 2 x 2 numbers, not one for each image$/],
  [
    'fewer labels',
    images,
    idxBytes([2], [0, 1]),
    /^there are 3 images and 2 labels: the files do not belong together$/,
  ],
  [
    'a label without a class',
    images,
    idxBytes([3], [0, 2, 1]),
    /^the label of image 1 is 2, but output 'digit' has 2 classes, from 0$/,
  ],
  [
    'other images',
    idxBytes([3, 4, 1], pixels),
    labels,
    /^the images have 4 x 1 numbers, the space has 2 x 2 parameters$/,
  ],
])('%s: one sentence says so', (_, some, others, message) => {
  expect(() => datasetFromIdx(some, others, subject)).toThrow(message);
});

test('labels in place of images, and what holds no bytes, are refused', () => {
  expect(() => datasetFromIdx(labels, labels, subject)).toThrow(
    /^the images are 3 numbers, one for each, as labels are: give the file of the images$/,
  );
  const buffer = images.buffer as never;
  expect(() => datasetFromIdx(buffer, labels, subject)).toThrow(/^images: bytes must be a Uint8Array, got \{\}$/);
});

test('labels are one output', () => {
  const two = { space: new Space(subject.inputs), outputs: [{ name: 'a' }, { name: 'b' }] };
  expect(() => datasetFromIdx(images, labels, two)).toThrow(/^labels are one output, there are 2: a, b$/);
});

test('a sample has different rows, and the same ones for the same stream', () => {
  const data = datasetFromIdx(images, labels, subject);
  const sample = data.sample(2, new Rng('a'));
  expect(new Set(sample.rows.map(({ id }) => id)).size).toBe(2);
  expect(data.sample(2, new Rng('a')).rows).toEqual(sample.rows);
  expect(() => data.sample(4, new Rng('a'))).toThrow(/^a sample of 4 rows cannot be drawn from 3$/);
});

test('completed rows are copied once', () => {
  const data = datasetFromIdx(images, labels, subject);
  const y = data.y.select([0, 1, 2]);
  y.data[1] = Number.NaN;
  const failed = data.withOutputs([{ name: 'y' }], y);
  expect(failed.finite()).toBe(failed.finite());
  expect(failed.finite().size).toBe(2);
});
