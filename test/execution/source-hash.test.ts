import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { real } from '../../src/core/parameter.ts';
import { defineSimulator, type SimulatorSource } from '../../src/core/simulator.ts';
import { simulatorIdentity, sourceHash } from '../../src/execution/source-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'imago-hash-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name)).href;
}

const made = (source: SimulatorSource | null) =>
  defineSimulator(source, {
    name: 'beam',
    version: '2',
    parameters: { x: real(0, 1) },
    outputs: { y: {} },
    run: () => ({ y: 1 }),
  });

test('the identity is name, version and hash; other options are another simulator', () => {
  const module = new URL('../fixtures/trivial.js', import.meta.url).href;
  const plain = simulatorIdentity(made({ module }));
  const three = simulatorIdentity(made({ module, options: { factor: 3 } }));
  expect(simulatorIdentity(made(null))).toBe('beam@2');
  expect(plain).toBe(`beam@2+${sourceHash(module)}`);
  expect(three).toMatch(/^beam@2\+[0-9a-f]{12}$/);
  expect(new Set([plain, three, simulatorIdentity(made({ module, options: { factor: 4 } }))]).size).toBe(3);
});

test('a missing file is named', () => {
  expect(() => sourceHash('file:///nowhere/at-all.ts')).toThrow('cannot read /nowhere/at-all.ts');
});

test('the hash sees the file and what it imports, also in a circle, and nothing else', () => {
  const main = file('main.ts', `import { b } from './b.js';\nexport default b;`);
  file('b.ts', `import './main.ts';\nconst table = new URL('./table.csv', import.meta.url);\nexport const b = table;`);
  file('table.csv', '1,2');
  file('other.ts', 'export {}');
  const first = sourceHash(main);
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  file('other.ts', 'export { a }');
  expect(sourceHash(main)).toBe(first);
  const seen = new Set([first]);
  for (const [name, text] of [
    ['table.csv', '1,3'],
    ['b.ts', `import './main.ts';\nexport const b = 1;`],
    ['main.ts', `import { b } from './b.js';\nexport default b + 1;`],
  ]) {
    file(name, text);
    seen.add(sourceHash(main));
  }
  expect(seen.size).toBe(4);
});
