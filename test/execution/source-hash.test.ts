import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { commandSimulator } from '../../src/bridges/command.ts';
import { defineSimulator, type SimulatorSource } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { memoryStore, type Store } from '../../src/core/store.ts';
import { identityIn, identityWithoutPackages, simulatorIdentity, sourceHash } from '../../src/execution/source-hash.ts';

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

test('constants of a command are in its version, and not a second time in its identity', () => {
  const falling = (g?: number) =>
    commandSimulator({
      name: 'b',
      parameters: { x: real(0, 1) },
      ...(g !== undefined && { constants: { g } }),
      outputs: { f: { pattern: '(.*)' } },
      command: ['echo', g === undefined ? '{{x}}' : '{{x}} {{g}}'],
    });
  expect(simulatorIdentity(falling(9.81))).toBe('b@2ce884176498');
  expect(simulatorIdentity(falling(1.62))).toBe('b@5565c612c8ce');
  const bare = falling();
  expect(simulatorIdentity(bare)).toBe(`b@${bare.version}`);
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

describe('the packages that a simulator imports', () => {
  const install = (name: string, manifest: object, under = folder) => {
    const home = join(under, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, ...manifest }));
    return home;
  };
  const lock = (integrity: string) =>
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/engine': { version: '1.0.0', integrity } } }),
    );
  const module = file('engine-user.ts', "import { helper } from './helper.ts';\nimport 'node:fs';\nimport 'imago';\n");
  file('helper.ts', "export const helper = () => import('engine/fast');\n// taken from 'nowhere'\n");
  const identity = () => simulatorIdentity(made({ module }));

  test('are part of its identity, with their versions and those of what they need, and what a lock file tells', () => {
    const bare = identity();
    expect(bare).toBe(identityWithoutPackages(made({ module })));
    install('imago', { version: '0.0.1' });
    expect(identity()).toBe(bare);
    const engine = install('engine', { version: '1.0.0', dependencies: { core: '^1', absent: '^1' } });
    const seen = [bare, identity()];
    expect(seen[1]).toMatch(/^beam@2\+[0-9a-f]{12}\.[0-9a-f]{12}$/);
    expect(seen[1].startsWith(`${bare}.`)).toBe(true);
    install('core', { version: '1.0.0' });
    seen.push(identity());
    install('core', { version: '1.0.1', dependencies: { engine: '^1' } }, engine);
    seen.push(identity());
    lock('sha512-one');
    seen.push(identity());
    lock('sha512-two');
    seen.push(identity());
    install('engine', { version: '1.0.1', dependencies: { core: '^1', absent: '^1' } });
    seen.push(identity());
    expect(new Set(seen).size).toBe(7);
    install('imago', { version: '0.0.2' });
    expect(identity()).toBe(seen[6]);
  });

  test('constants are part of an identity, with a source and without', () => {
    const of = (constants?: Record<string, number>, source: object | null = { module }) =>
      identityWithoutPackages({ ...made({ module }), ...(constants && { constants }), source } as never);
    expect(
      new Set([of(), of({ re: 1 }), of({ re: 2 }), of({}, null), of({ re: 1 }, null), of({ re: 2 }, null)]).size,
    ).toBe(6);
    expect(of(undefined, null)).toBe('beam@2');
  });

  test('were not known to an old store, which goes on as it is until they change', async () => {
    const told: string[] = [];
    const simulator = made({ module });
    const keyIn = (store: Store) => identityIn(store, simulator, (text) => told.push(text));
    const answer = (key: string, store: Store) =>
      store.put(key, [
        { id: 'a', u: Float64Array.of(0), milliseconds: 1, status: 'completed', values: Float64Array.of(1) },
      ]);
    await using fresh = memoryStore();
    expect(keyIn(fresh)).toBe(identity());
    await using old = memoryStore();
    answer(identityWithoutPackages(simulator), old);
    expect(keyIn(old)).toBe(identityWithoutPackages(simulator));
    expect(keyIn(old)).toBe(identityWithoutPackages(simulator));
    expect(told).toEqual([
      expect.stringMatching(/^1 stored evaluations are from before the packages .* for those of beam@2/),
    ]);
    install('engine', { version: '2.0.0' });
    expect(keyIn(old)).toBe(identity());
    answer(identity(), fresh);
    answer(identityWithoutPackages(simulator), fresh);
    expect(keyIn(fresh)).toBe(identity());
    expect(told.length).toBe(1);
  });
});
