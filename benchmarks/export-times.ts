import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Dataset, Space } from 'imago';
import { loadOnnxRuntime } from 'imago/internal';

const CALLS = 2000;
/** Milliseconds after which a program is given up. */
const LONGEST = 600_000;

/** Processor microseconds of a call, by a program in the language of the file. */
export async function timed(file: string, data: Dataset): Promise<number> {
  const { space } = data;
  const points = Array.from({ length: 20 }, (_, i) => space.decode(data.x.row(i % data.size)));
  const folder = join(file, '..');
  const calls = CALLS;
  switch (extname(file)) {
    case '.mjs': {
      const text = `import { predict } from './model.mjs';
const points = ${JSON.stringify(points)};
// An engine compiles on other threads what is called often: their time is not that of a call.
for (let i = 0; i < ${10 * calls}; i++) predict(points[i % 20]);
await new Promise((done) => setTimeout(done, 100));
const start = process.cpuUsage();
for (let i = 0; i < ${calls}; i++) predict(points[i % 20]);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / ${calls});`;
      writeFileSync(join(folder, 'time.mjs'), text);
      return Number(execFileSync(process.execPath, ['time.mjs'], { cwd: folder, timeout: LONGEST }));
    }
    case '.py': {
      const text = `import json, time
from model import predict
points = json.loads(${JSON.stringify(JSON.stringify(points))})
start = time.process_time()
for i in range(100):
    predict(points[i % 20])
print((time.process_time() - start) / 100 * 1e6)`;
      writeFileSync(join(folder, 'time.py'), text);
      return Number(execFileSync('python3', ['time.py'], { cwd: folder, timeout: LONGEST }));
    }
    case '.html': {
      const text = `import { readFileSync } from 'node:fs';
const [, script] = /<script id="program">(.*?)<\\/script>/s.exec(readFileSync('model.html', 'utf8'));
const { answers } = new Function(script + '; return program;')();
const points = ${JSON.stringify(points.map((point) => numbersOf(space, point)))};
for (let i = 0; i < ${calls}; i++) answers(points[i % 20]);
const start = process.cpuUsage();
for (let i = 0; i < ${calls}; i++) answers(points[i % 20]);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / ${calls});`;
      writeFileSync(join(folder, 'time.mjs'), text);
      return Number(execFileSync(process.execPath, ['time.mjs'], { cwd: folder, timeout: LONGEST }));
    }
    case '.fmu':
      return fmuMicroseconds(file, data);
    case '.onnx':
      return onnxMicroseconds(file, data);
    default:
      return cMicroseconds(file, data, 'predict(&p[i % 20], &a)');
  }
}

/** The same of values alone in C. */
export const timedValues = (file: string, data: Dataset): number => cMicroseconds(file, data, 'values(&p[i % 20], v)');

/** Of a call of one of the model's functions. */
function cMicroseconds(file: string, { space, x }: Dataset, call: string): number {
  const folder = join(file, '..');
  const fields = [
    ...readFileSync(join(folder, 'model.h'), 'utf8')
      .split('} model_point')[0]
      .matchAll(/double (\w+);/g),
  ];
  const sets = Array.from({ length: 20 }, (_, i) =>
    numbersOf(space, space.decode(x.row(i % x.rows))).map((value, j) => `p[${i}].${fields[j][1]} = ${value};`),
  );
  const text = `#include "model.h"
#include <stdio.h>
#include <time.h>
int main(void) {
  model_point p[20];
  model_answers a;
  double v[64];
  (void)a;
  (void)v;
  ${sets.flat().join('\n  ')}
  long bad = 0;
  clock_t start = clock();
  for (int i = 0; i < 20 * ${CALLS}; i++) bad += model_${call};
  printf("%.6f", (double)(clock() - start) / CLOCKS_PER_SEC * 1e6 / (20.0 * ${CALLS}) + (double)bad);
  return 0;
}`;
  writeFileSync(join(folder, 'time.c'), text);
  execFileSync('cc', ['-O3', '-o', 'time', 'time.c', 'model.c', '-lm'], { cwd: folder, timeout: LONGEST });
  return Number(execFileSync(join(folder, 'time'), { timeout: LONGEST }));
}

/** A point as programs take it: a category as the index of its name. */
function numbersOf({ parameters }: Space, point: Readonly<Record<string, number | string | undefined>>): number[] {
  return Object.entries(parameters).map(([name, spec]) =>
    spec.kind === 'categorical' ? spec.values.indexOf(String(point[name])) : Number(point[name] ?? 0),
  );
}

/** Of a row alone in ONNX Runtime. */
async function onnxMicroseconds(file: string, { space, x }: Dataset): Promise<number> {
  const found = await loadOnnxRuntime();
  if (!found) throw new Error('a graph that was verified has a runtime');
  const { Tensor, InferenceSession } = found.runtime;
  const session = await InferenceSession.create(readFileSync(file), {});
  const rows = Array.from({ length: 20 }, (_, i) => {
    const raw = Float64Array.from(numbersOf(space, space.decode(x.row(i % x.rows))));
    return { points: new Tensor('float64', raw, [1, raw.length]) };
  });
  for (const row of rows) await session.run(row);
  const start = process.cpuUsage();
  for (let i = 0; i < 200; i++) await session.run(rows[i % 20]);
  const { user, system } = process.cpuUsage(start);
  await session.release();
  return (user + system) / 200;
}

/** Of an FMU of FMI 2.0: inputs set, a step, a value asked for. */
function fmuMicroseconds(file: string, { space, x }: Dataset): number {
  const folder = join(file, '..', 'fmu');
  execFileSync('python3', ['-m', 'zipfile', '-e', file, folder], { timeout: LONGEST });
  const token = readFileSync(join(folder, 'modelDescription.xml'), 'utf8').match(/guid="([^"]*)"/)![1];
  const rows = Array.from({ length: 20 }, (_, i) => numbersOf(space, space.decode(x.row(i % x.rows))));
  const kinds = Object.values(space.parameters).map(({ kind }) =>
    kind === 'integer' || kind === 'categorical' ? 1 : 0,
  );
  const set = (j: number, type: string, name: string) =>
    `{ ${type} value = (${type})rows[i % 20][${j}]; unsigned at = ${j}; bad += fmi2Set${name}(of, &at, 1, &value); }`;
  const text = `#include <stdio.h>
#include <stddef.h>
#include <time.h>
void *fmi2Instantiate(const char *, int, const char *, const char *, const void *, int, int);
int fmi2SetReal(void *, const unsigned *, size_t, const double *);
int fmi2SetInteger(void *, const unsigned *, size_t, const int *);
int fmi2GetReal(void *, const unsigned *, size_t, double *);
int fmi2DoStep(void *, double, double, int);
static const double rows[20][${space.dimension}] = {${rows.map((row) => `{${row.join(', ')}}`).join(', ')}};
int main(void) {
  void *of = fmi2Instantiate("model", 1, "${token}", "", NULL, 0, 0);
  unsigned output = ${space.dimension};
  double value, sum = 0;
  long bad = 0;
  clock_t start = clock();
  for (int i = 0; i < 40000; i++) {
    ${kinds.map((whole, j) => (whole ? set(j, 'int', 'Integer') : set(j, 'double', 'Real'))).join('\n    ')}
    bad += fmi2DoStep(of, i * 0.1, 0.1, 1);
    bad += fmi2GetReal(of, &output, 1, &value);
    sum += value;
  }
  printf("%.6f", (double)(clock() - start) / CLOCKS_PER_SEC * 1e6 / 40000 + (double)bad + 0 * sum);
  return 0;
}`;
  writeFileSync(join(folder, 'time.c'), text);
  execFileSync('cc', ['-O3', '-o', 'time', 'time.c', 'sources/fmu.c', 'sources/model.c', '-lm'], {
    cwd: folder,
    timeout: LONGEST,
  });
  const microseconds = Number(execFileSync(join(folder, 'time'), { timeout: LONGEST }));
  rmSync(folder, { recursive: true });
  return microseconds;
}
