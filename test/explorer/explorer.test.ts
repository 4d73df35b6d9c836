import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { explorerHtml } from '../../src/explorer/explorer.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { exportModel } from '../../src/shipping/export-model.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { data, fitted, goalOf, outputs, partsOf, space } from './subject.ts';

const LONG = 'ü'.repeat(200);
const NASTY = [`"it's"</script><script>alert(1)</script>`, '<!--', LONG, '\\u003c$`'];

test('a page is one text that asks for nothing, and its code stays below 300 kB', async () => {
  const html = explorerHtml(await fitted());
  expect(html).not.toMatch(/\b(?:src|href)\s*=|@import|url\(|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
  expect(html).toContain("default-src 'none'");
  const numbers = /bytes\('[^']*'\)/g;
  expect(html.replace(numbers, '').length).toBeLessThan(300_000);
});

test('names with quotes, ends of scripts, umlauts and 200 letters survive', async () => {
  const [quoted, comment, long, escaped] = NASTY;
  const own = new Space({ [quoted]: real(0, 1, { unit: 'm</script>' }), [comment]: categorical(long, '</script>') });
  const made = outputList({ [long]: { unit: '"' }, [escaped]: {} });
  const rows = labeled(own, made, 30, (u) => [u[0], u[0] + u[1]]);
  const model = await decisionTree().fit(rows, testRun('names'));
  const html = explorerHtml(model, { title: quoted, notes: [comment, long] });
  expect(html.match(/<\/script/g)).toHaveLength(3);
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html).not.toContain('<!--');
  const { data: content, program } = partsOf(html);
  expect(content.title).toBe(quoted);
  expect(content.parameters.map(({ name }: { name: string }) => name)).toEqual([quoted, comment]);
  expect(content.outputs.map(({ name }: { name: string }) => name)).toEqual([long, escaped]);
  expect(content.notes).toEqual(expect.arrayContaining([comment, long]));
  expect(program.answers([0.3, 0])[0]).toBe(model.at({ [quoted]: 0.3, [comment]: long })[long].value);
});

test('the goal of a page is that of the scenario, in units, with texts, choices and every sign and function', async () => {
  const wish =
    "abs(length) / 2 m + max(mass / kg, 2^-1) - sqrt(load / kN) + (material == 'steel' ? -log(count) : exp(-count)) * floor(count / 3)";
  const limits = [
    'stress <= 1.2e8 Pa',
    '0.5 <= length / 3 m <= 1',
    "state == 'safe'",
    'coating >= 0.1 mm',
    'count == 3',
  ];
  const goal = await goalOf(wish, limits);
  const { program } = partsOf(explorerHtml(await fitted(), { goal }));
  const quantities = [...goal.objectives, ...goal.constraints] as unknown as {
    evaluate: (point: unknown, outputs: unknown) => number;
  }[];
  for (const point of testPoints(space)) {
    const answers = {
      stress: 130 * (point.length as number),
      mass: 4,
      state: (point.count as number) > 3 ? 'safe' : 'bent',
    };
    const found = program.goal(
      space.names.map((name) => point[name]),
      outputs.map(({ name }) => answers[name as keyof typeof answers]),
    );
    expect(found).toEqual(quantities.map((one) => one.evaluate(point, answers)));
  }
});

test('what of a goal a page cannot compute is left out, and said', async () => {
  const other = outputList({ weight: {}, stress: { unit: 'MPa' }, mass: {}, state: { classes: ['safe', 'bent'] } });
  const goal = await goalOf('weight', ['stress <= 1 MPa'], { space, outputs: other });
  const { data: content } = partsOf(explorerHtml(await fitted(), { goal }));
  expect(content.objectives).toEqual([]);
  expect(content.constraints).toHaveLength(1);
  expect(content.notes).toEqual(["'weight' of the goal is not shown: 'weight' is not in this page"]);
});

test('its arithmetic is the model: what is exported is run, and coordinates and parts are those of the space', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imago-page-'));
  try {
    const report = await exportModel(await fitted(), join(folder, 'beam.html'), { notes: ['Fitted to 60 runs.'] });
    expect(report.files).toEqual([join(folder, 'beam.html')]);
    expect([report.verified, report.ofRounding <= 1, report.notes]).toEqual([true, true, []]);
    const { data: content, program } = partsOf(readFileSync(join(folder, 'beam.html'), 'utf8'));
    expect([content.title, content.notes]).toEqual(['beam', ['Fitted to 60 runs.']]);
    expect(content.runs.total).toBe(data.size);
    for (const point of testPoints(space)) {
      const rest = program.answers(rawPoint(space, point)).slice(-2 * space.dimension - 1);
      expect(rest.slice(0, space.dimension)).toEqual(Array.from(space.encode(point)));
      expect(rest.slice(space.dimension)).toEqual([...space.names.map((name) => Number(point[name] !== undefined)), 1]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
