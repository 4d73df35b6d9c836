import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CHROMIUM, Page } from './chromium.ts';
import { partsOf } from './subject.ts';

const BUILD = resolve(import.meta.dirname, '../../docs/live/build.mjs');

test.skipIf(!CHROMIUM)(
  'the page of docs fits, saves, loads and explores (skipped where Chromium is not installed)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imago-live-'));
    try {
      execFileSync(process.execPath, [BUILD, join(folder, 'live.html')], { timeout: 300_000 });
      await using page = await Page.open({ width: 1280, height: 800 });
      await page.go(`file://${join(folder, 'live.html')}`);
      const said = () => page.value<string>(`document.getElementById('said').textContent`);
      const until = (words: string) => page.until(`document.getElementById('said').textContent.includes('${words}')`);
      await page.value(`document.getElementById('fit').click()`);
      await until('deflection');
      const [, deflection] = /deflection ([\d.]+) m$/.exec(await said()) as RegExpExecArray;
      expect(Math.abs(Number(deflection) - 0.0030476)).toBeLessThan(1e-4);
      await page.value(`document.getElementById('load').click()`);
      await until('after');
      expect(await said()).toContain(`deflection ${deflection} m before, deflection ${deflection} m after`);
      await page.value(`document.getElementById('explore').click()`);
      await until('keep it');
      const html = await page.value<string>(`fetch(document.getElementById('keep').href).then((one) => one.text())`);
      expect(partsOf(html).data.runs.total).toBe(40);
      writeFileSync(join(folder, 'beam.html'), html);
      await page.go(`file://${join(folder, 'beam.html')}`);
      await page.until(`document.querySelectorAll('.card .value[value]').length > 0`);
      expect(await page.value(`document.querySelectorAll('.card .value[value]').length`)).toBe(2);
      expect(page.errors).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
