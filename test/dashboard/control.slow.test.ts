import { rmSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import type { StudyCard } from '../../src/dashboard/shared/wire.ts';
import { presence } from '../../src/execution/own.ts';
import { commandFile } from '../../src/storage/command-file.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { studyNotes } from '../../src/study/control/journal.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { CHROMIUM, Page } from '../explorer/chromium.ts';
import { inBatches, oneByOne, withRuns } from '../laws/steering-laws.ts';
import { EVIL, newFolder } from './stores.ts';

describe.skipIf(!CHROMIUM)('a study controlled in a browser (skipped where Chromium is not installed)', () => {
  const folder = newFolder();
  const path = join(folder, 'beam.sqlite');
  let shown: Dashboard;
  let reading: Dashboard;
  let page: Page;
  let key: string;
  /** Runs that may end; others wait. */
  let allowed = 0;
  /** The run that has begun last. */
  let begun = 0;
  let ended: Promise<unknown>;

  beforeAll(async () => {
    const store = await sqliteStore(path);
    const control = await commandFile(path);
    const executor = oneByOne(async (count) => {
      begun = count;
      while (count > allowed) await new Promise((resolve) => setTimeout(resolve, 10));
    });
    const study = runStudy(
      withRuns(inBatches, 10),
      { executor, store, control, presence: presence() },
      { clock: () => performance.now() },
    );
    ended = study
      .catch((error) => error)
      .finally(async () => {
        control[Symbol.dispose]();
        await store[Symbol.asyncDispose]();
      });
    shown = await dashboard([folder], { port: 0, control: true });
    reading = await dashboard([folder], { port: 0 });
    [{ key }] = (await (await fetch(`${shown.url}/api/studies`)).json()) as StudyCard[];
    page = await Page.open({ width: 1280, height: 900 });
  });
  afterAll(async () => {
    allowed = Number.POSITIVE_INFINITY;
    await ended;
    expect(page.errors).toEqual([]);
    expect(await page.value('window.evil')).toBeUndefined();
    await page[Symbol.asyncDispose]();
    await shown.close();
    await reading.close();
    rmSync(folder, { recursive: true });
  });

  const text = (selector: string) => `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? '')`;
  const open = async (part = '', url = shown.url) => {
    await page.go('about:blank');
    await page.go(`${url}/#/study/${key}${part}`);
    await page.until(`${text('h1')} !== ''`);
  };
  /** Presses the button of that name by keyboard. */
  const press = async (name: string) => {
    await page.until(
      `[...document.querySelectorAll('button')].some((one) => one.textContent.trim() === ${JSON.stringify(name)} && !one.disabled)`,
    );
    await page.value(
      `[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(name)}).focus()`,
    );
    await page.press(' ', 32);
  };
  /** Lets runs end until that one has begun. */
  const untilRun = async (count: number) => {
    allowed = count - 1;
    while (begun < count) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const violations = (own: Page) =>
    own.value<unknown[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]))`,
    );

  test('has no buttons where the dashboard only reads', async () => {
    await untilRun(2);
    await open('', reading.url);
    await page.until(`${text('#runs tbody td')} !== ''`);
    expect(await page.value("document.querySelector('.control, .notes')")).toBeNull();
  });

  test('is paused and resumed, and says so as its process does', async () => {
    await open();
    await press('Pause');
    await page.until(`${text('.control .said.taken')}.startsWith('pause: no run is begun')`);
    await page.until(`${text('.head .state')} === 'paused'`);
    await press('Resume');
    await page.until(`${text('.control .said.taken')} === 'resume: runs are begun again'`);
    await page.until(`${text('.head .state')} === 'running'`);
  });

  test('keeps what was written in the form of a point when a better run comes', async () => {
    await untilRun(2);
    await open();
    const said = text('.control .choice p');
    await page.until(`${said}.startsWith('These are the values of the best run, 1;')`);
    await page.value(`(() => {
      const field = document.querySelector('.point [name=p0]');
      field.value = '1.7';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    })()`);
    await untilRun(5);
    await page.until(`${text('#best a')} === 'run 4'`);
    await page.until(`${said}.startsWith('These are the values of run 1;') || ${said}.includes('run, 4;')`);
    expect(await page.value("document.querySelector('.point [name=p0]').value")).toBe('1.7');
  });

  test('gets another budget, and is told what is wrong with one', async () => {
    await open();
    const set = async (runs: string) => {
      await page.until("document.querySelector('[name=runs]') !== null");
      await page.value(`document.querySelector('[name=runs]').value = ${JSON.stringify(runs)}`);
      await press('Set the budget');
    };
    await set('many');
    await page.until(`${text('.control .said.refused')}.includes('runs must be a whole number of at least 1')`);
    await set('12');
    await page.until(`${text('.control .said.taken')} === 'budget: the search is to take 12 runs'`);
    await page.until(`${text('.orders')} === 'a budget of 12 runs: waits for the search'`);
  });

  test('runs a point of a form next, begun from the run that was chosen', async () => {
    await open('?run=1');
    await page.until(`${text('.control .choice p')} === 'These are the values of run 1, which you chose.'`);
    await page.value("document.querySelector('.control .choice').open = true");
    const values = await page.value<string[]>(
      "[...document.querySelectorAll('.point [name]')].map(({ value }) => value)",
    );
    expect(values).toHaveLength(4);
    expect(values).not.toContain('');
    await page.value("document.querySelector('.point [name=p0]').value = 'long'");
    await press('Run it with the next ones');
    await page.until(`${text('.control .said.refused')}.startsWith('try: ')`);
    await page.value("document.querySelector('.point [name=p0]').value = '1.5'");
    await press('Run it with the next ones');
    await page.until(`${text('.control .said.taken')} === 'try: the search runs 1 with its next ones'`);
    await page.until(`/^try .*1\\.5.*: waits for the search$/.test(${text('.orders li:last-child')})`);
  });

  test('has notes on itself and on its runs, as text', async () => {
    await open();
    const keep = async (note: string) => {
      await page.until("document.querySelector('.notes textarea') !== null");
      await page.value("document.querySelector('.notes details').open = true");
      await page.value(`document.querySelector('.notes textarea').value = ${JSON.stringify(note)}`);
      await press('Keep the note');
      await page.until(`${text('.notes .note-text')} === ${JSON.stringify(note)}`);
      expect(await page.value("document.querySelector('.notes textarea').value")).toBe('');
    };
    await keep(`coarse mesh ${EVIL}`);
    await open('/run/1');
    await page.until(`${text('h1')} === 'Run 1'`);
    await keep('looks odd');
    await open();
    await page.until(`${text('.noted')} === 'note'`);
    expect(await page.value("document.querySelector('.noted').title")).toBe('looks odd');
    expect(await page.value(text('.notes li:last-child'))).toBe('on run 1: looks odd');
    expect(await page.value("document.querySelector('.notes li a').hash")).toBe(`#/study/${key}/run/1`);
    await open('', reading.url);
    await page.until(`${text('.notes li')} === 'coarse mesh ${EVIL}'`);
    expect(await page.value("document.querySelector('.notes form')")).toBeNull();
  });

  describe.each([
    { width: 1280, height: 900 },
    { width: 390, height: 844, isPhone: true, isDark: true },
  ])('at $width pixels', (view) => {
    test.each(['', '/run/1'])('nothing that axe-core finds, and nothing beyond the screen: study%s', async (part) => {
      await using own = await Page.open(view);
      await own.go(`${shown.url}/#/study/${key}${part}`);
      await own.until("document.querySelector('.notes li') !== null");
      await own.value("for (const one of document.querySelectorAll('details')) one.open = true; 0");
      await own.value(axe.source);
      expect(await violations(own)).toEqual([]);
      expect(await own.value('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(own.errors).toEqual([]);
    });
  });

  test('takes what it was told, is stopped after the run in progress, and keeps what is given later', async () => {
    await open();
    await untilRun(7);
    await page.until(`/taken after \\d+ runs?$/.test(${text('.orders li:last-child')})`);
    await press('Stop');
    await press('Do not stop');
    await press('Stop');
    await press('Stop after the runs in progress');
    await page.until(`${text('.control .said.taken')}.startsWith('stop: it ends after the runs in progress')`);
    allowed = 7;
    expect(await ended).toMatchObject({ code: 'cancelled' });
    await page.until(`${text('.head .state')} === 'interrupted'`);
    await page.until(`${text('.control .quiet')}.startsWith('No process runs the study.')`);
    await page.value("document.querySelector('[name=runs]').value = '14'");
    await press('Set the budget');
    await page.until(`${text('.control .said.taken')} === 'budget: the search takes it when the study is run again'`);
    await page.until(`${text('.orders li:last-child')} === 'a budget of 14 runs: waits for the search'`);
    await using store = await sqliteStore(path, { readOnly: true });
    expect(studyNotes(store)).toHaveLength(2);
  });
});
