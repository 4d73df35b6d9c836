import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { cNames, cOf } from '../../src/export/c.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const run = promisify(execFile);
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-g', '-O1', '-std=c99'];

const space = new Space({
  length: real(0.5, 3),
  load: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  material: categorical('steel', 'aluminium', 'wood'),
});
const data = labeled(space, outputList({ f: {}, grade: { classes: ['good', 'bad'] } }), 40, (u) => [
  u[0] + Math.sin(3 * u[1]) + (u[4] > 0.6 ? u[2] : 0.3),
  u[0] < 0.4 ? 0 : 1,
]);

/** Values that each parameter takes in turn, beyond every range and no number at all. */
const WILD = ['NAN', 'INFINITY', '-INFINITY', '1e308', '-1e308', '5e-324', '-0.0', '4294967296.0', '-3.7', '0.5'];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-sanitizers-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Whether a compiler with both sanitizers is here. */
async function hasSanitizers(): Promise<boolean> {
  await writeFile(join(folder, 'none.c'), 'int main(void) { return 0; }\n');
  return run('cc', [...SANITIZERS, '-o', 'none', 'none.c'], { cwd: folder }).then(
    () => true,
    () => false,
  );
}

test.for([
  ['gp', () => gaussianProcess({ kernel: 'matern-5/2', transform: 'none' })],
  ['tree', () => decisionTree()],
  ['neighbors', () => nearestNeighbor()],
] as readonly (readonly [string, () => Surrogate])[])(
  'the C of a model (%s) is clean under address and undefined-behavior sanitizers at whatever point it is given',
  async ([name, make], { skip }) => {
    if (!(await hasSanitizers())) return skip('there is no compiler with sanitizers here');
    const model = exportedModel(await make().fit(data, testRun('sanitizers')), { name, data });
    for (const file of cOf(model)) await writeFile(join(folder, file.name), file.text);
    const { prefix, inputs } = cNames(model);
    const text = `#include "${name}.h"
#include <math.h>
#include <stdio.h>
int main(void) {
  const double wild[] = {${WILD.join(', ')}};
  const int count = ${WILD.length};
  long refused = 0, known = 0;
  for (int j = 0; j < ${inputs.length}; j++)
    for (int k = 0; k < count; k++)
      for (int l = 0; l < count; l++) {
        double x[${inputs.length}] = {1.0, 100.0, 90.0, 2.0, 1.0}, values[2];
        x[j] = wild[k];
        x[(j + 1) % ${inputs.length}] = wild[l];
        ${prefix}_point p = {${inputs.map((field, j) => `.${field} = x[${j}]`).join(', ')}};
        ${prefix}_answers a;
        if (${prefix}_predict(&p, &a) != 0) refused++;
        else known += a.f.in_domain;
        if (${prefix}_values(&p, values) != 0) refused++;
      }
  printf("%ld %ld", refused, known);
  return 0;
}
`;
    await writeFile(join(folder, `${name}-check.c`), text);
    await run('cc', [...SANITIZERS, '-o', `${name}-check`, `${name}-check.c`, `${name}.c`, '-lm'], { cwd: folder });
    const { stdout, stderr } = await run(join(folder, `${name}-check`), [], { cwd: folder });
    expect(stderr).toBe('');
    const [refused, known] = stdout.split(' ').map(Number);
    // Three of ten values are not finite: 51 of 100 pairs have one, at each of five places and twice each.
    expect(refused).toBe(510);
    expect(known).toBeLessThan(5 * 49);
  },
);
