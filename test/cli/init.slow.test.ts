import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installAround } from '../fixtures/project.ts';

const CLI = new URL('../../dist/bundle/imago.js', import.meta.url).pathname;
const run = promisify(execFile);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-first-study-'));
  installAround(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('its first study runs, and is worth its runs: the model is much faster, the tree learns, runs are saved', async () => {
  await run(process.execPath, [CLI, 'init', join(folder, 'first')]);
  const { stdout } = await run(
    process.execPath,
    [CLI, 'run', 'scenarios/lightest-struck-beam.ts', '--no-store', '--json', 'first.json'],
    { cwd: join(folder, 'first') },
  );
  const { results, measurements } = JSON.parse(readFileSync(join(folder, 'first/first.json'), 'utf8'));
  expect(results.search.best).toMatchObject({ confirmed: true, feasible: true });
  expect(stdout).toMatch(/runs saved, [\d.]+x fewer/);
  expect(Number(/runs saved, ([\d.]+)x fewer/.exec(stdout)?.[1])).toBeGreaterThan(2);
  const [, speed] = /answers a single call ([\d,]+)x as fast/.exec(stdout) ?? [];
  expect(Number(speed?.replaceAll(',', ''))).toBeGreaterThan(100);
  const [, q2] = /rules \(decision tree\): .* q2 ([\d.]+) against the simulator/.exec(stdout) ?? [];
  expect(Number(q2)).toBeGreaterThan(0.7);
  expect(measurements.simulated).toBeGreaterThan(100);
});
