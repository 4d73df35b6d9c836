import { expect, test } from 'vitest';
import { needlessCommittees, needlessHalves } from '../../src/report/error-budget.ts';
import type { ClassFidelity, ValidationMethod } from '../../src/study/chain/fidelity.ts';
import type { TeacherResults } from '../../src/study/chain/outside-teacher.ts';
import type { StageResults } from '../../src/study/chain/results.ts';

function known(output: string, accuracy: number, method: ValidationMethod = 'test'): ClassFidelity {
  const [classes, confusion] = [['a', 'b'], [[0]]];
  return {
    ...{ kind: 'class', output, method, points: 80, accuracy },
    classes,
    confusion,
    logLoss: 0,
    brier: 0,
    q2: 0,
    parity: [],
  };
}

function stage(name: string, teachers: readonly string[], accuracy: ClassFidelity[], committee?: ClassFidelity[]) {
  return {
    name,
    teachers,
    teacher: teachers.join(' + '),
    accuracy,
    ...(committee && { committee }),
  } as Partial<StageResults> as StageResults;
}

const both = ['trees', 'nets'];
const together = [known('y', 0.95), known('z', 0.9)];

test('a committee that knows no more than a member is told once, with all that it teaches', () => {
  const stages = [
    stage('trees', ['data'], [known('y', 0.97), known('z', 0.9)]),
    stage('nets', ['data'], [known('y', 0.99), known('z', 0.8)]),
    stage('small', both, [], together),
    stage('rules', both, [], together),
  ];
  expect(needlessCommittees(stages)).toEqual([
    'Together, trees + nets know the test rows no better than trees alone (agreement of y 0.950 and 0.970; agreement of z 0.900 and 0.900): let small and rules learn from trees alone, and judge that on other test rows.',
  ]);
});

test('of members that would do, the one that is best where it is worst; a teacher from outside is one', () => {
  const outside = { accuracy: [known('y', 0.96), known('z', 0.94)] } as Partial<TeacherResults> as TeacherResults;
  const stages = [
    stage('trees', ['data'], [known('y', 0.99), known('z', 0.9)]),
    stage('small', ['trees', 'teacher'], [], together),
  ];
  expect(needlessCommittees(stages, outside).join()).toContain('no better than teacher alone');
  expect(needlessCommittees(stages).join()).toContain('no better than trees alone');
});

test('nothing is told where each member is worse in some output, or was judged on other rows', () => {
  const worse = stage('trees', ['data'], [known('y', 0.99), known('z', 0.899)]);
  const elsewhere = stage('nets', ['data'], [known('y', 1, 'holdout'), known('z', 1, 'holdout')]);
  expect(needlessCommittees([worse, elsewhere, stage('small', both, [], together)])).toEqual([]);
  expect(needlessCommittees([worse, elsewhere, stage('small', ['trees'], [])])).toEqual([]);
});

test('a teacher is told that half of it would do only where no output loses more than .002', () => {
  const trees = stage('trees', ['data'], [known('y', 0.97), known('z', 0.9)]);
  const half = (y: number, z: number) =>
    needlessHalves([
      {
        ...trees,
        student: 'extra trees',
        half: [
          { output: 'y', score: y },
          { output: 'z', score: z },
        ],
      },
    ]);
  expect(half(0.9685, 0.91)).toEqual([
    'Half of trees (extra trees) knows the test rows as well to 0.002 (agreement of y 0.9685 and 0.9700; agreement of z 0.9100 and 0.9000): it is larger than it needs to be.',
  ]);
  expect(half(0.9679, 0.91)).toEqual([]);
  expect(needlessHalves([trees])).toEqual([]);
});
