import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import type { StudyCard } from '../../src/dashboard/shared/wire.ts';
import { CHROMIUM, Page } from '../explorer/chromium.ts';
import { EVIL, evaluation, finishedStudy, IDENTITY, newFolder, put, scenario, storeWith } from './stores.ts';

describe.skipIf(!CHROMIUM)('the dashboard in a browser (skipped where Chromium is not installed)', () => {
  const folder = newFolder();
  const kept = join(tmpdir(), `imago-failed-bowl-${randomBytes(6).toString('hex')}`);
  let store: Store;
  let shown: Dashboard;
  let page: Page;
  let running: string;
  let finished: string;

  beforeAll(async () => {
    await finishedStudy(join(folder, 'finished.sqlite'));
    store = await storeWith(join(folder, 'bowl.sqlite'), 120);
    shown = await dashboard([folder], { port: 0 });
    const cards = (await (await fetch(`${shown.url}/api/studies`)).json()) as StudyCard[];
    const keyOf = (name: string) => cards.find(({ path }) => path.endsWith(name))?.key as string;
    [running, finished] = [keyOf('bowl.sqlite'), keyOf('finished.sqlite')];
    page = await Page.open({ width: 1280, height: 900 });
  });

  afterAll(async () => {
    expect(page.errors).toEqual([]);
    // Names and messages with markup are text wherever they stand.
    expect(await page.value('window.evil')).toBeUndefined();
    await page[Symbol.asyncDispose]();
    await shown.close();
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
    rmSync(kept, { recursive: true, force: true });
  });

  const open = async (part: string, until: string) => {
    await page.go('about:blank');
    await page.go(`${shown.url}/#/${part}`);
    await page.until(until);
  };
  const openStudy = (view = '', key = running) =>
    open(`study/${key}${view}`, `${text('#runs tbody td')} !== '' && ${text('#runs tbody td')} !== '…'`);
  const text = (selector: string) => `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? '')`;
  const mouse = (type: string, x: number, y: number, buttons = 1) =>
    page.send('Input.dispatchMouseEvent', { type, x, y, button: buttons ? 'left' : 'none', buttons, clickCount: 1 });
  const boxOf = (selector: string, at = 0) =>
    page.value<{ x: number; y: number; width: number; height: number }>(`(() => {
      const element = document.querySelectorAll(${JSON.stringify(selector)})[${at}];
      element.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    })()`);

  test('lists the studies, what runs first, with names as text', async () => {
    await open('', "document.querySelectorAll('.study').length === 2");
    expect(await page.value(text('.study h2 a'))).toBe(scenario.name);
    expect(await page.value(text('.study .state'))).toBe('running');
    // Of the 100 that are planned: of more than those it tells only how many.
    expect(await page.value(text('.study .facts-line'))).toMatch(/^120 runs/);
    expect(await page.value("document.querySelector('img')")).toBeNull();
  });

  test('says what the marks of a plot mean', async () => {
    await openStudy();
    const signs = `[...document.querySelectorAll('#convergence .key > span')].map((sign) => sign.textContent.trim())`;
    expect(await page.value(signs)).toEqual([
      'within the limits',
      'outside the limits',
      'failed, at the foot',
      'best so far',
    ]);
  });

  test('shows a run soon after it was kept', async () => {
    await openStudy();
    put(store, 120, 121);
    await page.until(`${text('#runs tbody a')} === '121'`);
    await page.until(`${text('.facts')}.includes('121')`);
  });

  test('selects by dragging along an axis, in all plots and in the address, until the axis is clicked', async () => {
    await openStudy();
    const axis = await boxOf('.parallel .grip');
    const x = axis.x + axis.width / 2;
    await mouse('mousePressed', x, axis.y + 0.9 * axis.height);
    await mouse('mouseMoved', x, axis.y + 0.7 * axis.height);
    await mouse('mouseMoved', x, axis.y + 0.5 * axis.height);
    await mouse('mouseReleased', x, axis.y + 0.5 * axis.height);
    await page.until("location.hash.includes('only=0%3A')");
    await page.until(`/of 12[01] runs selected/.test(${text('[role=status].quiet')})`);
    const chosen = await page.value<number>(`Number(${text('[role=status].quiet')}.split(' ')[0])`);
    // Of 121 runs spread evenly over the axis four tenths.
    expect(chosen).toBeGreaterThan(40);
    expect(chosen).toBeLessThan(56);
    await page.until(`${text('.pager span')} === 'page 1 of 2'`);
    await mouse('mousePressed', x, axis.y + 0.2 * axis.height);
    await mouse('mouseReleased', x, axis.y + 0.2 * axis.height);
    await page.until("!location.hash.includes('only')");
  });

  test('goes on selecting, and writing the address, where a browser would refuse so many changes of it', async () => {
    await openStudy();
    await page.value(`(() => {
      const svg = document.querySelector('.parallel svg');
      svg.setPointerCapture = () => undefined;
      const axis = svg.querySelector('.grip').getBoundingClientRect();
      const send = (type, share) => svg.dispatchEvent(new PointerEvent(type, {
        bubbles: true, button: 0, pointerId: 1, clientX: axis.x + axis.width / 2, clientY: axis.bottom - share * axis.height,
      }));
      send('pointerdown', 0.1);
      for (let k = 0; k < 260; k++) send('pointermove', 0.3 + 0.06 * (k % 10));
      send('pointermove', 0.5);
      send('pointerup', 0.5);
    })()`);
    await page.until('/only=0%3A0[.]1\\d*%3A0[.][45]/.test(location.hash)');
    await page.until(`/^(4\\d|5[01]) of 12[01] runs selected/.test(${text('[role=status].quiet')})`);
  });

  test('an address brings the view back', async () => {
    await openStudy('?only=failed&sort=0&run=7');
    expect(await page.value("document.querySelector('select').value")).toBe('failed');
    expect(await page.value("document.querySelector('th[aria-sort=ascending] button').textContent")).toContain('a [m]');
    const values = await page.value<string[]>(
      "[...document.querySelectorAll('#runs tbody tr')].map((row) => row.querySelectorAll('td')[0].textContent)",
    );
    expect(values.length).toBeGreaterThan(10);
    expect(values.map(Number)).toEqual(values.map(Number).sort((a, b) => a - b));
    expect(await page.value("document.querySelectorAll('.ring.picked').length")).toBeGreaterThan(0);
  });

  test('tells the run under the pointer, and marks it in the other plots', async () => {
    await openStudy();
    const plot = await boxOf('.plot canvas');
    for (let k = 1; k < 40; k++) {
      await mouse('mouseMoved', plot.x + (plot.width * k) / 40, plot.y + plot.height / 2, 0);
      await page.frames(1);
      if (await page.value("document.querySelector('.plot circle.ring') !== null")) break;
    }
    await page.until(`/^run \\d+ · depth /.test(${text('.plot .tip')})`);
    expect(await page.value("document.querySelectorAll('.run-line:not(.best-run)').length")).toBe(1);
  });

  test('goes from run to run, and selects, by keyboard', async () => {
    await openStudy();
    await page.value("document.querySelector('#convergence .plot').focus()");
    await page.press('ArrowRight', 39);
    await page.until("location.hash.includes('run=1')");
    await page.press('ArrowRight', 39);
    await page.until("location.hash.includes('run=2')");
    await page.value(`(() => {
      document.querySelector('.limits details').open = true;
      const form = document.querySelector('.limits form');
      form.from.value = '1.5';
      form.requestSubmit();
    })()`);
    await page.until("document.querySelector('.chip')?.textContent.includes('a 1.5 m')");
    await page.until("location.hash.includes('only=0%3A0.75')");
  });

  test('tells a run that failed as text, and how to run it again', async () => {
    await open(`study/${running}/run/7`, "document.querySelector('pre') !== null");
    expect(await page.value(text('pre'))).toBe(`no convergence ${EVIL}, in step 6`);
    expect(await page.value(text('code'))).toContain('7/surrogate/design/6');
    await open(`study/${running}/run/99999`, "document.querySelector('.warning') !== null");
  });

  test('shows the folder and the output of a program that failed, as text', async () => {
    mkdirSync(kept, { mode: 0o700 });
    writeFileSync(join(kept, 'imago-stderr.txt'), `${'step\n'.repeat(200)}${EVIL}\n`);
    writeFileSync(join(kept, `input ${EVIL.replaceAll('/', '')}`), 'span = 3');
    const reason = `exit code 3; standard error ends: ${EVIL} (kept in ${kept})`;
    store.put(IDENTITY, [{ ...evaluation(121), status: 'failed', cause: 'threw', reason } as never]);
    await open(`study/${running}/run/122`, "document.querySelector('.kept pre') !== null");
    expect(await page.value(text('.kept code'))).toBe(kept);
    expect(await page.value(text('.kept pre'))).toMatch(/^(step\n){200}<img .*\n$/);
    // What was written last is what one sees.
    const seen = 'document.querySelector(".kept pre")';
    expect(await page.value(`${seen}.scrollHeight - ${seen}.scrollTop - ${seen}.clientHeight`)).toBeLessThan(2);
    expect(await page.value(text('.kept summary'))).toBe('2 files');
    expect(await page.value("document.querySelector('img')")).toBeNull();
  });

  test('shows what kept models know, and explores them', async () => {
    await openStudy('', finished);
    await page.until("document.querySelector('.report')?.shadowRoot?.querySelector('svg') !== undefined");
    expect(await page.value("document.querySelector('.report').shadowRoot.querySelector('img')")).toBeNull();
    const address = await page.value<string>("document.querySelector('#models a').href");
    await page.go(address);
    await page.until("document.querySelector('.card .value') !== null");
  });

  test('draws a map of two inputs of one’s choice, which the address holds', async () => {
    await openStudy('', finished);
    const told = "(document.querySelector('.map .report')?.shadowRoot?.textContent ?? '')";
    await page.until(`${told}.includes('depth over a and b, the others as at the best point')`);
    await page.value(`(() => {
      const choice = document.querySelectorAll('.map select')[2];
      choice.value = 'kind';
      choice.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await page.until(`${told}.includes('depth over a and kind')`);
    const address = await page.value<string>('location.hash');
    expect(address).toContain('map=depth&map-x=a&map-y=kind&map-by=surrogate');
    await openStudy(address.slice(address.indexOf('?')), finished);
    await page.until(`${told}.includes('depth over a and kind')`);
    expect(await page.value("document.querySelector('.map .report').shadowRoot.querySelectorAll('svg').length")).toBe(
      2,
    );
  });

  test('compares studies', async () => {
    await open('compare', "document.querySelectorAll('path.curve').length === 2");
    expect(await page.value("document.querySelectorAll('tbody tr').length")).toBe(2);
    // Each goal, with its unit, has axes of its own.
    const axes = "[...document.querySelectorAll('.plot .label[transform*=rotate]')].map((label) => label.textContent)";
    const goals = await page.value<string[]>(axes);
    expect(goals.length).toBe(new Set(goals).size);
    expect(goals[0]).toMatch(/^m(in|ax)imize .+/);
  });

  describe.each([
    { width: 1280, height: 900 },
    { width: 390, height: 844, isPhone: true, isDark: true },
  ])('at $width pixels', (view) => {
    let own: Page;
    beforeAll(async () => {
      own = await Page.open(view);
    });
    afterAll(() => own[Symbol.asyncDispose]());

    test.each([
      ['studies', () => '', "document.querySelectorAll('.study').length === 2"],
      ['a study that runs', () => `study/${running}`, `${text('#runs tbody td')} > '0'`],
      [
        'a study that has ended',
        () => `study/${finished}`,
        "document.querySelector('.report')?.shadowRoot?.querySelector('svg')",
      ],
      ['a run', () => `study/${running}/run/7`, "document.querySelector('code') !== null"],
      ['a failed run of a program', () => `study/${running}/run/122`, "document.querySelector('.kept pre') !== null"],
      ['studies compared', () => 'compare', "document.querySelectorAll('path.curve').length === 2"],
    ])('%s: nothing that axe-core finds, and nothing beyond the screen', async (_, part, until) => {
      await own.go('about:blank');
      await own.go(`${shown.url}/#/${part()}`);
      await own.until(until);
      await own.value(axe.source);
      const violations = await own.value<unknown[]>(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]))`,
      );
      expect(violations).toEqual([]);
      expect(await own.value('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(own.errors).toEqual([]);
    });
  });

  test('says that the dashboard has ended', async () => {
    const other = await dashboard([folder], { port: 0 });
    await page.go(other.url);
    await page.until("document.querySelectorAll('.study').length === 2");
    await other.close();
    await page.until(`${text('.connection')} !== ''`);
  });
});
