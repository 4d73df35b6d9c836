import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { writeModel } from '../../../src/shipping/model-files.ts';
import { responseSurface } from '../../../src/surrogates/polynomial/response-surface.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { imagoHere } from '../../fixtures/command-line.ts';

const MAIN = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;

let folder: string;

/** A file with a model of the inputs a and b. */
const model = () => join(folder, 'plane.json');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imago-serve-'));
  writeFileSync(
    join(folder, 'slow.mjs'),
    `import { writeFileSync } from 'node:fs';
import { defineSimulator, real } from ${JSON.stringify(new URL('../../../dist/bundle/index.js', import.meta.url).href)};
export default defineSimulator(import.meta.url, {
  name: 'slow',
  parameters: { x: real(0, 1) },
  outputs: { y: {} },
  run: ({ x }) => {
    writeFileSync(new URL('run-' + x, import.meta.url), '');
    return new Promise((resolve) => setTimeout(() => resolve({ y: 2 * x }), 400));
  },
});
`,
  );
  const space = new Space({ a: real(0, 1), b: real(0, 2) });
  const data = labeled(space, outputList({ f: {} }), 20, (u) => [u[0] + 3 * u[1]]);
  await writeModel(await responseSurface().fit(data, testRun('serve')), model(), { name: 'plane' });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a simulator and a model are served, and Ctrl-C lets what runs be answered', async () => {
  const args = ['serve', `surface=${model()}`, join(folder, 'slow.mjs'), '--port', '0', '--workers', '1'];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [, names, url] = /^Serving (.*) at (http:\S+)\n$/.exec(line) ?? [];
  expect(names).toBe('surface, slow');
  const ask = async (name: string, input: readonly number[]) => {
    const body = JSON.stringify({ name, input: [input] });
    return (await fetch(`${url}/Evaluate`, { method: 'POST', body })).json();
  };
  expect(await ask('slow', [3])).toEqual({ output: [[6]] });
  const { output } = (await ask('surface', [0.5, 1])) as { output: number[][] };
  expect(output[0][0]).toBeCloseTo(2, 8);
  const running = ask('slow', [0.5]);
  while (!existsSync(join(folder, 'run-0.5'))) await pause(5);
  child.kill('SIGINT');
  expect(await running).toEqual({ output: [[1]] });
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(ask('slow', [0.5])).rejects.toThrow();
});

test.each([
  [['none.json'], /'none\.json' cannot be read/],
  [['MODEL', 'a=MODEL', 'a=MODEL'], /two are called 'a'; give one another name/],
  [['MODEL', '--port', '70000'], /a whole number from 0 to 65535/],
  [['MODEL', '--port', '0', '--host', '203.0.113.7'], /cannot listen on port 0 of 203\.0\.113\.7/],
  [['package.json'], /no model of imago/],
  [['MODEL', '--port', '0', '--limit', 'rows'], /--limit is a name and a number, such as rows=1000, got 'rows'/],
  [['MODEL', '--port', '0', '--limit', 'rows=many'], /limits\.rows must be a positive whole number, got NaN/],
  [['MODEL', '--port', '0', '--limit', 'row=1'], /there is no limit 'row'; known: bytes, rows, depth, seconds/],
])('serve %j ends with 2 and a sentence', async (args, words) => {
  const { code, stderr } = await imagoHere('serve', ...args.map((one) => one.replace('MODEL', model())));
  expect(stderr).toMatch(words);
  expect(code).toBe(2);
});
