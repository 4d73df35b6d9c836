/** Takes the pictures of the report and of the page that explores a model anew: `npm run pictures -- report`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CHROMIUM, Page } from '../../test/explorer/chromium.ts';

const root = new URL('../../', import.meta.url);
const docs = new URL('docs/', root);
const scenarioOf = (name: string) => fileURLToPath(new URL(`scenarios/${name}.ts`, root));
const folder = mkdtempSync(join(tmpdir(), 'imago-pictures-'));
const pageOf = (name: string) => pathToFileURL(join(folder, name)).href;

/** Runs the flagship and the beam by the command line, as a user does, and takes pictures of what is written. */
export default async function takeAll(): Promise<void> {
  if (CHROMIUM) {
    await takeReport();
    await takeExplorer();
  } else console.log('SKIPPED: Chromium is not installed');
  rmSync(folder, { recursive: true });
}

async function takeReport(): Promise<void> {
  imago('run', scenarioOf('lift-to-drag'), '--report', 'report.html');
  for (const width of [1280, 390])
    for (const isDark of [false, true]) {
      await using page = await Page.open({ width, height: 900, isDark });
      await page.go(pageOf('report.html'));
      await take(page, `report/${width}-${isDark ? 'dark' : 'light'}.webp`, width === 1280 ? '#quality' : '#effects');
      if (width === 1280 && !isDark) await take(page, 'report.webp', '#effects');
    }
}

async function takeExplorer(): Promise<void> {
  imago('run', scenarioOf('lightest-beam'));
  imago('export', '.imago/lightest-beam.sqlite', '--stage', 'surrogate', '--to', 'explorer.html');
  // The page draws what is seen.
  await using page = await Page.open({ width: 1280, height: 1600 });
  await page.go(pageOf('explorer.html'));
  const limit = () => page.value<string | undefined>("document.querySelector('.contours .limit')?.getAttribute('d')");
  // It is drawn coarsely first.
  for (let drawn = await limit(), before: string | undefined; !drawn || drawn !== before; drawn = await limit()) {
    before = drawn;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  await take(page, 'explorer.webp', '#rules');
}

function imago(...args: readonly string[]): void {
  const program = fileURLToPath(new URL('dist/bundle/imago.js', root));
  execFileSync(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A picture of the page from its top to that of an element. */
async function take(page: Page, file: string, to: string): Promise<void> {
  await page.frames(3);
  writeFileSync(new URL(file, docs), await page.picture({ to, quality: 50 }), 'base64');
  console.log(file);
}
