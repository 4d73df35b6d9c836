import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scalar } from '../../src/core/space/parameter.ts';
import { rowsBehind } from '../../src/core/state/rows-behind.ts';
import { answerOf, type ReadableModel } from '../../src/core/structure.ts';
import { explorerHtml } from '../../src/explorer/explorer.ts';
import type { PointModel } from '../../src/surrogates/point-model.ts';
import { CHROMIUM, Page } from './chromium.ts';
import { data, distilled, fitted, goalOf, outputs, space } from './subject.ts';

const FOLDER = new URL('../../src/explorer/', import.meta.url);

test('the committed page is what its sources are bundled to', () => {
  const script = new URL('page/bundle.mjs', FOLDER).pathname;
  const fresh = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8', timeout: 300_000 });
  expect(readFileSync(new URL('page-code.ts', FOLDER), 'utf8')).toBe(fresh);
});

const BEST = {
  length: 1.25,
  load: 777.7777777777778,
  count: 3,
  gauge: 2,
  material: 'steel',
  coating: 0.123456789012345,
};

describe.skipIf(!CHROMIUM)('the page in a browser (skipped where Chromium is not installed)', () => {
  let folder: string;
  let page: Page;
  let url: string;
  let model: PointModel;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imago-page-'));
    model = await fitted();
    const goal = await goalOf('mass', ['stress <= 120 MPa', "state == 'safe'"]);
    const rules = { title: 'rules', model: (await distilled()) as unknown as ReadableModel };
    const html = explorerHtml(model, {
      rules,
      title: 'Beam',
      goal,
      best: { point: BEST, words: 'answered by the simulator' },
    });
    writeFileSync(join(folder, 'page.html'), html);
    url = `file://${join(folder, 'page.html')}`;
    page = await Page.open({ width: 1280, height: 800 });
    await page.go(url);
  });

  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until what is shown belongs to the last change. */
  const settled = () => page.frames(2);

  /** What the page shows of its outputs, to the last bit. */
  async function shown(): Promise<Record<string, Scalar>> {
    await settled();
    return page.value(
      `Object.fromEntries([...document.querySelectorAll('.card data[id]')].map((one) => [one.id, one.value]))`,
    );
  }

  /** The point that the model has to be asked at to compare with, by what the controls show exactly. */
  async function expectShown(point: Readonly<Record<string, Scalar | undefined>>): Promise<void> {
    const found = await shown();
    const answers = model.at(point);
    outputs.forEach(({ name, classes }, k) => {
      const { value, interval } = answers[name];
      const spread = classes ? 1 : Math.max(...data.y.column(k)) - Math.min(...data.y.column(k));
      const expected = classes
        ? { [`value-${k}`]: value }
        : { [`value-${k}`]: value, [`lower-${k}`]: interval![0], [`upper-${k}`]: interval![1] };
      for (const [id, exact] of Object.entries(expected))
        expect(Math.abs(Number(found[id]) - exact), `${id} at ${JSON.stringify(point)}`).toBeLessThanOrEqual(
          1e-12 * spread,
        );
    });
  }

  const set = (id: string, value: string) =>
    page.value(
      `(() => { const own = document.getElementById('${id}'); own.focus(); own.value = '${value}'; own.dispatchEvent(new Event('input')); own.dispatchEvent(new Event('change')); })()`,
    );

  test('begins at the best point, and answers as the model does', () => expectShown(BEST));

  test('follows fields, lists and choices', async () => {
    await set('input-0-number', '2.0625');
    await expectShown({ ...BEST, length: 2.0625 });
    await set('input-3-list', '0');
    await expectShown({ ...BEST, length: 2.0625, gauge: 0.5 });
    await page.value(`document.getElementById('input-4-1').click()`);
    await expectShown({ ...BEST, length: 2.0625, gauge: 0.5, material: 'aluminium', coating: undefined });
    expect(await page.value(`document.getElementById('input-5').closest('.control').hidden`)).toBe(true);
    await page.value(`document.getElementById('best').click()`);
    await expectShown(BEST);
    expect(await page.value(`document.getElementById('input-5').closest('.control').hidden`)).toBe(false);
  });

  test('sliders move by keys: a real one in 1000 steps, a logarithm in its own, an integer by one', async () => {
    await page.value(`document.getElementById('best').click()`);
    await settled();
    await page.value(`document.getElementById('input-0').focus()`);
    await page.press('ArrowRight', 39);
    await expectShown({ ...BEST, length: 1.2525 });
    expect(await page.value(`document.getElementById('input-0-number').value`)).toBe('1.2525');
    await page.value(`document.getElementById('input-2').focus()`);
    await page.press('ArrowRight', 39);
    await expectShown({ ...BEST, length: 1.2525, count: 4 });
    await page.value(`document.getElementById('input-1').focus()`);
    await page.press('Home', 36);
    await expectShown({ ...BEST, length: 1.2525, count: 4, load: 100 });
    expect(await page.value(`document.getElementById('input-1').getAttribute('aria-valuetext')`)).toBe('100 N');
  });

  test('what is out of range, or no number, is said', async () => {
    await set('input-0-number', '9');
    await settled();
    expect(await page.value(`document.querySelector('.control .outside').textContent`)).toBe(
      '9 m is not in the range; what is shown is the answer at 3 m',
    );
    expect(await page.value(`document.getElementById('warning').hidden`)).toBe(false);
    await page.value(
      `(() => { const own = document.getElementById('input-0-number'); own.value = 'x'; own.dispatchEvent(new Event('input')); })()`,
    );
    expect(await page.value(`document.getElementById('input-0-number').matches('[aria-invalid]')`)).toBe(true);
    await page.value(`document.getElementById('best').click()`);
    await settled();
    expect(await page.value(`document.getElementById('input-0-number').matches('[aria-invalid]')`)).toBe(false);
  });

  test('every control has a name, and what it changes is told once it rests', async () => {
    const nameless = await page.value<string[]>(`[...document.querySelectorAll('input, select, button')]
      .filter((own) => !own.labels?.length && !own.getAttribute('aria-label') && !own.textContent.trim()).map((own) => own.outerHTML)`);
    expect(nameless).toEqual([]);
    await set('input-0-number', '2');
    await set('input-0-number', '2.5');
    await settled();
    const told = `document.querySelector('#answers [role=status]').textContent`;
    const before = await page.value(told);
    await page.until(`${told} !== ${JSON.stringify(before)}`);
    expect(await page.value(told)).toMatch(/^stress [\d.]+ MPa.*; mass [\d.]+ kg.*; state (safe|bent)/);
  });

  const rested = () => page.frames(90);

  test('slices show the quantity that is chosen along each input, to the values of the model, and what is forbidden', async () => {
    await page.value(`document.getElementById('best').click()`);
    await page.value(
      `(() => { const own = document.getElementById('shown'); own.value = 0; own.dispatchEvent(new Event('change')); })()`,
    );
    await page.value(`document.getElementById('slices').scrollIntoView()`);
    await rested();
    const label = await page.value<string>(`document.querySelector('.slice svg').getAttribute('aria-label')`);
    const ends = [0.5, 3].map((length) => model.at({ ...BEST, length }).stress.value);
    const found = [...label.matchAll(/([\d.]+) MPa at ([\d.]+) m/g)].map(([, value]) => Number(value));
    expect(label).toMatch(/^stress along length: /);
    expect(found).toEqual(ends.map((value) => Number(value.toPrecision(4))));
    const forbidden = await page.value<string>(`document.querySelector('.slice .forbidden').getAttribute('d')`);
    expect(forbidden !== '').toBe(ends.some((value) => value > 120));
    const pictures = await page.value<number>(`document.querySelectorAll('.slice .curve[d^=M]').length`);
    expect(pictures).toBe(space.dimension);
    const told = await page.value<string>(`document.querySelector('#slices .hint').textContent`);
    expect(told).toContain('The ring is the point that you have chosen. Band: an answer is inside with 95 %.');
    expect(told.includes('Shaded: the goal forbids it.')).toBe(forbidden !== '');
  });

  test('each mark of the map is told, and limits are set as in print', async () => {
    await page.value(`document.getElementById('map').scrollIntoView()`);
    await rested();
    expect(await page.value(`document.querySelector('#map > .hint').textContent`)).toMatch(
      /Dots are rows that .+ The star is the best known point, answered by the simulator\. The ring is the point that you have chosen\.$/,
    );
    expect(await page.value(`document.querySelector('.goal').textContent`)).toContain('stress ≤ 120 MPa');
  });

  test('a press on a slice or the map goes there', async () => {
    const press = async (selector: string, x: number, y: number) => {
      const box = await page.value<{ x: number; y: number }>(
        `(() => { const own = document.querySelector('${selector}'); own.scrollIntoView(); const { left, top } = own.getBoundingClientRect(); return { x: left, y: top }; })()`,
      );
      const at = { x: box.x + x, y: box.y + y, button: 'left', buttons: 1, clickCount: 1 };
      for (const type of ['mousePressed', 'mouseReleased'])
        await page.send('Input.dispatchMouseEvent', { type, ...at });
      await settled();
    };
    await press('.slice svg', 44, 60);
    expect(await page.value(`document.getElementById('input-0-number').value`)).toBe('0.5');
    await press('.map svg', 58, 6);
    const axes = await page.value<string[]>(`['x', 'y'].map((axis) => document.getElementById('map-' + axis).value)`);
    const [x, y] = axes.map((j) => Object.values(space.parameters)[Number(j)]) as { lower: number; upper: number }[];
    const shown = (j: string) => page.value(`document.getElementById('input-${j}-number').value`);
    expect([await shown(axes[0]), await shown(axes[1])]).toEqual([String(x.lower), String(y.upper)]);
    await rested();
    expect(await page.value(`document.getElementById('map-canvas').getAttribute('aria-label')`)).toMatch(
      /^Map of stress over /,
    );
    expect(await page.value(`document.querySelector('.contours .limit').getAttribute('d')`)).toMatch(/^M/);
  });

  test('a limit is met, violated, or too close to tell by the interval of what it reads', async () => {
    const told = async (length: number) => {
      await set('input-0-number', String(length));
      await settled();
      return page.value<string[]>(`[...document.querySelectorAll('.goal li')].slice(1).map((own) => own.className)`);
    };
    await page.value(`document.getElementById('best').click()`);
    const lengths = Array.from({ length: 26 }, (_, k) => 0.5 + k / 10);
    const expected = lengths.map((length) => {
      const { stress, state } = model.at({ ...BEST, length });
      const [lower, upper] = stress.interval as readonly [number, number];
      const isClose = Math.abs(stress.value - 120) <= Math.max(upper - stress.value, stress.value - lower);
      return [
        isClose ? 'close' : stress.value <= 120 ? 'holds' : 'violated',
        state.class === 'safe' ? 'holds' : 'violated',
      ];
    });
    expect(new Set(expected.map(([stress]) => stress)).size).toBe(3);
    for (const [k, length] of lengths.entries()) {
      expect([length, ...(await told(length))]).toEqual([length, ...expected[k]]);
      const strip = await page.value(`document.querySelector('.strip span:last-child b').textContent`);
      const isClose = expected[k].includes('close');
      expect(strip).toBe(expected[k].includes('violated') ? 'violated' : isClose ? 'too close to tell' : 'met');
    }
  });

  test('runs that are near are told, and lead to their points', async () => {
    await rested();
    await page.value(`document.querySelector('#runs button').click()`);
    await settled();
    const id = await page.value<string>(`document.querySelector('#runs button').textContent`);
    const learned = rowsBehind(model);
    const row = learned.rows.findIndex((one) => one.id === id);
    await expectShown(space.decode(learned.x.row(row)));
    await rested();
    expect(await page.value(`document.querySelector('#runs button').textContent`)).toBe(id);
  });

  test('of the rules, the path that holds is lit', async () => {
    const tree = ((await distilled()) as unknown as ReadableModel).structure();
    for (const row of [0, 7, 23]) {
      const point = space.decode(data.x.row(row));
      await page.value(
        `new Promise((done) => {
          addEventListener('hashchange', () => done(), { once: true });
          location.hash = '${new URLSearchParams(Object.entries(point).map(([name, value]) => [name, String(value)] as [string, string]))}';
        })`,
      );
      await settled();
      const said = await page.value<string[]>(
        `[...document.querySelectorAll('.line.lit')].map((one) => one.textContent)`,
      );
      const [stress] = answerOf(tree, data.x.row(row), space);
      expect(said.length).toBeGreaterThan(1);
      expect(said.at(-1)).toContain(`stress ${Number(stress.toPrecision(4))} MPa`);
    }
  });

  test('a link carries the point', async () => {
    await page.value(`document.getElementById('best').click()`);
    await page.until(`location.hash.includes('0.123456789012345')`);
    const link = await page.value<string>('location.href');
    await page.value(`document.getElementById('middle').click()`);
    await page.go('about:blank');
    await page.go(link);
    await expectShown(BEST);
    expect(new URLSearchParams(new URL(link).hash.slice(1)).get('coating')).toBe('0.123456789012345');
    await page.value(`location.hash = 'length=2&load=x&material=gold'`);
    await page.until(`document.getElementById('input-0-number').value === '2'`);
    await expectShown({ ...BEST, length: 2 });
  });
});
