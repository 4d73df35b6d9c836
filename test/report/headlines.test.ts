import { describe, expect, test } from 'vitest';
import { errorBudget, greatestLoss } from '../../src/report/error-budget.ts';
import { headlines } from '../../src/report/headlines.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import type { Study } from '../../src/study/study.ts';
import { aerofoil, beam, changed, fromData } from './studies.ts';

const { results, measurements } = aerofoil;
const line = (study: Study, title: string) => headlines(study).find((one) => one.startsWith(title));
const raced = (race: Partial<NonNullable<Study['results']['race']>>) =>
  line(
    changed(aerofoil, {
      race: {
        ...{ direct: 'CMA-ES', directBest: 120, target: 118.8, directEvaluations: 100, assistedEvaluations: 25 },
        assistedBudget: 55,
        ...race,
      },
    }),
    'Saved',
  );

test('the share of true values in intervals is told with the output that it is of', () => {
  expect(line(aerofoil, 'Quality')).toMatch(/, of (\w+) \(.+ contain [\d.]+ % of the true values of \1$/);
});

test('what never changes is told in one sentence, once for all stages', () => {
  const [first, second] = results.stages;
  const constants = [
    { kind: 'output', name: 'cm', value: -0.08, rows: 90 },
    { kind: 'input', name: 'metal', value: 'steel', rows: 90 },
  ] as const;
  const told = { ...first, constants };
  const sentence =
    'Never changes: output cm = -0.08 (90 answers) and input metal = steel (90 points); nothing can be learned of what never changes';
  expect(line(changed(aerofoil, { stages: [told, { ...second, constants: [constants[0]] }] }), 'Never')).toBe(sentence);
  const search = { ...results.search!, model: told };
  expect(line(changed(aerofoil, { stages: [], search }), 'Never')).toBe(sentence);
  expect(line(aerofoil, 'Never')).toBeUndefined();
  const many = { ...first, constants: Array.from({ length: 30 }, (_, k) => ({ ...constants[1], name: `p${k}` })) };
  expect(line(changed(aerofoil, { stages: [many] }), 'Never')).toMatch(/input p4 = steel \(90 points\) and 25 more;/);
});

test('the optimum comes first, in the author’s units, with what was promised and what was answered', () => {
  const best = beam.results.search!.best!;
  const lines = headlines(
    changed(beam, { search: { ...beam.results.search!, best: { ...best, objective: 10, promised: 12.5 } } }),
  );
  expect(lines[0]).toBe('Lightest beam: minimize mass subject to deflection <= 1 cm, length >= 1 m, load >= 1 kN');
  expect(lines[1]).toBe('Optimum (confirmed by the simulator): mass = 10 kg; all 3 constraints hold');
  expect(lines[2]).toMatch(/^ {2}at length = [\d.]+ m, side = [\d.]+ m, load = [\d,.]+ N, material = \w+$/);
  // The objective was told above, with more digits.
  expect(lines[3]).toMatch(/^ {2}where (?!.*mass = )deflection = /);
  expect(lines[4]).toBe('  the surrogate promised 12.5 kg, the simulator answered 10 kg (25 % off)');
});

test('a point that was not simulated is called unconfirmed, and what it breaks is named', () => {
  expect(line(fromData(aerofoil), 'Optimum')).toMatch(/^Optimum \(unconfirmed: there was no simulator to ask\)/);
  const best = beam.results.search!.best!;
  const broken = best.constraints.map((one, i) => ({ ...one, holds: i !== 1 }));
  const study = changed(beam, {
    search: { ...beam.results.search!, best: { ...best, feasible: false, constraints: broken } },
  });
  expect(line(study, 'Best point')).toMatch(/which is not feasible .*; violated: length >= 1 m$/);
});

test('a search that ended because nothing was left to gain says so', () => {
  const search = beam.results.search!;
  const solved = changed(beam, { search: { ...search, stop: 'solved' } });
  const words = `solved after ${search.runs.total} runs, the rest of the budget is not needed: the answers are a linear or quadratic function of the inputs, and this is its best value`;
  expect(line(solved, '  solved')).toBe(`  ${words}`);
  expect(line(beam, '  solved')).toBeUndefined();
  for (const report of [htmlReport, markdownReport]) {
    expect(report(solved)).toContain(words);
    expect(report(beam)).not.toContain('solved after');
  }
});

test('the repetitions of a stochastic simulator are told with an interval, or as a study of before knows them', () => {
  const best = beam.results.search!.best!;
  const before = { count: 20, mean: 10.123456, standardError: 0.0345678, feasibleShare: 0.95 };
  const told = (replications: typeof best.replications) =>
    line(changed(beam, { search: { ...beam.results.search!, best: { ...best, replications } } }), '  repeated');
  expect(told({ ...before, interval: [10.0511, 10.1958] })).toBe(
    '  repeated 20 times on fresh streams: mean 10.123 kg, 95 % interval 10.051 to 10.196 kg, feasible in 95 %',
  );
  expect(told(before)).toContain(': mean 10.123 kg, standard error 0.035 kg, feasible in 95 %');
});

describe('what a study was worth stands below its goal', () => {
  const worth = (race: Partial<NonNullable<Study['results']['race']>>, speedupBatched: number) => {
    const own = { ...results.race!, direct: 'CMA-ES', directEvaluations: 100, assistedEvaluations: 8, ...race };
    const savings = measurements.savings.map((one) => ({ ...one, speedupBatched }));
    return headlines(changed(aerofoil, { race: own }, { savings }))[1];
  };

  test('in runs, and in calls where the model is at least a thousand times as fast', () => {
    expect(worth({}, 999)).toBe(
      'In short: 8 simulator runs where the best of 3 direct optimizers (CMA-ES) took 100, 12.5x fewer',
    );
    expect(worth({}, 3870)).toMatch(/12\.5x fewer; a surrogate that answers 3,870x as fast as the simulator$/);
  });

  test('losses too, and nothing where nothing is known', () => {
    expect(worth({ assistedEvaluations: 150 }, 1)).toMatch(/^In short: 150 simulator runs .* took 100, 1\.5x more$/);
    expect(worth({ assistedEvaluations: null }, 1)).toMatch(/^Optimum/);
  });
});

describe('what the most faithful student of a chain keeps', () => {
  const [teacher, tree] = beam.results.stages;
  const size = (bytes: number) => ({ numbers: 1, bytes, what: '' });
  const agreeing = {
    ...{ output: 'digit', kind: 'class' as const, method: 'test' as const, points: 10_000, parity: [] },
  };
  const chain = (search: Study['results']['search'], accuracy = 0.975, bytes = 100) => {
    const fidelity = [{ ...agreeing, accuracy, classes: ['0', '1'], confusion: [] }];
    const own = { ...tree, name: 'net', teacher: teacher.name, teachers: [teacher.name], realTest: null, fidelity };
    const hop = (stage: string, batched: number) => ({
      ...{ stage, fitSeconds: 1, predictMicroseconds: { single: 1, batched } },
    });
    const stages = [
      { ...teacher, size: size(123_000) },
      { ...own, size: size(bytes) },
      { ...own, name: 'worse', fidelity: [{ ...fidelity[0], accuracy: accuracy / 2 }] },
      { ...own, name: 'direct', teacher: 'simulator', fidelity: [{ ...fidelity[0], accuracy: 1 }] },
    ] as Study['results']['stages'];
    const results = { search, race: null, stages };
    const hops = [hop(teacher.name, 286), hop('net', 1)];
    return changed(beam, results, { savings: [], hops });
  };

  test('stands below the goal and among the first figures of a report', () => {
    const study = chain(null);
    expect(line(study, 'In short')).toBe(
      `In short: net keeps 97.5 % of the answers of ${teacher.name} (digit, 10,000 test rows), 1,230x smaller, 286x faster`,
    );
    expect(markdownReport(study)).toContain(
      `fidelity of net to ${teacher.name} in digit: 97.5 % (1,230x smaller and 286x faster)`,
    );
    expect(line(chain(null, Number.NaN), 'In short')).toBeUndefined();
  });

  test('is as large where the sizes are as good as equal', () => {
    expect(line(chain(null, 0.975, 121_000), 'In short')).toMatch(/, as large, 286x faster$/);
    expect(line(chain(null, 0.975, 125_000), 'In short')).toMatch(/, as large, 286x faster$/);
    expect(line(chain(null, 0.975, 250_000), 'In short')).toMatch(/, 2x larger, 286x faster$/);
  });

  test('is no headline of a study that searches', () => {
    expect(line(chain(beam.results.search), 'In short')).toBeUndefined();
  });

  test('is a q2 where numbers are learned', () => {
    const [first, second] = aerofoil.results.stages;
    const study = changed(aerofoil, { search: null, race: null, stages: [first, second] }, { savings: [] });
    expect(line(study, 'In short')).toMatch(
      /^In short: rules follows surrogate with q2 0\.\d+ \(c\w+, [\d,]+ left-out points\)/,
    );
  });
});

describe('the saving', () => {
  test('is a difference and a ratio at a stated tolerance', () => {
    expect(raced({})).toMatch(
      /^Saved: To come within 1 % of the best direct optimizer \(CMA-ES: 120 in 150 runs\), direct search took 100 runs and the assisted search took 25 runs: 75 runs saved, 4x fewer; its best after 55 runs is [\d.]+$/,
    );
  });

  test('names who found the best value and who came near it first', () => {
    const [one, two] = results.comparison;
    const study = changed(aerofoil, {
      comparison: [one, { ...two, curve: [...two.curve.slice(0, -1), 120] }],
      race: { ...results.race!, direct: one.optimizer, directBest: 120, directEvaluations: 9, assistedEvaluations: 3 },
    });
    expect(line(study, 'Saved')).toContain(
      `(${two.optimizer}: 120 in 150 runs), direct search (${one.optimizer}) took 9`,
    );
  });

  test('can be a loss, and is told as one', () => {
    expect(raced({ assistedEvaluations: 101 })).toContain('took 101 runs: 1 run more;');
    expect(raced({ assistedEvaluations: 100 })).toContain('no run saved');
  });

  test('is censored when the assisted search did not get there', () => {
    expect(raced({ assistedEvaluations: null })).toMatch(
      /direct search took 100 runs; the assisted search did not reach it in 55 runs$/,
    );
  });

  test('is not claimed when no direct optimizer found anything feasible', () => {
    expect(raced({ directBest: null, target: null, directEvaluations: null, assistedEvaluations: null })).toBe(
      'Saved: No direct optimizer found a feasible point (CMA-ES: 150 runs), so there is no quality to compare at',
    );
  });
});

test('a surrogate slower than the simulator never pays, whether infinity came through JSON or not', () => {
  for (const breakEvenCalls of [Number.POSITIVE_INFINITY, null as unknown as number]) {
    const savings = measurements.savings.map((one) => ({ ...one, breakEvenCalls, speedupBatched: 0.5 }));
    expect(line(changed(aerofoil, {}, { savings }), 'Speed')).toMatch(
      /one in a batch 0\.5x; counting design and fit, it never breaks even$/,
    );
  }
});

test('failures are counted by cause with an example', () => {
  const failures = [
    { cause: 'threw' as const, count: 3, example: 'no licence' },
    { cause: 'timed-out' as const, count: 1, example: '' },
  ];
  const search = { ...results.search!, runs: { total: 55, completed: 51, failures } };
  expect(line(changed(aerofoil, { search }), 'Failures')).toBe(
    'Failures: 4 of 55 runs failed: 3 threw ("no licence") and 1 timed-out',
  );
});

test('a reason that holds control characters commands no terminal', () => {
  const failures = [{ cause: 'threw' as const, count: 1, example: '\x1b]0;PWN\x07\x1b[2J\x9bno\r\nlicence' }];
  const search = { ...results.search!, runs: { total: 55, completed: 54, failures } };
  expect(line(changed(aerofoil, { search }), 'Failures')).toBe(
    'Failures: 1 of 55 runs failed: 1 threw (" ]0;PWN [2J no licence")',
  );
});

test('the error budget names the hop that loses most', () => {
  const fidelity = (output: string, q2: number) => ({ ...results.stages[0].fidelity[0], output, q2 });
  const [first, second] = results.stages;
  const stages = [
    { ...first, fidelity: [fidelity('cl', 0.99), fidelity('cd', 0.9)], accuracy: null },
    { ...second, accuracy: [fidelity('cl', 0.95), fidelity('cd', 0.7)] },
  ];
  const losses = errorBudget(stages);
  expect(losses.map(({ stage, output, lost }) => [stage, output, Math.round(lost * 100) / 100])).toEqual([
    ['surrogate', 'cl', 0.01],
    ['surrogate', 'cd', 0.1],
    ['rules', 'cl', 0.04],
    ['rules', 'cd', 0.2],
  ]);
  expect(greatestLoss(losses)).toMatchObject({ stage: 'rules', output: 'cd' });
  expect(line(changed(aerofoil, { stages }), 'Least faithful step')).toBe(
    'Least faithful step: surrogate to rules (q2 of cd falls from 0.900 to 0.700)',
  );
});

test('a student that outgrows its teacher is called larger, not smaller by less than one', () => {
  const { stages } = beam.results;
  const sizes = (own: number) =>
    changed(beam, {
      stages: stages.map((stage, i) => ({
        ...stage,
        ...{ teachers: i === 0 ? [] : [stages[0].name], size: { numbers: 1, bytes: i === 0 ? 100 : own, what: '' } },
      })),
    });
  expect(line(sizes(400), stages[1].name)).toMatch(/; 4x larger$/);
  expect(line(sizes(25), stages[1].name)).toMatch(/; 4x smaller$/);
});
