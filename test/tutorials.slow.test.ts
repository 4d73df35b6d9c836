import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installAround, runsExports } from './fixtures/project.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/bundle/imago.js');
const TUTORIALS = readdirSync(join(ROOT, 'docs')).filter((name) => /^tutorial-\d/.test(name));
/** What installs, waits for a reader or computes for half a minute. */
const LEFT_OUT = /^npm |imago (?:init|serve|control) | --dashboard|# half a minute/;
const run = promisify(execFile);

let folder: string;
let project: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imago-tutorials-'));
  installAround(folder);
  project = join(folder, 'my-study');
  await run(process.execPath, [CLI, 'init', project]);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a shell prints of the commands of a block. */
async function printed(commands: string): Promise<string | undefined> {
  const lines = commands.split('\n').filter((line) => line !== '' && !LEFT_OUT.test(line));
  if (lines.length === 0) return undefined;
  const imago = `npx() { shift; "${process.execPath}" "${CLI}" "$@"; }`;
  return (await run('sh', ['-ec', [imago, ...lines].join('\n')], { cwd: project })).stdout;
}

/** Whether a line was printed; one that ends with dots is the beginning of it. */
function isAmong(lines: readonly string[], line: string): boolean {
  return lines.some((one) => (line.endsWith('…') ? one.startsWith(line.slice(0, -1).trimEnd()) : one === line));
}

// One after the other, in one project: each goes on where the one before ended.
test.for(TUTORIALS)('%s: its files are written, its commands run, and print what it shows', async (page, { skip }) => {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  skip(/^cc /m.test(text) && !runsExports, 'cc or python3 is not installed');
  let output: string | undefined;
  let compared = 0;
  for (const [, language, block] of text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [, path] = /^(?:\/\/|#|\/\*) ([\w./-]+\.\w+)(?: \*\/)?\n/.exec(block) ?? [];
    if (language === 'sh') output = await printed(block);
    else if (path !== undefined) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), language === 'csv' ? block.slice(block.indexOf('\n') + 1) : block);
    } else if (language === 'text' && output !== undefined) {
      const lines = output.split('\n');
      expect(block.split('\n').filter((line) => line !== '' && !isAmong(lines, line))).toEqual([]);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(0);
});

test('there are five, and each leads to the next', () => {
  expect(TUTORIALS).toHaveLength(5);
  for (const [k, next] of TUTORIALS.slice(1).entries())
    expect(readFileSync(join(ROOT, 'docs', TUTORIALS[k]), 'utf8')).toContain(`](${next})`);
});
