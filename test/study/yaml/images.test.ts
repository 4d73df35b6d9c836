import { expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { PackedMatrix } from '../../../src/numerics/packed-matrix.ts';
import { type SimulatorMakers, scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { idxBytes } from '../../fixtures/idx-bytes.ts';

const pixels = Array.from({ length: 6 * 4 }, (_, i) => (i * 37) % 256);
const files: Readonly<Record<string, Uint8Array>> = {
  images: idxBytes([6, 2, 2], pixels),
  labels: idxBytes([6], [0, 1, 1, 0, 1, 0]),
  more: idxBytes([3, 2, 2], pixels.slice(0, 12)),
  cut: idxBytes([6, 2, 2], pixels).subarray(0, 30),
  others: idxBytes([6, 4, 1], pixels),
};
const makers: SimulatorMakers = {
  command: () => {
    throw new ImagoError('plugin', 'there is no program');
  },
  module: async () => {
    throw new ImagoError('plugin', 'there is no simulator');
  },
  bytes: (path) => files[path],
};
const GOOD = `name: Digits
start:
  images: images
  labels: labels
  outputs: { digit: { classes: ['0', '1'] } }
  test: { images: images, labels: labels }
`;
const read = (text: string) => scenarioFromYaml(text, 'study.yaml', makers);

test('a study starts from files of images, whose parameters are their pixels', async () => {
  const { start } = await read(GOOD);
  expect(start?.data?.space.image).toEqual({ rows: 2, columns: 2 });
  expect(start?.data?.points.data).toEqual(Uint8Array.from(pixels));
  expect(start?.data?.points).toBeInstanceOf(PackedMatrix);
  expect(start?.test?.points).toBeInstanceOf(PackedMatrix);
  expect([...(start?.data?.y.data ?? [])]).toEqual([0, 1, 1, 0, 1, 0]);
});

test('so many of them keep their labels, drawn by the seed', async () => {
  const labeled = async (seed: number) => {
    const { start } = await read(
      GOOD.replace('  labels', '  labeled: 3\n  labels').replace('start', `seed: ${seed}\nstart`),
    );
    return start?.data?.rows.map(({ id }) => id);
  };
  expect(await labeled(1)).toHaveLength(3);
  expect(await labeled(1)).toEqual(await labeled(1));
  expect(await labeled(1)).not.toEqual(await labeled(2));
});

test('images without labels are the pool, in place of those that are left over', async () => {
  const pool = '  pool: { images: more }\n';
  const { start } = await read(`${GOOD}${pool}`);
  expect([start?.pool?.size, start?.pool?.outputs]).toEqual([3, []]);
  expect(start?.pool?.points).toBeInstanceOf(PackedMatrix);
  const { start: rest } = await read(`${GOOD.replace('  labels', '  labeled: 3\n  labels')}${pool}`);
  expect([rest?.data?.size, rest?.pool?.size]).toEqual([3, 3]);
});

test.each([
  [
    '  images: images\n',
    '  pool: { images: others }\n  images: images\n',
    /:3:9: start\.pool: others: the images have 4 x 1 numbers, the space has 2 x 2 parameters$/,
  ],
  [
    '  images: images\n',
    '  pool: { images: labels }\n  images: images\n',
    /start\.pool: labels: the images are 6 numbers, one for each, as labels are: give the file of the images$/,
  ],
  [
    '  images: images\n',
    '  pool: { images: images, labels: labels }\n  images: images\n',
    /:3:27: start\.pool\.labels: there is no such key; known: images$/,
  ],
  [
    'images: images\n',
    'images: cut\n',
    /^study\.yaml:3:3: start: cut, labels: .*cut off: 30 bytes, where 6 x 2 x 2 numbers take 40$/,
  ],
  [
    'images: images\n  labels: labels',
    'images: labels\n  labels: images',
    /start: labels, images: images: the file has 6 numbers, .* are images and labels swapped\?$/,
  ],
  [
    'test: { images: images',
    'test: { images: others',
    /:6:9: start\.test: others, labels: the images have 4 x 1 numbers, the space has 2 x 2 parameters$/,
  ],
  ['  labels: labels\n', '', /start\.labels: is missing: images have a file of labels beside them$/],
  [
    '  labels: labels\n',
    '  labels: labels\n  parameters: { a: { real: [0, 1] } }\n',
    /start\.parameters: is not for images, whose parameters are their pixels$/,
  ],
  ['  images: images\n', '', /start: give either data, a CSV file, or images and labels, IDX files$/],
  [
    '  images: images\n',
    '  images: images\n  labeled: 7\n',
    /start\.labeled: a sample of 7 rows cannot be drawn from 6$/,
  ],
])('%s as %s is told', async (from, to, message) => {
  await expect(read(GOOD.replace(from, to))).rejects.toThrow(message);
});
