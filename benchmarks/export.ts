import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  radialBasis,
  randomForest,
  real,
  Space,
  type Surrogate,
} from 'imago';
import { exportModel } from 'imago/node';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import { timed, timedValues } from './export-times.ts';
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
  rbf: () => radialBasis(),
  net: () => neuralNetwork(),
  tree: () => decisionTree(),
  forest: () => randomForest(),
  boosting: () => gradientBoosting(),
  auto: () => auto(),
};

const TARGETS = ['json', 'mjs', 'py', 'c', 'onnx', 'fmu', 'html'] as const;
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
              measured(await fittedOnce(), data, target, folder, say),
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

async function measured(model: Model, data: Dataset, target: Target, folder: string, say: (line: string) => void) {
  const file = join(folder, `model.${target}`);
  if (!isSavable(model)) throw new Error('every surrogate of imago fits models that can be saved');
  const { files, verified, largestError, intervalError } = await exportModel(model, file, { data });
  const bytes = files.filter((path) => !/\.(h|mts)$/.test(path)).reduce((sum, path) => sum + statSync(path).size, 0);
  const microsecondsPerCall =
    target === 'json' ? ownMicroseconds(model, data) : verified ? await timed(file, data) : null;
  if (target === 'c') say(`values alone: ${timedValues(file, data).toFixed(2)} us a call`);
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
