import { describe, expect, test } from 'vitest';
import { headlines } from '../../src/report/headlines.ts';
import { htmlReport } from '../../src/report/html.ts';
import { markdownReport } from '../../src/report/markdown.ts';
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

const SECTIONS = [
  ...['Result', 'Problem', 'Design', 'Failures', 'Surrogate quality', 'Convergence', 'Effects of the inputs'],
  ...['Chain and rules', 'Optimum', 'Measurements'],
];

describe.each(Object.entries(studies))('the report of a study: %s', (_, study) => {
  const html = htmlReport(study);
  const markdown = markdownReport(study);
  const lines = headlines(study);

  test('has every section in both formats', () => {
    expect([...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title)).toEqual(SECTIONS);
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(14);
  });

  test('never shows a figure that is none, nor one of 17 digits', () => {
    for (const text of [html.replace(/<style>[\s\S]*<\/style>/, ''), markdown, lines.join('\n')]) {
      expect(text.match(/.{0,40}\b(NaN|undefined|null|Infinity)\b.{0,40}/)?.[0]).toBeUndefined();
      expect(text.match(/.{0,40}\d\.\d{9,}.{0,20}/)?.[0]).toBeUndefined();
      expect(text).not.toContain('[object');
    }
  });

  test('is one well-formed file that asks for nothing else', () => {
    expect(unbalanced(html)).toBeUndefined();
    expect(html).not.toMatch(/https?:|src=|<script|<link|@import|url\(/);
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
    ...['Design over camber and alpha', 'Design over all inputs'],
    ...['parity', 'residuals'].flatMap((kind) => ['cl', 'cd', 'cm'].map((output) => `surrogate: ${kind} of ${output}`)),
    ...['parity', 'residuals'].flatMap((kind) => ['cl', 'cd', 'cm'].map((output) => `rules: ${kind} of ${output}`)),
    'Best value so far',
    ...['cl / cd', 'cl', 'cd', 'cm'].flatMap((name) => [
      `Main effects on ${name}`,
      `Sobol&#39; indices of ${name}`,
      expect.stringMatching(`^${name} over `),
    ]),
  ]);
  expect(html.match(/<circle[^>]*><title>/g)?.length).toBeGreaterThan(200);
  expect(html).toContain('<title>7/surrogate/design/');
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
  expect(html).not.toContain('<script');
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
  expect(htmlReport(deep)).toContain('a &lt;= 1 …');
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
