import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { imagePlot } from '../../../src/report/plots/image-plot.ts';
import { disagreementsOf } from '../../../src/study/chain/disagreement.ts';

const space = new Space({ ...image(2, 3, { range: [0, 255] }), angle: real(0, 90) });
const outputs = outputList({ digit: { classes: ['1', '7', '9'] } });
const rows = Array.from({ length: 4 }, (_, i) => ({ id: `row/${i}`, status: 'completed' as const, milliseconds: 0 }));
const pixels = [0, 0.5, 1, 0, 0, 0.25];
const x = Matrix.from(rows.map((_, i) => [...pixels.map((v) => (i === 2 ? 1 - v : v)), i / 4]));
const data = new Dataset(space, outputs, x, Matrix.from([[0], [1], [1], [2]]), rows);

test('the rows of which the teacher was surest and its student differs come first, with their image', () => {
  const teacher = Matrix.from([
    [0.6, 0.4, 0],
    [0.1, 0.9, 0],
    [0.7, 0.3, 0],
    [0, 0, 1],
  ]);
  const student = Matrix.from([
    [0.3, 0.7, 0],
    [0, 0.8, 0.2],
    [0.1, 0.2, 0.7],
    [0, 0.1, 0.9],
  ]);
  const told = disagreementsOf(data, teacher, student);
  expect(
    told.map(({ id, truth, teacher: theirs, sureness, student: own }) => [id, truth, theirs, sureness, own]),
  ).toEqual([
    ['row/2', '7', '1', 0.7, '9'],
    ['row/0', '1', '1', 0.6, '7'],
  ]);
  expect(told[0]).toMatchObject({ point: { angle: 45 }, columns: 3, image: [1, 0.5, 0, 1, 1, 0.75] });
  expect(disagreementsOf(data, teacher, teacher)).toEqual([]);
  expect(disagreementsOf(data.withOutputs([{ name: 'f' }], data.y), data.y, data.y)).toEqual([]);
});

test('an image is drawn pixel by pixel, its rows below each other', () => {
  const svg = imagePlot(pixels, 3, { title: '1 or 7', summary: 'Test row 0, which is 1.' });
  const drawn = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)"[^>]*fill-opacity="([\d.]+)"/g)];
  expect(drawn.map(([, a, b, c]) => [a, b, c].map(Number))).toEqual([
    [28, 20, 0.5],
    [56, 20, 1],
    [56, 48, 0.25],
  ]);
  expect(svg).toMatch(/role="img" aria-label="1 or 7\. Test row 0, which is 1\."/);
});
