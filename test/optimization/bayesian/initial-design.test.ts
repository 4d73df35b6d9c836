import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { PointSet, squaredDistance } from '../../../src/core/space/point-set.ts';
import { designPoint } from '../../../src/optimization/bayesian/initial-design.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';

const problem = problemOf(cube(3));
const run = testRun('initial-design');

/** One answer at (0.1, 0.1, 0.1) and so many failures of the space-filling design. */
function failing(count: number): Dataset {
  const answer = { u: Float64Array.of(0.1, 0.1, 0.1), status: 'completed' as const, values: Float64Array.of(1) };
  const empty = Dataset.empty(problem.space, problem.outputs);
  return empty.append([
    { id: 'answer', milliseconds: 0, ...answer },
    ...Array.from({ length: count }, (_, i) => ({
      id: `failure/${i}`,
      u: designPoint(problem, PointSet.of(), i, run)!,
      milliseconds: 0,
      status: 'failed' as const,
      cause: 'threw' as const,
      reason: 'test',
    })),
  ]);
}

test('where most rows failed every second point is nearer to an answer than to any failure', () => {
  const history = failing(15);
  const seen = PointSet.of(history.x);
  for (let index = 16; index < 40; index++) {
    const u = designPoint(problem, seen, index, run, { history, answered: history.finite() })!;
    const [toAnswer, ...toFailures] = Array.from({ length: 16 }, (_, i) => squaredDistance(u, history.x.row(i)));
    if (index % 2 === 1) expect(toAnswer).toBeLessThan(Math.min(...toFailures));
    else expect(u).toEqual(designPoint(problem, seen, index, run));
    expect(seen.has(u)).toBe(false);
  }
});

test('where most rows were answered, and where none was, the design stays what it is', () => {
  const half = failing(1);
  const none = failing(6).select([1, 2, 3, 4, 5, 6]);
  // Of six rows four are machines that broke down.
  const broken = failing(6);
  const accidents = new Dataset(
    broken.space,
    broken.outputs,
    broken.x,
    broken.y,
    broken.rows.map((row, i) => (i > 1 ? { ...row, cause: 'infrastructure' } : row)),
  );
  for (const history of [half, none, accidents]) {
    const known = { history, answered: history.finite() };
    const seen = PointSet.of(history.x);
    for (let index = 7; index < 20; index++)
      expect(designPoint(problem, seen, index, run, known)).toEqual(designPoint(problem, seen, index, run));
  }
});
