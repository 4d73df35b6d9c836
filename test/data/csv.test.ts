import fc from 'fast-check';
import { expect, test } from 'vitest';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { datasetFromCsv, datasetToCsv } from '../../src/data/csv.ts';
import { parseLines } from '../../src/data/csv-text.ts';

const parameters = { length: real(0.5, 3), ribs: integer(0, 4), material: categorical('steel', 'alu, "hard"') };
const outputs = { mass: { valid: [0, 100] }, verdict: { classes: ['good', 'bad'] } } as const;

test('rows are read by the names of the columns, quoted cells and failed rows included', () => {
  const data = datasetFromCsv(
    'verdict,note,length,ribs,material,mass\r\ngood,x,1.5,2,steel,3\n\nbad,"a, b",3,0,"alu, ""hard""",4.5\ngood,,1,1,steel,\n',
    parameters,
    outputs,
  );
  expect(data.size).toBe(3);
  expect(data.space.decode(data.x.row(1))).toEqual({ length: 3, ribs: 0, material: 'alu, "hard"' });
  expect([...data.y.row(1)]).toEqual([4.5, 1]);
  expect(data.rows[2]).toMatchObject({ status: 'failed', cause: 'missing-output' });
});

test.each([
  ['', /empty/],
  ['length,ribs,material,mass\n1,1,steel,2', /no column 'verdict'/],
  ['length,ribs,material,mass,verdict\n1,1,steel,2', /line 2 has 4 cells, the header has 5/],
  [
    'length,ribs,material,mass,verdict\n1,1,steel,2,good\nx,1,steel,2,good',
    /line 3, column 'length': 'x' is not a number/,
  ],
  [
    'length,ribs,material,mass,verdict\n9,1,steel,2,good',
    /line 2: parameter 'length' cannot be 9: a number in \[0.5, 3\]/,
  ],
  ['length,ribs,material,mass,verdict\n1,1.5,steel,2,good', /parameter 'ribs' cannot be 1.5/],
  ['length,ribs,material,mass,verdict\n1,1,wood,2,good', /parameter 'material' cannot be 'wood'/],
  ['length,ribs,material,mass,verdict\n,1,steel,2,good', /parameter 'length' has no value/],
  ['length,ribs,material,mass,verdict\n1,1,steel,abc,good', /line 2, column 'mass': 'abc' is not a number$/],
  [
    'length,ribs,material,mass,verdict\n1,1,steel,"0,5",good',
    /line 2, column 'mass': '0,5' is not a number: write 0\.5$/,
  ],
  ['length,ribs,material,mass,verdict\n"1,5",1,steel,2,good', /column 'length': '1,5' is not a number: write 1\.5$/],
  ['length,ribs,material,mass,verdict\n1,1,steel,2,fine', /line 2, column 'verdict': 'fine' is none of good, bad/],
  [
    'length,ribs,length,material,mass,verdict\n1,1,2,steel,2,good',
    /the column 'length' twice, as columns 1 and 3: rename/,
  ],
  ['length,ribs,material,mass,verdict,mass\n1,1,steel,2,good,3', /the column 'mass' twice, as columns 4 and 6: rename/],
  [
    'length;ribs;material;mass;verdict\n1;1;steel;2;good',
    /no column 'length'.*separated by commas, and this header by ';'/,
  ],
])('bad text is refused with line, column and value: %s', (text, message) => {
  expect(() => datasetFromCsv(text, parameters, outputs)).toThrow(message);
});

test('bytes in place of a text are refused', () => {
  expect(() => datasetFromCsv(Uint8Array.of(97) as never, parameters, outputs)).toThrow(
    "datasetFromCsv: the CSV must be a text, got [97]; a file's bytes become one by new TextDecoder().decode()",
  );
});

test('a quote inside a cell stands for itself, and one that is not closed ends with its cell', () => {
  const read = (line: string) => parseLines(`${line}\n`).map(({ cells }) => cells);
  expect(read('1"2,3')).toEqual([['1"2', '3']]);
  expect(read('"a"b,"c')).toEqual([['"a"b', '"c']]);
  expect(read('1, "a ""b"", c" ,\ufeff"c"')).toEqual([['1', 'a "b", c', 'c']]);
  expect(() => datasetFromCsv('x,y\n1"2,3\n', { x: real(0, 20) }, { y: {} })).toThrow(/'1"2' is not a number/);
});

test('many quotes are read in the time of their number', () => {
  const { user } = process.cpuUsage();
  parseLines(`${'"'.repeat(80_000)}x\n${'"a\n'.repeat(80_000)}`);
  expect(process.cpuUsage().user - user).toBeLessThan(2e6);
});

test('a cell of many quotes is one cell', { tags: ['slow'] }, () => {
  expect(parseLines(`1,${'"'.repeat(2 ** 23)},2`)[0].cells.map(({ length }) => length)).toEqual([1, 2 ** 22 - 1, 1]);
});

test('what is written can be read again', () => {
  const row = fc.record({
    length: fc.double({ min: 0.5, max: 3, noNaN: true }),
    ribs: fc.integer({ min: 0, max: 4 }),
    material: fc.constantFrom('steel', 'alu, "hard"'),
    mass: fc.double({ min: 0, max: 100, noNaN: true }),
    verdict: fc.constantFrom('good', 'bad'),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = [
        'length,ribs,material,mass,verdict',
        ...rows.map((r) => [r.length, r.ribs, quote(r.material), r.mass, r.verdict].join(',')),
      ].join('\n');
      const data = datasetFromCsv(text, parameters, outputs);
      const again = datasetFromCsv(datasetToCsv(data), parameters, outputs);
      expect([...again.y.data]).toEqual([...data.y.data]);
      again.x.data.forEach((value, i) => {
        expect(value).toBeCloseTo(data.x.data[i], 14);
      });
    }),
  );
});

test('runs that failed are read again with what is told of them', () => {
  const header = 'length,ribs,material,mass,verdict,failure';
  const lines = [
    '1,1,steel,,,timed-out: longer than 5 s',
    '1,1,steel,,,"threw: mesh, ""2""\nbad"',
    '1,1,steel,,,',
    '1,1,steel,NaN,good,',
  ];
  const data = datasetFromCsv([header, ...lines, '1,1,steel,2,good,note: none'].join('\n'), parameters, outputs);
  const causes = ['timed-out', 'threw', 'missing-output', 'not-finite', undefined];
  expect(data.rows.map(({ cause }) => cause)).toEqual(causes);
  expect(data.rows[0].reason).toBe('longer than 5 s');
  expect(data.rows[1].reason).toBe('mesh, "2"\nbad');
  const again = datasetFromCsv(datasetToCsv(data), parameters, outputs);
  expect(again.rows).toEqual(data.rows);
});

test('what is told of a failure stands beside an output of that name', () => {
  const own = { failure: {} };
  const data = datasetFromCsv('length,failure\n1,2\n2,\n', { length: real(0, 3) }, own);
  const text = datasetToCsv(data);
  expect(text.split('\n')[0]).toBe('length,failure,failure of the run');
  expect(datasetFromCsv(text, { length: real(0, 3) }, own).rows).toEqual(data.rows);
});

test('lines are counted as an editor counts them, and every wrong one is told', () => {
  const header = 'length,ribs,material,mass,verdict,note\n';
  const text = `${header}\n1,1,steel,2,good,"two\nlines"\n9,1,steel,2,good,\n\n1,x,steel,2,good,\n`;
  expect(() => datasetFromCsv(text, parameters, outputs)).toThrow(
    "2 lines do not fit\n  line 5: parameter 'length' cannot be 9: a number in [0.5, 3]\n  line 7, column 'ribs': 'x' is not a number",
  );
  const many = header + '9,1,steel,2,good,\n'.repeat(30);
  expect(() => datasetFromCsv(many, parameters, outputs)).toThrow(/^30 lines do not fit\n.*\n {2}and 20 more$/s);
});
