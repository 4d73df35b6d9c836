import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { imagoHere } from '../../fixtures/command-line.ts';

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'imago-teacher-'));
process.chdir(folder);
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

writeFileSync('answers.csv', 'a,y\n0.25,1\n0.5,2\n0.75,3\n');
writeFileSync('others.csv', 'a,y\n0.25,5\n0.5,6\n0.75,7\n');
writeFileSync('wrong.csv', 'b,y\n0.25,5\n');
writeFileSync(
  'study.yaml',
  `name: Taught
start:
  pool: answers.csv
  parameters: { a: { real: [0, 1] } }
  outputs: { y: {} }
  teacher: { file: answers.csv }
chain: [{ name: tree, transfer: rows, size: 3, holdout: 0, student: decisionTree }]
`,
);

interface Written {
  readonly results: { readonly teacher: { readonly name: string }; readonly stages: readonly Stage[] };
}
interface Stage {
  readonly evaluations: readonly { readonly outputs: { readonly y: number } }[];
}

test.each([
  [[], 'answers.csv', [1, 2, 3]],
  [['--teacher', 'others.csv'], 'others.csv', [5, 6, 7]],
  [['--teacher', '{ file: others.csv, name: theirs }'], 'theirs', [5, 6, 7]],
])('a study learns from the teacher that is named by %s', async (options, name, answers) => {
  const { code } = await imagoHere('run', 'study.yaml', '--no-store', '--json', 'study.json', ...options);
  const { results } = JSON.parse(readFileSync('study.json', 'utf8')) as Written;
  expect([code, results.teacher.name]).toEqual([0, name]);
  expect(results.stages[0].evaluations.map(({ outputs }) => outputs.y).sort()).toEqual(answers);
});

test('a teacher that is none is told in a line', async () => {
  const { code, stderr } = await imagoHere('run', 'study.yaml', '--no-store', '--teacher', 'wrong.csv');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^imago: wrong\.csv: .*'a'/m);
});
