import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { predictCsv } from '../../src/export/predictions.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  length: real(0, 2),
  ribs: integer(0, 3),
  material: categorical('steel', 'wood, oiled'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
});
const data = labeled(space, outputList({ height: {}, grade: { classes: ['good', 'bad'] } }), 60, (u) => [
  Math.sin(3 * u[0]) + u[1] + u[3],
  u[2] > 0.5 ? 1 : 0,
]);
const fitted = gaussianProcess().fit(data, testRun('predict'));

test('points of a file are answered as the model answers each, other columns kept', async () => {
  const model = await fitted;
  const csv = predictCsv(model, 'id,rib,material,length,ribs\na,0.5,"wood, oiled",1.5,2\nb,,steel,0.25,0\n');
  const [titles, ...rows] = csv.trimEnd().split('\n');
  expect(titles).toBe(
    'id,rib,material,length,ribs,height,height lower,height upper,height in domain,grade,P(grade = good),P(grade = bad),grade in domain',
  );
  const points = [
    { length: 1.5, ribs: 2, material: 'wood, oiled', rib: 0.5 },
    { length: 0.25, ribs: 0, material: 'steel' },
  ];
  expect(rows[0].startsWith('a,0.5,"wood, oiled",1.5,2,')).toBe(true);
  rows.forEach((row, i) => {
    const { height, grade } = model.at(points[i]);
    const told = row.split(',').slice(-8);
    expect(told.slice(0, 3).map(Number)).toEqual([height.value, ...height.interval!]);
    expect(told[3]).toBe(String(height.inDomain));
    expect(told[4]).toBe(grade.class);
    expect(told.slice(5, 7).map(Number)).toEqual(Object.values(grade.probabilities!));
  });
});

test('a value beyond its range is answered at the end of the range, out of the domain', async () => {
  const model = await fitted;
  const rows = predictCsv(model, 'length,ribs,material,rib\n2,3,steel,0.5\n7,9,steel,0.5\n').split('\n');
  const [at, beyond] = rows.slice(1, 3).map((row) => row.split(',').slice(4));
  expect(beyond.slice(0, 3)).toEqual(at.slice(0, 3));
  expect(beyond[3]).toBe('false');
});

test.each([
  ['', 'the CSV text is empty'],
  ['length,ribs,material\n1,1,steel', "the CSV has no column 'rib'; it has length, ribs, material"],
  [
    'length,ribs,material,rib\n1,1,steel,0.5\n1,1,steal,0.5',
    "line 3, column 'material': 'steal' is none of steel, wood, oiled",
  ],
  ['length,ribs,material,rib\nNaN,1,steel,0.5', "line 2, column 'length': 'NaN' is not a number"],
  ['length,ribs,material,rib\n"1,5",1,steel,0.5', "'1,5' is not a number: write 1.5"],
  ['length,ribs,material,rib\n,1,steel,0.5', "line 2, column 'length': the cell is empty"],
  ['length,ribs,material,rib\n1,1,steel,', "line 2, column 'rib': the cell is empty"],
  ['length,ribs,material,rib\n1,1,steel', 'line 2 has 3 cells, the header has 4'],
])('%j is refused by line, column and value', async (text, words) => {
  const model = await fitted;
  expect(() => predictCsv(model, text)).toThrow(words);
});
