import { beforeAll, describe, expect, test } from 'vitest';
import type { Surrogate } from '../../../src/core/model.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { image } from '../../../src/core/space/group.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { number, score } from '../../../src/report/format.ts';
import { htmlReport } from '../../../src/report/html.ts';
import { markdownReport } from '../../../src/report/markdown.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { trustOf } from '../../../src/study/chain/trust.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { effectsOf } from '../../../src/study/sensitivity/sensitivity.ts';
import type { Study } from '../../../src/study/study.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled } from '../../../src/testing/labeled.ts';

const numbers = (d: number) => Object.fromEntries(Array.from({ length: d }, (_, j) => [`p${j}`, real(0, 1)]));
const steps = (d: number) =>
  defineSimulator(null, {
    name: 'steps',
    parameters: numbers(d),
    outputs: { y: {}, side: { classes: ['low', 'high'] } },
    run: (p) => ({ y: (p.p1 > 0.5 ? 4 : 0) + (p.p7 > 0.5 ? 2 : 0), side: p.p9 > 0.5 ? 'high' : 'low' }),
  });
const studyOf = (d: number, student: Surrogate = decisionTree({ maxDepth: 3 }), size = 60) =>
  runStudy(
    defineScenario({
      name: 'many',
      simulator: steps(d),
      chain: [{ name: 'rules', transfer: uniform(), size, student }],
    }),
    { executor: inlineExecutor() },
    { clock: () => performance.now() },
  );
const run = () => ({ rng: new Rng('many inputs'), clock: () => performance.now() });

/** Of more rows than are kept of so many inputs. */
let wide: Promise<Study>;
beforeAll(() => {
  wide = studyOf(600, decisionTree({ maxDepth: 3 }), 420);
  return wide;
});

test('a study of 600 inputs ends, tells of those that matter, and says so', async () => {
  const { results, measurements } = await wide;
  expect(results.notes).toEqual([]);
  const [y, side] = results.effects.map(({ effects }) => effects);
  expect(y.inputs).toEqual(expect.arrayContaining([1, 7, 9]));
  expect(y.inputs?.length).toBeLessThanOrEqual(30);
  for (const one of [y, side]) {
    expect(one.first).toHaveLength(y.inputs?.length as number);
    expect(one.total.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.9);
  }
  expect(y.total[y.inputs?.indexOf(1) as number]).toBeCloseTo(0.8, 1);
  expect(results.effects[0].slice?.inputs).toEqual([1, 7]);
  const text = markdownReport({ format: 1, results, measurements });
  expect(text).toMatch(/Of 600 inputs a screening found \d+ that matter most/);
  expect(htmlReport({ format: 1, results, measurements })).not.toMatch(/NaN/);
});

test('the report of a study of 600 inputs has figures and pictures of those that matter, under their names', async () => {
  const study = await wide;
  const [y, side] = study.results.effects.map(({ effects }) => effects);
  const told = y.inputs as readonly number[];
  const [markdown, html] = [markdownReport(study), htmlReport(study)];
  told.forEach((k, at) => {
    const figures = [y.first, y.total, side.first, side.total].map((of) => score(of[at], 3));
    expect(markdown).toContain(`| ${[`p${k}`, ...figures].join(' | ')} |`);
    const ends = [0, -1].map((end) => number(y.main[at].at(end)));
    expect(markdown).toContain(`| ${[`p${k}`, ...ends].join(' | ')} |`);
  });
  expect(html).toContain('Design over p1 and p7');
  expect(html).toContain(`through its value of ${told.length} of its inputs.`);

  const [picture] = /<svg(?:(?!<svg).)*?>Design over \d+ of its inputs<.*?<\/svg>/s.exec(html) as RegExpExecArray;
  expect(picture).toContain(`Design over ${told.length} of its inputs`);
  const names = [...picture.matchAll(/<text[^>]*>(p\d+)<\/text>/g)].map(([, name]) => name);
  expect(names).toEqual(told.map((k) => `p${k}`));
  const { evaluations, runs } = study.results.stages[0];
  const known = new Map(evaluations.map(({ id, u }) => [id, u]));
  const lines = [...picture.matchAll(/ d="M([^"]*)"><title>([^:]*):/g)].map(([, path, id]) => ({
    at: path.split('L').map((point) => Number(point.split(' ')[0])),
    u: known.get(id) as readonly number[],
  }));
  expect(lines.length).toBe(200);
  told.forEach((k, at) => {
    const places = [...lines].sort((one, other) => one.u[k] - other.u[k]).map((line) => line.at[at]);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  // Of so many inputs not every point is kept.
  expect({ kept: evaluations.length, runs: runs.total }).toEqual({ kept: 416, runs: 420 });
});

test('a study of an image of 2,025 pixels ends, and its report tells of the pixels as one group', {
  tags: ['slow'],
}, async () => {
  const simulator = defineSimulator(null, {
    name: 'picture',
    parameters: { ...image(45, 45, { range: [0, 255] }), angle: real(0, 90) },
    outputs: { y: {} },
    run: (p) => {
      const pixels: Record<string, unknown> = p;
      if (p.angle > 80) throw new Error('out of range');
      return { y: (pixels.pixel_3_4 as number) > 100 ? 1 : p.angle / 90 };
    },
  });
  const study = await runStudy(
    defineScenario({
      name: 'picture',
      simulator,
      chain: [{ name: 'rules', transfer: uniform(), size: 60, student: decisionTree({ maxDepth: 3 }) }],
    }),
    { executor: inlineExecutor() },
    { clock: () => performance.now() },
  );
  expect(study.results.notes).toEqual([]);
  const text = markdownReport(study);
  expect(text).toContain('| pixel (2,025 inputs) | a number in \\[0, 255\\] |');
  expect(text).toContain('the 30 of 2,026 inputs that are shifted most');
  const lines = text.split('\n').filter((line) => /pixel_\d+_\d+/.test(line));
  expect(lines.length).toBeLessThan(130);
});

test('a student of more inputs than the Sobol sequence has dimensions is told how far it can be relied on', async () => {
  const data = labeled(new Space(numbers(1001)), [{ name: 'f' }], 40, (u) => [u[0]]);
  const student = decisionTree({ maxDepth: 2 });
  const trust = await trustOf(student, await student.fit(data, run()), data, [0.5], run());
  expect(trust.outputs[0].halfWidth).toBeGreaterThan(0);
});

test('what fails after the fits is a note, and the study is written without it', async () => {
  const fails: Surrogate = {
    name: 'fails',
    async fit(data, own) {
      const tree = await decisionTree().fit(data, own);
      return {
        health: tree.health,
        predict(x: Matrix) {
          if (x.rows === 1024) throw new RangeError('out of memory');
          return tree.predict(x);
        },
      };
    },
  };
  const study = await studyOf(3, fails);
  expect(study.results.effects).toEqual([]);
  expect(study.results.notes).toEqual(['effects of the inputs left out: out of memory']);
  expect(study.results.stages[0].fidelity[0].points).toBe(60);
  expect(markdownReport(study)).toContain('effects of the inputs left out: out of memory');
});

test('a stage that needs more inputs than its sampler knows is refused before anything is run', () => {
  const chain = [
    { name: 'first', transfer: uniform(), size: 5 },
    { name: 'second', transfer: sobol(), size: 5 },
  ];
  expect(() => defineScenario({ name: 'wide', simulator: steps(1001), chain })).toThrow(
    "scenario 'wide', chain[1].transfer: knows points of at most 1000 inputs, and there are 1001; take latinHypercube() or uniform()",
  );
  expect(() => defineScenario({ name: 'wide', simulator: steps(1000), chain })).not.toThrow();
});

describe('effects of many inputs', () => {
  test('take a bounded number of points, and find what matters to any of the functions', async () => {
    let asked = 0;
    const both = (x: Matrix) => {
      asked += x.rows;
      const of = (value: (i: number) => number) => Float64Array.from({ length: x.rows }, (_, i) => value(i));
      return [of((i) => 1000 * x.get(i, 300) + 500 * x.get(i, 4)), of((i) => x.get(i, 0) * x.get(i, 399))];
    };
    const [sum, product] = await effectsOf(both, new Space(numbers(400)), run());
    expect(sum.inputs).toEqual([0, 4, 300, 399]);
    expect(sum.total.map((share) => Number(share.toFixed(1)))).toEqual([0, 0.2, 0.8, 0]);
    expect(sum.main[2].at(-1)! - sum.main[2][0]).toBeCloseTo(1000, 6);
    expect(product.total[0]).toBeCloseTo(4 / 7, 1);
    expect(product.first[3]).toBeCloseTo(3 / 7, 1);
    expect(asked).toBeLessThan(64 * 401 + 32 * 1024 + 30 * 25 * 256);
  });

  test('keep at most 30 inputs, the largest', async () => {
    const weights = Array.from({ length: 60 }, (_, j) => (j % 2 === 0 ? 10 : 0.1));
    const weighed = (x: Matrix) => [
      Float64Array.from({ length: x.rows }, (_, i) => weights.reduce((sum, w, j) => sum + w * x.get(i, j), 0)),
    ];
    const [{ inputs }] = await effectsOf(weighed, new Space(numbers(60)), run());
    expect(inputs).toEqual(Array.from({ length: 30 }, (_, k) => 2 * k));
  });

  test('ask canonical points also where inputs are conditional', async () => {
    const space = new Space({
      ...numbers(60),
      kind: categorical('a', 'b'),
      depth: real(0, 1, { activeWhen: { kind: 'b' } }),
    });
    const checked = (x: Matrix) => {
      for (let i = 0; i < x.rows; i += 97) expect([...space.canonical(x.row(i))]).toEqual([...x.row(i)]);
      return [Float64Array.from({ length: x.rows }, (_, i) => x.get(i, 61) + x.get(i, 3))];
    };
    const [{ inputs, total }] = await effectsOf(checked, space, run());
    expect(inputs).toEqual([3, 60, 61]);
    expect(total[inputs?.indexOf(61) as number]).toBeCloseTo(1 / 3, 1);
  });

  test('are refused where even the screening were too dear', async () => {
    const zero = (x: Matrix) => [new Float64Array(x.rows)];
    await expect(effectsOf(zero, new Space(numbers(6000)), run())).rejects.toThrow(
      '6000 inputs are too many to find those that matter',
    );
  });

  test('leave when they are cancelled, also in the screening', async () => {
    const controller = new AbortController();
    let asked = 0;
    const counted = (x: Matrix) => {
      if (++asked === 3) controller.abort();
      return [new Float64Array(x.rows)];
    };
    const cancelled = effectsOf(counted, new Space(numbers(300)), { ...run(), signal: controller.signal });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toBe(3);
  });
});
