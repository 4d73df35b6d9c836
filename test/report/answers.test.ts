import { describe, expect, test } from 'vitest';
import { answersOf } from '../../src/report/answers/answers.ts';
import { headlines } from '../../src/report/headlines.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport } from '../../src/report/markdown.ts';
import type { Study } from '../../src/study/study.ts';
import { aerofoil, beam, changed, trusted } from './studies.ts';

const search = beam.results.search!;
const best = search.best!;
const asked = (study: Study, question: string) =>
  answersOf(study)
    .filter((one) => one.question === question)
    .flatMap(({ answers }) => answers)
    .join(' ');
const found = (own: Partial<typeof best>, results: Partial<Study['results']> = {}) =>
  changed(beam, { ...results, search: { ...search, best: { ...best, ...own } } });
const limit = (text: string, value: number, holds = value <= 0) => ({ text, value, holds });

describe('what limits the best design', () => {
  test('is each constraint within a hundredth of its bound, and each input at an end of its range', () => {
    const study = found({
      constraints: [limit('deflection <= 1 cm', -0.002), limit('mass <= 9 kg', -0.4), limit('a - b >= 0', -0.002)],
      point: { ...best.point, length: 3 },
    });
    expect(asked(study, 'What limits it?')).toBe('Active: deflection <= 1 cm. length lies at its upper bound 3 m.');
    const html = htmlReport(study);
    expect(html).toContain('<td>deflection ≤ 1 cm</td><td>active</td>');
    expect(html).toContain('<td>mass ≤ 9 kg</td><td>holds, 40 % to spare</td>');
    expect(html).toContain('<td>a - b ≥ 0</td><td>holds</td>');
    expect(html).toContain('at its upper bound');
  });

  test('is every input at a bound, in one sentence', () => {
    const study = found({ constraints: [], point: { ...best.point, length: 3, side: 0.02, load: 2000 } });
    expect(asked(study, 'What limits it?')).toBe(
      'length lies at its upper bound 3 m and side at its lower bound 0.02 m.',
    );
    expect(asked(study, 'What to do next?')).toContain(
      'Widen the range of side, if the design allows it: the best design lies at its end.',
    );
  });

  test('is what is violated, where nothing is feasible', () => {
    const study = found({ feasible: false, constraints: [limit('deflection <= 1 cm', 0.25)] });
    expect(asked(study, 'What limits it?')).toContain('deflection <= 1 cm is violated by 25 %');
    expect(asked(study, 'What to do next?')).toContain('Relax a limit or widen the ranges');
  });

  test('is nothing inside', () => {
    const study = found({
      constraints: [limit('mass <= 9 kg', -0.4)],
      point: { ...best.point, length: 2, side: 0.05, load: 2000 },
    });
    expect(asked(study, 'What limits it?')).toBe('No limit is active and no input lies at its bounds.');
  });
});

describe('how sure it is', () => {
  test('is a verdict in words with the error that is expected, and what more points would make of it', () => {
    expect(asked(trusted(0.26, 'optimization'), 'How sure is it?')).toContain(
      'Stage surrogate is good enough to guide a search, not for prediction, of cd: expected error over the whole space: 26 % of a standard deviation, about 13 % with 180 points.',
    );
    expect(asked(trusted(0.26, 'optimization'), 'What to do next?')).toContain('Give stage surrogate about 260 points');
    expect(asked(trusted(0.02, 'prediction'), 'How sure is it?')).toContain(
      'is good enough for prediction of cd: expected error over the whole space: 2 % of a standard deviation.',
    );
    expect(asked(trusted(0.02, 'prediction'), 'What to do next?')).not.toContain('Give stage surrogate');
  });

  test('tells error bars that do not match', () => {
    expect(asked(trusted(0.02, 'prediction', 2), 'How sure is it?')).toContain(
      'The error bars of cd do not match the actual errors.',
    );
    expect(asked(trusted(0.02, 'prediction', 1), 'How sure is it?')).not.toContain('error bars');
  });
});

test('a search that got better to its end should go on', () => {
  const curve = [...search.curve.slice(0, -1).map(() => 40), 30];
  const late = changed(beam, { search: { ...search, stop: 'budget', curve } });
  expect(asked(late, 'What to do next?')).toContain(`still got better at run ${curve.length} of ${curve.length}`);
  const early = changed(beam, { search: { ...search, stop: 'budget', curve: curve.map(() => 30) } });
  expect(asked(early, 'What to do next?')).not.toContain('Raise the budget');
});

test('what matters most is a sentence of its own', () => {
  expect(asked(aerofoil, 'What matters most?')).toMatch(
    /^Of the variance of .+ over the space, \w+ explains [\d.]+ %(, \w+ [\d.]+ %)*( and \w+ [\d.]+ %)?, alone or together with others\./,
  );
});

test('what was left out has a section of its own, wherever there is one', () => {
  const note = '2 of 100 test rows left out: their runs failed';
  const html = htmlReport(changed(aerofoil, { notes: [note] }));
  expect(html).toMatch(new RegExp(`<section id="left-out" .*${note}`, 's'));
  expect(htmlReport(changed(aerofoil, { notes: [] }))).not.toContain('id="left-out"');
});

test('squared errors as large as their variances are told as 0, not as what rounding leaves', () => {
  expect(htmlReport(trusted(0.02, 'prediction', 6.7e-16))).toContain('>0.00<');
});

/** Every figure that a report tells, by what it is of. */
function figuresOf(text: string): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>();
  const tell = (what: string, value: string) => told.set(what, (told.get(what) ?? new Set()).add(value));
  const plain = text.replaceAll('\\', '');
  for (const [, stage, outputs, most, error] of plain.matchAll(
    /[Ss]tage (\S+) is [^:]*?(?:prediction,? of|not good enough for) ([^:]*): expected error over the whole space: (at most )?([\d.]+ %)/g,
  ))
    if (!most) tell(`expected error of ${outputs} by ${stage}`, error);
  for (const [, stage, output, error] of plain.matchAll(
    /^- (\S+): [^|\n]*expected error of (\S+) over the whole space: ([\d.]+ %)/gm,
  ))
    tell(`expected error of ${output} by ${stage}`, error);
  for (const [, what, , stage, value] of plain.matchAll(
    /^- (least (q2|agreement)) of stage (\S+) at [^:]*: ([\d.]+)/gm,
  ))
    tell(`${what} of ${stage}`, value);
  const tables = [...plain.matchAll(/^\|(.*)\|\n\| [-:| ]+\|\n((?:\|.*\|\n?)*)/gm)];
  for (const [, head, body] of tables) {
    const titles = head.split('|').map((cell) => cell.trim());
    for (const line of body.trim().split('\n')) {
      const cells = line
        .replace(/^\| | \|$/g, '')
        .split(' | ')
        .map((cell) => cell.trim());
      const at = (title: string) => cells[titles.indexOf(title)];
      if (titles.includes('expected error over the whole space, of a standard deviation'))
        tell(
          `expected error of ${at('output')} by ${at('stage')}`,
          at('expected error over the whole space, of a standard deviation'),
        );
    }
  }
  return told;
}

describe.each(Object.entries({ aerofoil, beam, trusted: trusted(0.2567, 'optimization') }))(
  'the report of %s never contradicts itself',
  (_, study) => {
    const markdown = markdownReport(study);
    const text = `${markdown}\n${headlines(study).join('\n')}`;

    test('in the best value, wherever it stands', () => {
      const { best, curve } = study.results.search!;
      const { objective } = study.results.goal!;
      const digits = String(Number(best!.objective.toPrecision(5)));
      expect(curve.at(-1)).toBe(best!.objective);
      const [, inTable] = new RegExp(`^\\| ${objective} \\| ([\\d.]+) \\|.*objective \\|$`, 'm').exec(markdown)!;
      const [, inFact] = /^- (?:minimize|maximize) [^:]*: ([\d.]+)/m.exec(markdown)!;
      const [, inLines] = new RegExp(`^Optimum .*: ${objective} = ([\\d.]+)`, 'm').exec(headlines(study).join('\n'))!;
      const [, inSearch] = /^\| assisted: .* \| ([\d.]+)(?: kg)? \| \d+ \| \d+ \| \w+ \|$/m.exec(markdown)!;
      expect([inTable, inFact, inLines, inSearch]).toEqual([digits, digits, digits, digits]);
    });

    test('in an error: each is named for what it estimates, and has one value', () => {
      const figures = figuresOf(text);
      if (study.results.stages[0].trust) expect([...figures.keys()]).toContain('expected error of cd by surrogate');
      for (const [what, values] of figures) expect([what, [...values]]).toEqual([what, [[...values][0]]]);
    });

    test('in the number of runs', () => {
      const { total } = study.results.search!.runs;
      const told = [...markdown.matchAll(/^\| assisted: [^|]*\| ([\d,]+) \|/gm)].map(([, runs]) =>
        Number(runs.replace(',', '')),
      );
      expect(told).toEqual([total]);
    });
  },
);

test('what is said twice of the expected error is found to differ where it does', () => {
  const two =
    'Stage s is good enough for prediction of f: expected error over the whole space: 2 % of a\nStage s is not good enough for f: expected error over the whole space: 3 % of a';
  expect([...(figuresOf(two).get('expected error of f by s') ?? [])]).toEqual(['2 %', '3 %']);
});
