import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXPONENTIAL } from '../../src/export/c-exponential.ts';
import { C_FLAGS } from '../../src/shipping/runners.ts';
import { isInstalled } from '../fixtures/programs.ts';

const hasCompiler = isInstalled('cc', '--version');

test.skipIf(!hasCompiler).each([
  ['as exports are checked', C_FLAGS],
  ['where a compiler may reorder sums', ['-O3', '-ffast-math']],
])('the exponential of exported C is that of the engine, from nothing to infinity, %s', (_, flags) => {
  const folder = mkdtempSync(join(tmpdir(), 'imago-exponential-'));
  try {
    writeFileSync(
      join(folder, 'e.c'),
      `#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
${EXPONENTIAL}
int main(void) {
  for (int i = -7200; i <= 7200; i++) printf("%.17g\\n", exponential(i / 10.0));
  return 0;
}`,
    );
    execFileSync('cc', [...flags, '-o', 'e', 'e.c', '-lm'], { cwd: folder, timeout: 60_000 });
    const answers = String(execFileSync(join(folder, 'e'), { timeout: 60_000 }))
      .trim()
      .split('\n')
      .map((text) => (text === 'inf' ? Infinity : Number(text)));
    expect(answers).toHaveLength(14401);
    answers.forEach((answer, k) => {
      const x = (k - 7200) / 10;
      const expected = Math.exp(x);
      // In single steps, the rest of a large number is off by a rounding of it.
      const off = expected === answer ? 0 : Math.abs(answer - expected);
      expect(off).toBeLessThanOrEqual((4 + Math.abs(x)) * 2.3e-16 * expected + 1e-307);
    });
    expect(answers[7200]).toBe(1);
    expect(answers.at(-1)).toBe(Number.POSITIVE_INFINITY);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
