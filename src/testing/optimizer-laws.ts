import { describe, expect, test } from 'vitest';
import { Dataset } from '../core/dataset.ts';
import type { Evaluation } from '../core/evaluation.ts';
import type { Knowledge, Optimizer, Suggestion } from '../core/optimizer.ts';
import { Problem } from '../core/problem.ts';
import { categorical, integer, ordinal, real, resolution } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { reportedLevel } from '../study/scenario/reported-level.ts';
import { testRun } from './labeled.ts';
import { bounded, closed, cube, output, problemOf } from './problems.ts';

/** A problem and what answers it: m numbers for a unit-cube vector, or undefined for a failure. */
export interface OptimizerCase {
  readonly name: string;
  readonly problem: Problem;
  answer(u: Float64Array): number[] | undefined;
}

const bowl = (u: Float64Array) => u.reduce((sum, v, j) => sum + (1 + j) * (v - 0.3 - 0.1 * j) ** 2, 0);

const mixed = new Space({
  length: real(1, 100, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  count: integer(1, 60),
  size: ordinal([1, 2, 5, 10]),
  material: categorical('steel', 'wood', 'glass'),
  finish: real(0, 1, { activeWhen: { material: ['steel', 'wood'] } }),
});

/** Cases on which every optimizer must keep the laws. */
export const CASES: readonly OptimizerCase[] = [
  { name: 'a bowl', problem: problemOf(cube(2)), answer: (u) => [bowl(u)] },
  { name: 'a mixed space', problem: problemOf(mixed), answer: (u) => [bowl(u)] },
  {
    name: 'a constrained bowl',
    problem: problemOf(cube(2), [bounded('g')]),
    answer: (u) => [bowl(u), 0.9 - u[0] - u[1]],
  },
  {
    name: 'a closed-form constraint',
    problem: problemOf(cube(2), [closed('x0 >= 0.5', ({ x0 }) => 0.5 - (x0 as number))]),
    answer: (u) => [bowl(u)],
  },
  { name: 'failures', problem: problemOf(cube(2)), answer: (u) => (u[0] + u[1] < 0.7 ? undefined : [bowl(u)]) },
  { name: 'nothing but failures', problem: problemOf(cube(2)), answer: () => undefined },
  { name: 'a constant', problem: problemOf(cube(2)), answer: () => [7] },
];

/** Answers the rows of x. */
export function answers({ answer }: Pick<OptimizerCase, 'answer'>, x: Matrix, first: number): Evaluation[] {
  return Array.from({ length: x.rows }, (_, i): Evaluation => {
    const u = x.row(i).slice();
    const values = answer(u);
    const base = { id: `test/${first + i}`, u, milliseconds: 1 };
    return values
      ? { ...base, status: 'completed', values: Float64Array.from(values) }
      : { ...base, status: 'failed', cause: 'threw', reason: 'test' };
  });
}

/** Runs `suggest` and `append` until the budget is spent or the optimizer stops; `from` is a history to go on from. */
export async function search(
  optimizer: Optimizer,
  { problem, answer }: Pick<OptimizerCase, 'problem' | 'answer'>,
  { budget, q = 1, stream = 'laws', from }: { budget: number; q?: number; stream?: string; from?: Dataset },
): Promise<{ history: Dataset; last?: Suggestion }> {
  let history = from ?? Dataset.empty(problem.space, problem.outputs);
  const pending = new Matrix(0, problem.space.dimension);
  let last: Suggestion | undefined;
  while (history.size < budget) {
    const knowledge = { history, pending, remaining: budget - history.size };
    last = await optimizer.suggest(problem, knowledge, q, testRun(stream));
    if (last.x.rows === 0 && !last.stop) throw new Error('nothing is in flight, yet nothing is proposed');
    history = history.append(answers({ answer }, last.x, history.size));
    if (last.stop) break;
  }
  return { history, last };
}

function keys(x: Matrix): string[] {
  return Array.from({ length: x.rows }, (_, i) => x.row(i).join());
}

function expectFreshAndCanonical(space: Space, x: Matrix): void {
  expect(new Set(keys(x)).size).toBe(x.rows);
  for (let i = 0; i < x.rows; i++) expect(space.canonical(x.row(i))).toEqual(x.row(i));
}

/** The case with a second objective against the first: the sum of the coordinates that it leaves out. */
export function withSecondObjective({ name, problem, answer }: OptimizerCase): OptimizerCase {
  const outputs = [...problem.outputs, { name: 'second' }];
  const objectives = [...problem.objectives, output('second')];
  return {
    name,
    problem: new Problem(problem.space, outputs, objectives, problem.constraints),
    answer(u) {
      const values = answer(u);
      return values && [...values, u.reduce((sum, v) => sum + (v - 0.9) ** 2, 0)];
    },
  };
}

/** What an optimizer was asked and what it proposed. */
interface Question {
  readonly knowledge: Knowledge;
  readonly count: number;
  readonly x: Matrix;
}

/** Keeps up to `q` points in flight, of which any may be the next to be answered, and logs every question. */
async function searchInFlight(
  optimizer: Optimizer,
  { problem, answer }: OptimizerCase,
  budget: number,
  q: number,
): Promise<Question[]> {
  const { rng } = testRun('landing');
  const log: Question[] = [];
  const flying: Float64Array[] = [];
  let history = Dataset.empty(problem.space, problem.outputs);
  while (history.size < budget) {
    const open = budget - history.size - flying.length;
    if (open > 0) {
      const knowledge = { history, pending: Matrix.from(flying, problem.space.dimension), remaining: open };
      const count = Math.min(open, q - flying.length);
      const { x } = await optimizer.suggest(problem, knowledge, count, testRun('laws'));
      log.push({ knowledge, count, x });
      for (let i = 0; i < x.rows; i++) flying.push(x.row(i).slice());
    }
    const [landed] = flying.splice(rng.integer(flying.length), 1);
    history = history.append(answers({ answer }, Matrix.from([landed]), history.size));
  }
  return log;
}

/** The case on a simulator that answers coarsely, off by a slope, for a quarter of the cost. */
export function withResolution({ name, problem, answer }: OptimizerCase): OptimizerCase {
  const space = new Space({ ...problem.space.parameters, mesh: resolution([8, 16], { cost: [1, 4] }) });
  const level = reportedLevel(space, problem.constraints)!;
  return {
    name,
    problem: new Problem(space, problem.outputs, problem.objectives, [...problem.constraints, level]),
    answer(u) {
      const rest = u.subarray(0, -1);
      const values = answer(rest);
      return values && (u[u.length - 1] > 0.5 ? values : values.map((value) => 0.8 * value + 0.3 * rest[0] - 1));
    },
  };
}

/**
 * What every optimizer promises; `make` gives one that has seen nothing, `budget` is what the slower ones can afford in a test, `lift` makes
 * other problems of the cases.
 */
export function optimizerLaws(
  name: string,
  make: () => Optimizer,
  budget = 30,
  lift = (one: OptimizerCase): OptimizerCase => one,
): void {
  const optimizer = make();
  const cases = CASES.map(lift);
  const searches = new Map<OptimizerCase, ReturnType<typeof search>>();
  /** A search without an interruption. */
  const whole = (problemCase: OptimizerCase) => {
    const known = searches.get(problemCase) ?? search(optimizer, problemCase, { budget });
    searches.set(problemCase, known);
    return known;
  };
  describe(`${name} as an optimizer`, () => {
    test.each(cases)('proposes canonical points, none twice, on $name', async (problemCase) => {
      const { history, last } = await whole(problemCase);
      if (last?.stop !== 'solved') expect(history.size).toBe(budget);
      expectFreshAndCanonical(problemCase.problem.space, history.x);
    });

    test.each(cases)('goes on after an interruption as if there had been none, on $name', async (problemCase) => {
      const { history } = await whole(problemCase);
      for (const stop of [1, 3, 6, 7, 13, budget - 2]) {
        const prefix = history.select(Array.from({ length: stop }, (_, i) => i));
        const knowledge = { history: prefix, pending: new Matrix(0, prefix.x.columns), remaining: budget - stop };
        const { x } = await make().suggest(problemCase.problem, knowledge, 1, testRun('laws'));
        expect(x.row(0)).toEqual(history.x.row(stop));
      }
    });

    test.each(cases)('does so with points in flight, on $name', async (problemCase) => {
      const log = await searchInFlight(optimizer, problemCase, Math.min(16, budget), 3);
      for (const { knowledge, count, x } of log.filter((_, i) => i % 5 === 4 || i === log.length - 1))
        expect((await make().suggest(problemCase.problem, knowledge, count, testRun('laws'))).x).toEqual(x);
    });

    test.each(cases)('does so in batches, on $name', async (problemCase) => {
      const { history } = await search(optimizer, problemCase, { budget: 16, q: 4 });
      for (const stop of [4, 8, 12]) {
        const prefix = history.select(Array.from({ length: stop }, (_, i) => i));
        const resumed = await search(make(), problemCase, { budget: stop + 4, q: 4, from: prefix });
        expect(resumed.history.x).toEqual(history.x.select(Array.from({ length: stop + 4 }, (_, i) => i)));
      }
    });

    test.each(cases)('proposes several at once, other than those in flight, on $name', async (problemCase) => {
      const { problem } = problemCase;
      const { history } = await search(optimizer, problemCase, { budget: Math.floor(budget / 2), q: 3 });
      const knowledge = { history, pending: new Matrix(0, history.x.columns), remaining: budget };
      const first = await optimizer.suggest(problem, knowledge, 2, testRun('laws'));
      const second = await optimizer.suggest(problem, { ...knowledge, pending: first.x }, 2, testRun('laws'));
      expectFreshAndCanonical(problem.space, history.x.stack(first.x).stack(second.x));
    });

    test('never proposes more than remains', async () => {
      const [{ problem }] = cases;
      const empty = Dataset.empty(problem.space, problem.outputs);
      for (const remaining of [0, 1, 2]) {
        const knowledge = { history: empty, pending: new Matrix(0, problem.space.dimension), remaining };
        const { x } = await optimizer.suggest(problem, knowledge, 5, testRun('laws'));
        expect(x.columns).toBe(problem.space.dimension);
        if (problem.levels) expect(problem.cost(x)).toBeLessThanOrEqual(remaining);
        else expect(x.rows).toBe(remaining);
      }
    });

    test('starts from evaluations that it did not propose', async () => {
      const [problemCase] = cases;
      const { problem } = problemCase;
      const foreign = Matrix.from(
        [
          [0.9, 0.9],
          [0.31, 0.41],
          [0.1, 0.8],
        ].map((u) => problem.space.canonical([...u, 1].slice(0, problem.space.dimension))),
      );
      const from = Dataset.empty(problem.space, problem.outputs).append(answers(problemCase, foreign, 0));
      const { history } = await search(optimizer, problemCase, { budget, from });
      expectFreshAndCanonical(problem.space, history.x);
      const again = await search(optimizer, problemCase, {
        budget,
        from: history.select(Array.from({ length: 9 }, (_, i) => i)),
      });
      expect(again.history.x).toEqual(history.x);
    });

    test('visits every point of a finite space once, and then stops politely', async () => {
      const space = new Space({
        a: integer(0, 2),
        b: categorical('x', 'y'),
        c: ordinal([1, 2, 4], { activeWhen: { b: 'x' } }),
      });
      const finite = lift({ name: 'finite', problem: problemOf(space), answer: (u) => [bowl(u)] });
      const { history, last } = await search(optimizer, finite, { budget: 40 });
      const { violation } = finite.problem.score(history.x, history.y);
      expect(violation.filter((own) => own === 0).length).toBe(12);
      if (!finite.problem.levels) expect(history.size).toBe(12);
      expect(last?.stop).toBe('exhausted');
      expectFreshAndCanonical(finite.problem.space, history.x);
    });

    test('depends on the stream', async () => {
      const [problemCase] = cases;
      const one = await search(optimizer, problemCase, { budget: 3, stream: 'one' });
      const two = await search(optimizer, problemCase, { budget: 3, stream: 'two' });
      expect(one.history.x).not.toEqual(two.history.x);
    });
  });
}
