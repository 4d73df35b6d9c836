import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import { POINTER_HASH } from '../../src/report/pointer.ts';
import type { Study } from '../../src/study/study.ts';
import { CHROMIUM, dumpOf } from '../explorer/chromium.ts';
import { aerofoil } from './studies.ts';

/** What a report shows where its pictures are pointed at, by their titles, at shares of their width and height. */
async function pointedAt(
  study: Study,
  places: readonly (readonly [title: string, across: number, down: number])[],
): Promise<string[][]> {
  const script = `
    const told = ${JSON.stringify(places)}.map(([title, across, down]) => {
      const svg = [...document.querySelectorAll('figure svg')].find((one) => one.querySelector('.title').textContent.startsWith(title));
      svg.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = svg.getBoundingClientRect();
      const [clientX, clientY] = [left + across * width, top + down * height];
      document.elementFromPoint(clientX, clientY).dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, bubbles: true }));
      const tip = document.querySelector('.tip');
      return tip && !tip.hidden ? [...tip.children].map((line) => line.textContent) : [];
    });
    document.body.dataset.told = encodeURIComponent(JSON.stringify([...told, [typeof globalThis.pwned, String(document.querySelectorAll('.tip b').length)]]));`;
  const hash = createHash('sha256').update(script).digest('base64');
  const html = htmlReport(study)
    .replace(`'${POINTER_HASH}'`, `'${POINTER_HASH}' 'sha256-${hash}'`)
    .replace('</body>', `<script>${script}</script></body>`);
  const page = await dumpOf(html);
  return JSON.parse(decodeURIComponent(/data-told="([^"]*)"/.exec(page)![1]));
}

test.skipIf(CHROMIUM === undefined)(
  'a report shows the values at the pointer, and names with markup as text',
  async () => {
    const evil = '<b onclick="pwned=1">cl</b><script>pwned=1</script>';
    const { results } = aerofoil;
    const study = JSON.parse(JSON.stringify(aerofoil).replaceAll('"cl"', JSON.stringify(evil))) as Study;
    const told = await pointedAt(study, [
      ['Best value so far', 0.3, 0.6],
      ['cd over', 0.4, 0.5],
      [`${evil.slice(0, 10)}`, 0.4, 0.5],
    ]);
    const [curves, map, named, safe] = told;
    expect(curves[0]).toMatch(/^simulator runs.*: \d/);
    expect(curves.filter((line) => line.startsWith('assisted'))[0]).toMatch(
      /^assisted \(CMA-ES on surrogate\): [\d.]+$/,
    );
    expect(map).toHaveLength(3);
    expect(map[2]).toMatch(/^cd: 0\.0\d+$/);
    const values = results.effects.find(({ quantity }) => quantity === 'cd')!.slice!.values.flat();
    const value = Number(map[2].split(': ')[1]);
    expect(value).toBeGreaterThanOrEqual(Math.min(...values) * 0.999);
    expect(value).toBeLessThanOrEqual(Math.max(...values) * 1.001);
    expect(named.join()).toContain('<b onclick=');
    expect(safe).toEqual(['undefined', '0']);
  },
);
