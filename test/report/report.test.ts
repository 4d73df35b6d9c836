import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { headlines } from '../../src/report/headlines.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownFiles, markdownReport } from '../../src/report/markdown.ts';
import { POINTER } from '../../src/report/pointer.ts';
import type { Study } from '../../src/study/study.ts';
import { aerofoil, beam, changed, fromData, unknown } from './studies.ts';

const { results } = aerofoil;
const studies: Readonly<Record<string, Study>> = {
  aerofoil,
  beam,
  'without a search': changed(aerofoil, { goal: null, search: null, comparison: [], race: null }),
  'without a comparison': changed(aerofoil, { comparison: [], race: null }, { directSeconds: null }),
  'without a chain': changed(aerofoil, { stages: [], effects: [] }, { savings: [] }),
  'from data': fromData(aerofoil),
  'with nothing feasible': changed(aerofoil, {
    search: { ...results.search!, curve: results.search!.curve.map(() => null), best: null },
    comparison: results.comparison.map((one) => ({ ...one, curve: one.curve.map(() => null) })),
    race: { ...results.race!, directBest: null, target: null, directEvaluations: null, assistedEvaluations: null },
  }),
  'with every evaluation failed': changed(aerofoil, {
    stages: results.stages.map((stage) => ({
      ...stage,
      evaluations: stage.evaluations.map((one) => ({ ...one, outputs: null, failure: 'threw: no licence' })),
      fidelity: [],
      accuracy: null,
    })),
    search: {
      ...results.search!,
      steps: results.search!.steps.map((step) => ({ ...step, objective: null, feasible: false, promised: null })),
      curve: [],
      best: null,
    },
  }),
  'with null for every number': unknown(aerofoil, null),
  'with null for every number and a class': unknown(beam, null),
  'with NaN for every number': unknown(beam, Number.NaN),
  'with one input': changed(aerofoil, {
    parameters: results.parameters.slice(0, 1),
    effects: results.effects.map((one) => ({ ...one, slice: null })),
  }),
};

/** Answers, pictures, then what is looked up. */
const SECTIONS = [
  ...['Result', 'Trade-off', 'Effects of the inputs', 'Surrogate quality', 'Chain and rules'],
  ...['Problem', 'Search', 'Design', 'Failures', 'Runs', 'Measurements'],
];
/** Sections that a study has nothing to say in. */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  'without a search': ['Search'],
  'without a chain': ['Design', 'Surrogate quality', 'Chain and rules', 'Effects of the inputs'],
};

describe.each(Object.entries(studies))('the report of a study: %s', (name, study) => {
  const html = htmlReport(study);
  const markdown = markdownReport(study);
  const lines = headlines(study);

  test('has every section with something to say, in both formats', () => {
    const hasFailures = markdown.includes('Failures by cause');
    const absent = [...(ABSENT[name] ?? []), 'Trade-off', 'Runs', ...(hasFailures ? [] : ['Failures'])];
    const wanted = SECTIONS.filter((title) => !absent.includes(title));
    expect([...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title)).toEqual(wanted);
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(wanted);
    for (const section of html.match(/<section [\s\S]*?<\/section>/g) ?? [])
      expect(section).toMatch(/<(table|dl|figure|li)\b/);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(14);
  });

  test('never shows a figure that is none, nor one of 17 digits', () => {
    for (const text of [html.replace(/<style>[\s\S]*<\/style>/, '').replace(POINTER, ''), markdown, lines.join('\n')]) {
      expect(text.match(/.{0,40}\b(NaN|undefined|null|Infinity)\b.{0,40}/)?.[0]).toBeUndefined();
      expect(text.match(/.{0,40}\d\.\d{9,}.{0,20}/)?.[0]).toBeUndefined();
      expect(text).not.toContain('[object');
    }
  });

  test('is one well-formed file that asks for nothing else', () => {
    expect(unbalanced(html)).toBeUndefined();
    expect(html.replace(POINTER, '')).not.toMatch(/https?:|src=|<link|@import|url\(/);
    expect(html.match(/<script/g)).toHaveLength(1);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(target);
    expect(html.match(/<section /g)).toHaveLength(html.match(/<section id="[^"]*" aria-labelledby="/g)?.length ?? 0);
    expect(html.length).toBeLessThan(600_000);
  });

  test('names every picture for those who cannot see it', () => {
    for (const [svg] of html.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/role="img" aria-label="[^"]{20,}"/);
  });

  test('keeps as many cells in every row as there are columns', () => {
    for (const block of markdown.split('\n\n').filter((part) => part.startsWith('| '))) {
      const widths = block.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

test('the pictures of a full study are all there, and their points explain themselves', () => {
  const html = htmlReport(aerofoil);
  expect([...html.matchAll(/<text class="title"[^>]*>([^<]*)</g)].map(([, title]) => title)).toEqual([
    'Best value so far',
    ...['cl / cd', 'cl', 'cd', 'cm'].flatMap((name) => [
      `Sobol&#39; indices of ${name}`,
      expect.stringMatching(`^${name} over `),
    ]),
    ...['cl / cd', 'cl', 'cd', 'cm'].map((name) => `Main effects on ${name}`),
    ...['parity', 'residuals'].flatMap((kind) => ['cl', 'cd', 'cm'].map((output) => `surrogate: ${kind} of ${output}`)),
    ...['parity', 'residuals'].flatMap((kind) => ['cl', 'cd', 'cm'].map((output) => `rules: ${kind} of ${output}`)),
    'Who learned from whom',
    ...['Design over camber and alpha', 'Design over all inputs'],
  ]);
  expect(html.match(/<circle[^>]*><title>/g)?.length).toBeGreaterThan(200);
  expect(html).toContain('<title>7/surrogate/design/');
});

test('Markdown shows its pictures as files beside it, each of which stands by itself', () => {
  const { text, pictures } = markdownFiles(aerofoil, 'my report-pictures');
  const shown = [...text.matchAll(/^!\[(.*)\]\((\S+)\)$/gm)];
  expect(shown.map(([, , path]) => decodeURIComponent(path))).toEqual([...pictures.keys()]);
  expect(shown).toHaveLength(htmlReport(aerofoil).match(/<figure/g)!.length);
  expect([...pictures.keys()][0]).toBe('my report-pictures/01-best-value-so-far.svg');
  for (const [, caption] of shown) expect(caption.length).toBeGreaterThan(10);
  for (const svg of pictures.values()) {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*><style>:root/);
    expect(svg).toMatch(
      /\.c0 \{ color: var\(--c0\); \}[\s\S]*prefers-color-scheme|prefers-color-scheme[\s\S]*\.c0 \{ color: var\(--c0\); \}/,
    );
    expect(unbalanced(svg.replace(/<style>[\s\S]*<\/style>/, ''))).toBeUndefined();
    expect(svg).not.toContain('data-axes');
  }
  expect(text.replace(/^!\[.*\n\n?/gm, '').replace(/\n{3,}/g, '\n\n')).toBe(markdownReport(aerofoil));
});

test('several objectives begin with the front, and their points are a section', () => {
  const search = beam.results.search!;
  const objectives = ['mass', 'deflection'].map((objective) => ({ sense: 'minimize' as const, objective, unit: 'u' }));
  const goal = { ...objectives[0], objective: 'hypervolume', objectives, constraints: [] };
  const points = search.steps.slice(0, 3).map(({ id }, i) => ({
    ...{ id, u: [0, 0, 0, 0], point: {}, outputs: {} },
    objectives: [i + 1, 3 - i],
  }));
  const front = { reference: [10, 10], hypervolume: 12.5, points };
  const html = htmlReport(changed(beam, { goal, search: { ...search, best: null, front }, race: null }));
  const titles = [...html.matchAll(/<text class="title"[^>]*>([^<]*)</g)].map(([, title]) => title);
  expect(titles[0]).toBe('deflection against mass');
  expect([...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title).slice(0, 2)).toEqual([
    'Result',
    'Trade-off',
  ]);
  expect(html).toContain('The simulator itself answered all 3 points of the front.');
  expect(html).toContain('<dd class="value">3 points</dd>');
  expect(html).toContain('Hypervolume 12.5, up to the reference point (mass 10 u, deflection 10 u).');
});

test('the one script is the one that the policy lets run', () => {
  const html = htmlReport(aerofoil);
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html)!;
  const hash = `sha256-${createHash('sha256').update(script).digest('base64')}`;
  expect(html).toContain(`default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${hash}'`);
});

test('the problem tells what was used, where the study says it', () => {
  const recipes = [{ part: 'student of rules', recipe: 'decisionTree(maxDepth: 3)' }];
  const told = { ...aerofoil, results: { ...results, recipes } };
  expect(markdownReport(told)).toMatch(
    /What was used.*\n(.*\n)*?\| student of rules +\| decisionTree\(maxDepth: 3\) +\|/,
  );
  expect(markdownReport({ ...aerofoil, results: { ...results, recipes: undefined } })).not.toContain('What was used');
});

test('the best point says how to run it again, and the footer how to run any', () => {
  const { id } = results.search!.best!;
  expect(htmlReport(aerofoil)).toContain(`<code>imago replay &lt;store&gt; ${id}</code>`);
  expect(markdownReport(aerofoil)).toContain(`\n    imago replay <store> ${id}\n`);
  expect(htmlReport(aerofoil)).toMatch(/<footer><p>Seed 7. Simulator: aerofoil@1\+sha256:0f3c2a.<\/p>/);
  expect(htmlReport(fromData(aerofoil))).not.toContain('imago replay');
});

test('all that others named is text, never markup', () => {
  const evil = '<script>alert("1 & 2")</script>`|*';
  const renamed = JSON.parse(
    JSON.stringify(beam)
      .replaceAll('"mass"', JSON.stringify(evil))
      .replaceAll('"Lightest beam"', JSON.stringify(evil))
      .replaceAll('"yields"', JSON.stringify(`${evil} yields`))
      .replaceAll('the clamp gave way', evil.replaceAll('"', "'")),
  ) as Study;
  const html = htmlReport(renamed);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('&lt;script&gt;alert(&quot;1 &amp; 2&quot;)');
  expect(unbalanced(html)).toBeUndefined();
  const markdown = markdownReport(renamed);
  expect(markdown).not.toContain('<script');
  expect(markdown).toContain('\\`\\|\\*');
});

test('a study of many points stays small: each picture draws a part of them and says so', () => {
  const [first, ...rest] = results.stages;
  const many = <T>(items: readonly T[]) => Array.from({ length: 1000 }, (_, i) => items[i % items.length]);
  const large = changed(aerofoil, {
    stages: [first, ...rest, ...rest].map((stage) => ({
      ...stage,
      evaluations: many(stage.evaluations),
      fidelity: stage.fidelity.map((one) => ({ ...one, points: 1000, parity: many(one.parity) })),
    })),
  });
  const html = htmlReport(large);
  expect(html.length).toBeLessThan(600_000);
  expect(html).toMatch(/\d+ of 1,000 points drawn/);
  expect(htmlReport(large)).toBe(html);
});

test('a tree of many leaves is cut at a level that fits, and says so', () => {
  const tree = (depth: number): NonNullable<(typeof results.stages)[1]['tree']> =>
    depth === 0
      ? { kind: 'leaf', count: 1, values: { cl: 1, cd: 2, cm: 3 } }
      : {
          kind: 'split',
          count: 2 ** depth,
          test: 'a <= 1',
          otherwise: 'a > 1',
          left: tree(depth - 1),
          right: tree(depth - 1),
        };
  const deep = changed(aerofoil, { stages: results.stages.map((stage) => ({ ...stage, tree: tree(8) })) });
  expect(htmlReport(deep)).toContain('only the first 5 levels');
  expect(htmlReport(deep)).toContain('a ≤ 1 …');
});

test('a small tree is drawn, its leaves with the shares of the classes', () => {
  const leaf = (share: number) => ({
    ...{
      kind: 'leaf' as const,
      count: 40,
      values: { mass: 1, deflection: 2, verdict: share > 0.5 ? 'holds' : 'breaks' },
    },
    shares: { verdict: [share, 1 - share] },
  });
  const split = { kind: 'split' as const, count: 80, test: 'width <= 0.1 m', otherwise: 'width > 0.1 m' };
  const tree = { ...split, count: 120, left: leaf(0.25), right: { ...split, left: leaf(1), right: leaf(0.5) } };
  const [stage] = beam.results.stages;
  const html = htmlReport(changed(beam, { stages: [{ ...stage, tree }] }));
  expect(html).toContain('The tree for verdict');
  expect(unbalanced(html)).toBeUndefined();
  const [, picture] = /aria-label="The tree for verdict[^>]*>(.*?)<\/svg>/s.exec(html) ?? [];
  expect(
    [...picture.matchAll(/<rect class="c(\d)"[^>]*width="([\d.]+)" height="12"/g)].map(([, k, width]) => [k, width]),
  ).toEqual([
    ['0', '24'],
    ['1', '72'],
    ['0', '96'],
    ['0', '48'],
    ['1', '48'],
  ]);
});

const rule = (points?: Readonly<Record<string, number>>) => ({
  tests: ['a <= 1', 'b > 2.34567 m'],
  values: { cl: 1, cd: 2, cm: 3 },
  ...{ count: 30, coverage: 0.3, precision: 0, ...(points && { points }) },
});

test('rules are sentences with what they cover; those that add up tell their points', () => {
  const [stage] = results.stages;
  const told = (rules: object) =>
    markdownReport(
      changed(aerofoil, { stages: [{ ...stage, name: 'few', tree: null, ...rules }] as typeof results.stages }),
    );
  const list = told({
    rules: { combine: 'first', rules: [rule()], otherwise: { ...rule(), tests: [], coverage: 0.7 } },
  });
  expect(list).toContain('Rules of stage few, learned from simulator: the first that holds answers');
  expect(list).toMatch(/\| a ≤ 1 and b &gt; 2\.3457 m \| 1 \| 2 \| 3 \| 30 % \|/);
  expect(list).toMatch(/\| otherwise \| 1 \| 2 \| 3 \| 70 % \|/);
  const points = { cl: 0.5, cd: -0.25, cm: 0 };
  const sum = told({ rules: { combine: 'sum', rules: [rule(points)], otherwise: { ...rule(points), tests: [] } } });
  expect(sum).toMatch(/\| everywhere .*\n\| a ≤ 1 and b &gt; 2\.3457 m \| \+0\.5 \| -0\.25 \| \+0 \| 30 % \|/);
});

test('a box is drawn on the range of each input with the way to it, and what fresh runs say', () => {
  const [stage] = results.stages;
  const [first, second] = results.parameters;
  const at = { coverage: 1, density: 0.2, support: 1, volume: 1, restricted: 0 };
  const boxes = {
    sought: 'cl < 1',
    trajectory: [at, { coverage: 0.6, density: 0.95, support: 0.1, volume: 0.125, restricted: 2 }],
    chosen: 1,
    limits: [
      { parameter: first.name, from: 0.01, to: 0.02, within: [0.2, 0.4] as const },
      { parameter: second.name, from: 0.3, to: 0.5, within: [0, 0.6] as const },
    ],
    ...{ inside: { cl: 0 }, otherwise: { cl: 2 } },
  };
  const confirmation = { runs: 50, failed: 1, sought: 47, density: 0.94, interval: [0.838, 0.979] as const };
  const study = changed(aerofoil, { stages: [{ ...stage, tree: null, boxes, confirmation }] });
  const html = htmlReport(study);
  expect(unbalanced(html)).toBeUndefined();
  expect(html).toContain('12.5&#160;% of the space');
  expect(html).toContain(
    'it holds 60&#160;% of what is sought, which is 95&#160;% of the box. The other 3 inputs are free.',
  );
  expect(html).toMatch(
    /50 fresh runs of the simulator inside, 1 more failed: 47 are, 94&#160;% \(95&#160;% interval 83.8&#160;% to 97.9&#160;%\)/,
  );
  expect(html.match(/<rect class="c0" /g)).toHaveLength(2);
  expect(headlines(study)).toContainEqual(
    `surrogate: cl < 1 where 0.01 <= ${first.name} <= 0.02 and ${second.name} <= 0.5; 47 of 50 fresh runs inside are (95 % interval 83.8 % to 97.9 %), it covers 60 %`,
  );
  expect(markdownReport(study)).toMatch(new RegExp(`\\| ${second.name} +\\| +0.3 \\| +0.5 \\| +60 % \\|`));
  const whole = htmlReport(
    changed(study, { stages: [{ ...stage, tree: null, boxes: { ...boxes, limits: [], chosen: 0 } }] }),
  );
  expect(whole).toContain('Its box is the whole space, 20&#160;% of which is.');
});

/** What is wrong with the nesting of tags; undefined when nothing is. */
function unbalanced(html: string): string | undefined {
  const open: string[] = [];
  for (const [tag, closing, name, , empty] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*?)?)(\/?)>/g)) {
    if (empty || name === 'meta') continue;
    if (!closing) open.push(name);
    else if (open.pop() !== name) return `${tag} closes something else`;
  }
  return open.length > 0 ? `${open.join(' > ')} stays open` : undefined;
}

test('what a student takes a class for is a table, with its proper scores', () => {
  const [stage, ...others] = beam.results.stages;
  const told = stage.fidelity.map((one) => {
    if (one.kind === 'number') return one;
    const confusion = [
      [20, 4],
      [3, 1010],
    ];
    return { ...one, classes: ['holds', 'breaks'], confusion, points: 1037, logLoss: 0.321, brier: 0.123 };
  });
  const markdown = markdownReport(changed(beam, { stages: [{ ...stage, fidelity: told }, ...others] }));
  expect(markdown).toContain('verdict, 1,037 points: what simulator says in rows, what surrogate says in columns');
  expect(markdown).toMatch(/\| breaks \| +3 \| +1,010 \|/);
  expect(markdown).toMatch(/\| 0.321 \| +0.123 \|/);
});

test('a study of before is told as it was: a fidelity is of a class where it had an agreement', () => {
  const kinds = beam.results.stages[0].fidelity.map(({ kind, output }) => [output, kind]);
  expect(kinds).toEqual([
    ['mass', 'number'],
    ['deflection', 'number'],
    ['verdict', 'class'],
  ]);
  expect(markdownReport(beam)).toContain('73 %');
});

test('what users noted stands in every report, and with its run', () => {
  const { id } = beam.results.search!.steps[0];
  const text = '<img src=x onerror=alert(1)> at 0.123456789 |';
  const study: Study = {
    ...beam,
    remarks: [
      { id: 'one', text },
      { id: 'two', text: 'mesh', run: id },
      { id: 'three', text: 'too coarse', run: id },
    ],
  };
  const html = htmlReport(study);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; at 0.123456789 |');
  expect(html).not.toContain('<img src=x');
  expect(html).toContain(`On run ${id}: mesh`);
  const markdown = markdownReport(study);
  expect(markdown).toContain('## Notes');
  expect(markdown).toContain(`- On run ${id}: too coarse`);
  expect(headlines(study)).toContain(`Note: ${text}`);
  const many = {
    ...study,
    remarks: Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, text: `${i} ${'x'.repeat(200)}` })),
  };
  expect(headlines(many).slice(-2)).toEqual([`Note: 4 ${'x'.repeat(157)}…`, '  and 3 notes more, all in the report']);
  expect(headlines(beam).join()).not.toContain('Note');
  expect(htmlReport(beam)).not.toContain('id="notes"');
});
