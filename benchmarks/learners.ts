import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  Dataset,
  decisionTree,
  extraTrees,
  gradientBoosting,
  Matrix,
  type Model,
  neuralNetwork,
  Rng,
  randomForest,
  real,
  Space,
  type Surrogate,
} from 'imago';
import type { Benchmark } from './harness.ts';

/** One learner with the same settings on both sides. */
interface Learner {
  readonly name: string;
  readonly ours: Surrogate<Model>;
  /** Arguments of scikit-learn's, or another surrogate to hold it against. */
  readonly theirs: Readonly<Record<string, unknown>> | Surrogate<Model>;
  /** Rows up to which it is measured; default all. */
  readonly most?: number;
}

const ROUNDS = 100;
const TREES = 20;
const EPOCHS = 200;
const TEST = 2000;
const NOISE = 0.3;
/** Milliseconds that are measured at least: short fits are repeated. */
const LEAST = 300;

const NETWORK = { hidden: [64, 64], epochs: EPOCHS, members: 1, calibrate: false };

const LEARNERS: readonly Learner[] = [
  { name: 'cart', ours: decisionTree(), theirs: {} },
  { name: 'forest', ours: randomForest({ trees: TREES }), theirs: { n_estimators: TREES, max_features: 2 / 3 } },
  { name: 'extra', ours: extraTrees({ trees: TREES }), theirs: { n_estimators: TREES } },
  {
    name: 'boosting',
    ours: gradientBoosting({
      rounds: ROUNDS,
      folds: 1,
      patience: Number.POSITIVE_INFINITY,
      minLeaf: 20,
      maxLeaves: 31,
    }),
    theirs: { max_iter: ROUNDS, early_stopping: false },
  },
  {
    name: 'network',
    ours: neuralNetwork(NETWORK),
    theirs: { hidden_layer_sizes: [64, 64], max_iter: EPOCHS, batch_size: 32, n_iter_no_change: EPOCHS },
  },
  {
    name: 'network-tfjs',
    ours: neuralNetwork(NETWORK),
    theirs: neuralNetwork({ ...NETWORK, backend: 'tfjs' }),
    most: 1000,
  },
];

/** Processor time of a fit and error on new points, by turns with scikit-learn where `IMAGO_PEERS_PYTHON` names a Python that has it. */
export default {
  question: "how long do the learners take, and how well do they learn, beside scikit-learn's?",
  columns: ['learner', 'n', 'd', 'milliseconds', 'peerMilliseconds', 'ratio', 'rmse', 'peerRmse'],
  async run({ quick, seeds = quick ? 1 : 5, wants, emit, say }) {
    const python = process.env.IMAGO_PEERS_PYTHON;
    const peer = python ? startPeer(python) : undefined;
    for (const [n, d] of quick
      ? [[500, 8]]
      : [
          [1000, 8],
          [10_000, 20],
        ])
      for (const learner of LEARNERS) {
        if (!wants(learner.name) || n > (learner.most ?? Number.POSITIVE_INFINITY)) continue;
        const { ours: mine, theirs: other } = learner;
        const rival = isSurrogate(other)
          ? (data: Sides) => fitSurrogate(other, data)
          : peer && ((data: Sides) => peer.fit(learner.name, other, data));
        const found: Measured[] = [];
        const theirs: Measured[] = [];
        for (let seed = 0; seed < seeds; seed++) {
          const data = { train: friedman(n, d, `train/${seed}`), test: friedman(TEST, d, `test/${seed}`) };
          // The first fits of each size are made by an engine that has not yet compiled anything.
          if (seed === 0) {
            await fitSurrogate(mine, data);
            if (isSurrogate(other)) await fitSurrogate(other, data);
          }
          found.push(await fitSurrogate(mine, data));
          if (rival) theirs.push(await rival(data));
        }
        for (const note of new Set(theirs.flatMap(({ notes = [] }) => notes)))
          say(`${learner.name}, the other side: ${note}`);
        const [ours, their] = [middle(found), theirs.length > 0 ? middle(theirs) : undefined];
        emit({
          learner: learner.name,
          n,
          d,
          milliseconds: ours.milliseconds,
          peerMilliseconds: their?.milliseconds ?? null,
          ratio: their ? ours.milliseconds / their.milliseconds : null,
          rmse: ours.rmse,
          peerRmse: their?.rmse ?? null,
        });
      }
    peer?.stop();
    if (!peer) say('set IMAGO_PEERS_PYTHON to a Python with scikit-learn for the other side');
    say(`medians of ${seeds} seeds; processor time of one thread; Friedman's function with noise of ${NOISE}`);
  },
} satisfies Benchmark;

interface Measured {
  readonly milliseconds: number;
  readonly rmse: number;
  /** What the model says of its fit. */
  readonly notes?: readonly string[];
}

interface Sides {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** The first function of Friedman (1991) with noise. */
function friedman(n: number, d: number, path: string): Dataset {
  const rng = new Rng(`learners/${path}`);
  const space = new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
  const x = new Matrix(n, d);
  const y = new Matrix(n, 1);
  for (let i = 0; i < n; i++) {
    const u = x.row(i);
    for (let j = 0; j < d; j++) u[j] = rng.uniform();
    const value = 10 * Math.sin(Math.PI * u[0] * u[1]) + 20 * (u[2] - 0.5) ** 2 + 10 * u[3] + 5 * u[4];
    y.set(i, 0, value + NOISE * rng.normal());
  }
  const rows = Array.from({ length: n }, (_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  return new Dataset(space, [{ name: 'y' }], x, y, rows);
}

function isSurrogate(theirs: Learner['theirs']): theirs is Surrogate<Model> {
  return typeof theirs.fit === 'function';
}

async function fitSurrogate(surrogate: Surrogate<Model>, { train, test }: Sides): Promise<Measured> {
  const start = process.cpuUsage();
  let [model, fits, milliseconds]: [Model | undefined, number, number] = [undefined, 0, 0];
  while (!model || milliseconds < LEAST) {
    model = await surrogate.fit(train, { rng: new Rng('learners'), clock: () => performance.now() });
    fits++;
    const { user, system } = process.cpuUsage(start);
    milliseconds = (user + system) / 1000;
  }
  const answer = model.predict(test.x).data;
  const squares = answer.reduce((sum, value, i) => sum + (value - test.y.data[i]) ** 2, 0);
  return { milliseconds: milliseconds / fits, rmse: Math.sqrt(squares / test.size), notes: model.health.notes };
}

function middle(found: readonly Measured[]): Measured {
  const of = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  return { milliseconds: of(found.map(({ milliseconds }) => milliseconds)), rmse: of(found.map(({ rmse }) => rmse)) };
}

/** A Python process that answers one request after the other, on one thread. */
function startPeer(python: string) {
  const script = fileURLToPath(new URL('./learners.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' };
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async fit(name: string, theirs: Readonly<Record<string, unknown>>, { train, test }: Sides): Promise<Measured> {
      const numbers = [train.x, train.y, test.x, test.y].map(({ data }) => Buffer.from(data.buffer));
      const options = { ...theirs, ...(name !== 'cart' && { random_state: 0 }) };
      child.stdin.write(`${JSON.stringify({ learner: name, n: train.size, d: train.x.columns, options })}\n`);
      child.stdin.write(`${Buffer.concat(numbers).toString('base64')}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${python} has ended without an answer`);
      return JSON.parse(value) as Measured;
    },
    stop: () => child.stdin.end(),
  };
}
