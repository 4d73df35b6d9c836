import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../../../src/numerics/kernels/', import.meta.url);

test('the committed module is what the compiler makes of the sources', () => {
  const script = new URL('assembly/compile.mjs', FOLDER).pathname;
  const fresh = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8', timeout: 300_000 });
  expect(readFileSync(new URL('compiled.ts', FOLDER), 'utf8')).toBe(fresh);
});
