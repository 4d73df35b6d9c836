import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import {
  auto,
  categorical,
  Dataset,
  decisionTree,
  gaussianProcess,
  gradientBoosting,
  integer,
  isSavable,
  latinHypercube,
  Matrix,
  type Model,
  neuralNetwork,
  type Output,
  polynomialChaos,
  Rng,
  type Run,
  randomForest,
  real,
  Space,
  type Surrogate,
} from 'imago';
import { loadOnnxRuntime } from 'imago/internal';
import { exportModel } from 'imago/node';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';

const KERNELS = [
  ...(['squared-exponential', 'matern-5/2', 'matern-3/2', 'rational-quadratic'] as const),
  ...(['power-exponential', 'anova', 'anova-matern-5/2'] as const),
];
const TRANSFORMS = ['log', 'shifted-log', 'bilog'] as const;

/** The surrogates by the names of the rows. */
const MODELS: Readonly<Record<string, () => Surrogate>> = {
  gp: () => gaussianProcess(),
  ...Object.fromEntries(KERNELS.map((kernel) => [`gp ${kernel}`, () => gaussianProcess({ kernel })])),
  ...Object.fromEntries(TRANSFORMS.map((transform) => [`gp ${transform}`, () => gaussianProcess({ transform })])),
  'polynomial chaos': () => polynomialChaos(),
  net: () => neuralNetwork(),
  tree: () => decisionTree(),
  forest: () => randomForest(),
  boosting: () => gradientBoosting(),
  auto: () => auto(),
};

const TARGETS = ['json', 'mjs', 'py', 'c', 'onnx'] as const;
type Target = (typeof TARGETS)[number];

/** A space with categories and parameters that play a part at times, and a function on it. */
const MIXED = new Space({
  length: real(0.5, 3),
  load: real(1, 1e4, { scale: 'log' }),
  ribs: integer(0, 4),
  material: categorical('steel', 'aluminium', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
});
const mixed = (u: Float64Array) => Math.exp(u[0] + Math.sin(3 * u[1]) + (u[3] > 0.6 ? u[2] : 0.3) + u[4] * u[2]);

/** Fits that leave the process: how far what they answer there is from the model, what a call costs, how large a file is. */
export default {
  question:
    'what does an exported model answer, and what does a call cost? (processor microseconds; with bounds and domain)',
  columns: [
    ...[
      'model',
      'function',
      'd',
      'n',
      'target',
      'maxError',
      'intervalError',
      'microsecondsPerCall',
      'bytes',
      'verified',
    ],
  ],
  async run({ quick, wants, once, say }) {
    const designs = quick
      ? [designOf('hartmann-6', 100)]
      : [designOf('hartmann-6', 100), designOf('borehole', 200), mixedDesign(80)];
    const folder = mkdtempSync(join(tmpdir(), 'imago-export-bench-'));
    try {
      for (const { name, data } of designs)
        for (const [model, make] of Object.entries(quick ? { gp: MODELS.gp, tree: MODELS.tree } : MODELS)) {
          if (!wants(model)) continue;
          let fitted: Promise<Model> | undefined;
          const fittedOnce = () => {
            fitted ??= make().fit(data, runOf(`${name}/${model}`));
            return fitted;
          };
          for (const target of TARGETS)
            await once({ model, function: name, d: data.space.dimension, n: data.size, target }, async () =>
              measured(await fittedOnce(), data, target, folder),
            );
        }
    } finally {
      rmSync(folder, { recursive: true });
    }
    say(
      'maxError and intervalError: over the spread of the output; it is rounding, or the file would not have been written.',
    );
  },
} satisfies Benchmark;

async function measured(model: Model, data: Dataset, target: Target, folder: string) {
  const file = join(folder, `model.${target}`);
  if (!isSavable(model)) throw new Error('every surrogate of imago fits models that can be saved');
  const { files, verified, largestError, intervalError } = await exportModel(model, file, { data });
  const bytes = files.filter((path) => !/\.(h|mts)$/.test(path)).reduce((sum, path) => sum + statSync(path).size, 0);
  const microsecondsPerCall =
    target === 'json' ? ownMicroseconds(model, data) : verified ? await timed(file, data) : null;
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  return { maxError: known(largestError), intervalError: known(intervalError), microsecondsPerCall, bytes, verified };
}

/** What a row costs in a batch of the model itself. */
function ownMicroseconds(model: Model, { x }: Dataset): number {
  const batch = Matrix.from(Array.from({ length: 2000 }, (_, i) => x.row(i % x.rows)));
  const ask = () =>
    'observation' in model ? (model.observation as (x: Matrix) => unknown)(batch) : model.predict(batch);
  ask();
  const start = process.cpuUsage();
  ask();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / batch.rows;
}

/** Processor microseconds of a call, by a program in the language of the file. */
async function timed(file: string, data: Dataset): Promise<number> {
  const { space } = data;
  const points = Array.from({ length: 20 }, (_, i) => space.decode(data.x.row(i % data.size)));
  const folder = join(file, '..');
  const calls = 2000;
  switch (extname(file)) {
    case '.mjs': {
      const text = `import { predict } from './model.mjs';
const points = ${JSON.stringify(points)};
for (let i = 0; i < ${calls}; i++) predict(points[i % 20]);
const start = process.cpuUsage();
for (let i = 0; i < ${calls}; i++) predict(points[i % 20]);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / ${calls});`;
      writeFileSync(join(folder, 'time.mjs'), text);
      return Number(execFileSync(process.execPath, ['time.mjs'], { cwd: folder }));
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
      return Number(execFileSync('python3', ['time.py'], { cwd: folder }));
    }
    case '.onnx':
      return onnxMicroseconds(file, data);
    default: {
      const fields = [
        ...readFileSync(join(folder, 'model.h'), 'utf8')
          .split('} model_point')[0]
          .matchAll(/double (\w+);/g),
      ];
      const sets = points.map((point, i) =>
        numbersOf(space, point).map((value, j) => `p[${i}].${fields[j][1]} = ${value};`),
      );
      const text = `#include "model.h"
#include <stdio.h>
#include <time.h>
int main(void) {
  model_point p[20];
  model_answers a;
  ${sets.flat().join('\n  ')}
  long bad = 0;
  clock_t start = clock();
  for (int i = 0; i < 20 * ${calls}; i++) bad += model_predict(&p[i % 20], &a);
  printf("%.6f", (double)(clock() - start) / CLOCKS_PER_SEC * 1e6 / (20.0 * ${calls}) + (double)bad);
  return 0;
}`;
      writeFileSync(join(folder, 'time.c'), text);
      execFileSync('cc', ['-O3', '-o', 'time', 'time.c', 'model.c', '-lm'], { cwd: folder });
      return Number(execFileSync(join(folder, 'time')));
    }
  }
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

const runOf = (path: string): Run => ({ rng: new Rng(path), clock: () => performance.now() });

interface Design {
  readonly name: string;
  readonly data: Dataset;
}

function designOf(name: string, n: number): Design {
  const { space, outputs } = testFunctionSimulator({ name });
  const { evaluate } = instance(testFunction(name), 0);
  const answer = (u: Float64Array) => {
    const point = space.decode(u);
    return evaluate(space.names.map((input) => Number(point[input]))).f;
  };
  return { name, data: answered(space, outputs, n, answer) };
}

function mixedDesign(n: number): Design {
  return { name: 'mixed', data: answered(MIXED, [{ name: 'f' }], n, mixed) };
}

function answered(space: Space, outputs: readonly Output[], n: number, answer: (u: Float64Array) => number): Dataset {
  const x = latinHypercube().sample(space, n, Dataset.empty(space, outputs), runOf(`export/${n}`));
  const y = Matrix.from(Array.from({ length: n }, (_, i) => [answer(x.row(i))]));
  const row = (i: number) => ({ id: String(i), milliseconds: 0, status: 'completed' as const });
  return new Dataset(
    space,
    outputs,
    x,
    y,
    Array.from({ length: n }, (_, i) => row(i)),
  );
}
