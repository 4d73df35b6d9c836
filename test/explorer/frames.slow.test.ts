import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { explorerHtml } from '../../src/explorer/explorer.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { slowness } from '../fixtures/slowness.ts';
import { CHROMIUM, Page } from './chromium.ts';
import { goalOf } from './subject.ts';

/** A frame at 60 a second, ms. */
const FRAME = 1000 / 60;
const FRAMES = 60;
/** Other programs can only make a frame longer: the best of three rounds counts. */
const ROUNDS = 3;

const space = new Space(
  Object.fromEntries(Array.from({ length: 10 }, (_, j) => [`x${j + 1}`, real(0, 1 + j, { unit: 'mm' })])),
);
const outputs = outputList({ force: { unit: 'N' } });
const wave = (u: Float64Array) => u.reduce((sum, value, j) => sum + (j + 1) * Math.sin(3 * value + j), 3 * u[0] * u[5]);

/** Processor time of the page's thread is compared, of a core that nothing else slows, since other programs may want the machine. */
test.skipIf(!CHROMIUM)(
  'with 10 inputs and a process of 200 rows the page follows a slider 60 times a second',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imago-frames-'));
    try {
      const data = labeled(space, outputs, 200, (u) => [wave(u)]);
      const model = await gaussianProcess().fit(data, testRun('frames'));
      const goal = await goalOf('force', ['x1 + x2 <= 2 mm'], { space, outputs });
      writeFileSync(join(folder, 'page.html'), explorerHtml(model, { goal }));
      await using page = await Page.open({ width: 1280, height: 800 });
      await page.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.go(`file://${join(folder, 'page.html')}`);
      await page.frames(60);
      const spent = async () => {
        const { metrics } = (await page.send('Performance.getMetrics')) as {
          metrics: { name: string; value: number }[];
        };
        return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
      };
      const medianFrame = async () => {
        const times: number[] = [];
        const slow = slowness();
        let before = await spent();
        for (let k = 0; k < FRAMES; k++) {
          await page.value(`new Promise((done) => {
            const slider = document.getElementById('input-0');
            slider.value = '${Math.round(500 + 400 * Math.sin(k / 20))}';
            slider.dispatchEvent(new Event('input'));
            requestAnimationFrame(() => setTimeout(done));
          })`);
          const now = await spent();
          times.push(now - before);
          before = now;
        }
        times.sort((a, b) => a - b);
        expect(times[0]).toBeGreaterThan(0);
        return (2 * times[FRAMES / 2]) / (slow + slowness());
      };
      const medians: number[] = [];
      while (medians.length < ROUNDS && !(Math.min(...medians) < FRAME)) medians.push(await medianFrame());
      expect(Math.min(...medians)).toBeLessThan(FRAME);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
