import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadModule, loadSimulator } from '../../src/execution/plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'imago-plugin-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).href;

test('a TypeScript plug-in with a sibling loads, and so does one in JavaScript', async () => {
  expect(await loadSimulator({ module: fixture('typed.ts') })).toMatchObject({ name: 'typed' });
  expect(await loadSimulator({ module: fixture('trivial.js') })).toMatchObject({ name: 'trivial' });
});

test('a plug-in may be a function of options', async () => {
  const source = { module: fixture('scaled.ts'), options: { factor: 3 } };
  const simulator = await loadSimulator(source);
  expect(simulator.source).toEqual(source);
  expect(simulator.run({ x: 2 }, {} as never)).toEqual({ y: 6 });
});

test('TypeScript that needs more than stripping of types loads too', async () => {
  const url = file('enum.ts', 'enum Color { red = 3 }\nexport const color: Color = Color.red;');
  expect((await loadModule(url)).color).toBe(3);
});

test.each([
  ['absent.ts', undefined, undefined, /absent\.ts: there is no such file/],
  ['syntax.ts', 'export default {', undefined, /cannot load .*syntax\.ts: /],
  ['throws.ts', 'throw new TypeError("no licence")', undefined, /cannot load .*throws\.ts:1: TypeError: no licence/],
  ['named.ts', 'export const a = 1', undefined, /named\.ts has no default export/],
  ['object.ts', 'export default { name: "x" }', undefined, /must be made by defineSimulator, got {"name":"x"}/],
  ['options.ts', 'export default (o: object) => o', undefined, /is a function and needs options/],
  ['other.ts', 'export default (o: object) => o', { a: 1 }, /called with {"a":1}, must return/],
  ['fails.ts', 'export default () => { throw new Error("bad") }', { a: 1 }, /called with {"a":1}, threw: bad/],
])('what is wrong with %s is said', async (name, text, options, message) => {
  const module = text === undefined ? pathToFileURL(join(folder, name)).href : file(name, text);
  await expect(loadSimulator({ module, options })).rejects.toMatchObject({
    code: 'plugin',
    message: expect.stringMatching(message),
  });
});

test('a plug-in that waits for ever at its top level is not waited for', async () => {
  for (const name of ['waits.ts', 'waits.mjs']) {
    const module = file(name, 'await new Promise(() => undefined);\nexport default 1;');
    await expect(loadSimulator({ module }, { timeLimit: 100 })).rejects.toMatchObject({
      code: 'plugin',
      message: expect.stringMatching(/cannot load .*waits\.m?[tj]s: it was still loading after 0\.1 s/),
    });
  }
});

test('options for a plug-in that takes none are a mistake', async () => {
  await expect(loadSimulator({ module: fixture('trivial.js'), options: 1 })).rejects.toThrow(/options are given/);
});
