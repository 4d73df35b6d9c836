import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { cOf } from '../../src/export/c.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { isInstalled } from '../fixtures/programs.ts';

const run = promisify(execFile);
const isHere = ['cc', 'valgrind'].every((program) => isInstalled(program, '--version'));
const space = new Space({ length: real(0.5, 3), ribs: integer(0, 4) });

test.skipIf(!isHere)('the C of a process reads and writes nothing under valgrind that is not its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imago-valgrind-'));
  try {
    const data = labeled(space, outputList({ f: {} }), 21, ([a, b]) => [a + Math.sin(3 * b)]);
    const fitted = await gaussianProcess({ kernel: 'matern-5/2' }).fit(data, testRun('valgrind'));
    for (const { name, text } of cOf(exportedModel(fitted, { name: 'gp', data })))
      await writeFile(join(folder, name), text);
    await writeFile(
      join(folder, 'main.c'),
      `#include "gp.h"
#include <stdio.h>
int main(void) {
  double values[1], sum = 0.0;
  for (int i = 0; i < 50; i++) {
    gp_point p = {.length = 0.1 * i, .ribs = i % 6};
    gp_answers a;
    if (gp_predict(&p, &a) || gp_values(&p, values)) return 1;
    sum += a.f.value + a.f.lower + a.f.upper + a.f.in_domain + values[0];
  }
  if (sum > 1e300) return 2;
  printf("done");
  return 0;
}
`,
    );
    await run('cc', ['-std=c99', '-g', '-O1', '-o', 'gp', 'main.c', 'gp.c', '-lm'], { cwd: folder });
    // Branches on what was never written count as errors, and so does memory that is not given back.
    const flags = ['--quiet', '--error-exitcode=9', '--leak-check=full', '--track-origins=yes'];
    const { stdout, stderr } = await run('valgrind', [...flags, './gp'], { cwd: folder });
    expect({ stdout, stderr }).toEqual({ stdout: 'done', stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
