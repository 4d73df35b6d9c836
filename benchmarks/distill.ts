import { convolutionalNetwork, type Dataset, type Model, neuralNetwork, Rng, type Surrogate, warp } from 'imago';
import { mnist } from '../scenarios/data/mnist.ts';
import { runOf } from './accuracy.ts';
import { agreement, answers, relabeled, withShares } from './digit-rows.ts';
import type { Benchmark, Request } from './harness.ts';
import { figures, hinton, since } from './hinton.ts';

const LABELS = 1000;
/** Images whose answers a small network learns. */
const POOL = 10_000;
const TEMPERATURES = [1, 2, 4, 20];

/**
 * A teacher's certainty against its labels [Hinton2015]: a [32] network learns 10,000 images by the teacher's labels (`plainErrors`) or by its shares at a
 * temperature (`studentErrors`); `gapClosed` is the share of the gap to the teacher. With `--small`, a convolutional network of about 3,000 weights, against
 * one that learned the same 1,000 labels as its teacher. `--only hinton` is the published table, [800, 800] by [1200, 1200] on 60,000 labels.
 */
export default {
  question: "what do a teacher's shares tell a small network beyond its labels?",
  columns: [
    'student',
    'seed',
    'temperature',
    'teacherErrors',
    'plainErrors',
    'studentErrors',
    'gapClosed',
    'weights',
    'epochs',
    'bias',
    'unseenRight',
    'cpuSeconds',
  ],
  async run(request) {
    const { quick, small, seeds = small ? 2 : 5, wants } = request;
    const [all, test] = [mnist('train'), mnist('t10k')];
    const judged = quick ? test.select(Array.from({ length: 1000 }, (_, i) => i)) : test;
    if (wants('hinton') && !wants('any')) return hinton(request, all, test);
    for (let seed = 0; seed < (quick ? 1 : seeds); seed++) {
      if (small) await compact(request, all, judged, seed);
      else await temperatures(request, all, judged, seed);
    }
  },
} satisfies Benchmark;

async function temperatures(request: Request, all: Dataset, test: Dataset, seed: number): Promise<void> {
  const { quick, has, emit } = request;
  const student = quick ? '[16]' : '[32]';
  const left = (quick ? [4] : TEMPERATURES).filter((temperature) => !has({ student, seed, temperature }));
  if (left.length === 0) return;
  const order = new Rng(`distill/${seed}`).permutation(all.size);
  const teacher = await teacherOf(all.select(order.subarray(0, LABELS)), seed, quick ? 10 : 120);
  const images = all.select(order.subarray(LABELS, LABELS + (quick ? 2000 : POOL)));
  const { shares, classes } = answers(teacher, images);
  const [hard, soft] = [relabeled(images, classes), withShares(images, shares)];
  const net = (temperature: number) =>
    neuralNetwork({
      ...{ hidden: [quick ? 16 : 32], activation: 'relu', members: 1, calibrate: false, weightDecay: 0 },
      ...{ epochs: quick ? 5 : 15, learningRate: 0.01, temperature },
    });
  const learn = (surrogate: Surrogate, data: Dataset) => surrogate.fit(data, runOf(`distill/${seed}/student`));
  const plainErrors = errorsOf(await learn(net(1), hard), test);
  const teacherErrors = errorsOf(teacher, test);
  for (const temperature of left) {
    const before = process.cpuUsage();
    const studentErrors = errorsOf(await learn(net(temperature), soft), test);
    emit({
      student,
      seed,
      temperature,
      ...figures(teacherErrors, plainErrors, studentErrors),
      cpuSeconds: since(before),
    });
  }
}

/** A network a fiftieth of its teacher. */
async function compact({ quick, has, emit }: Request, all: Dataset, test: Dataset, seed: number): Promise<void> {
  const key = { student: 'convolutional', seed, temperature: 4 };
  if (has(key)) return;
  const order = new Rng(`distill/${seed}`).permutation(all.size);
  const labeled = all.select(order.subarray(0, LABELS));
  const before = process.cpuUsage();
  const make = (epochs: number) =>
    convolutionalNetwork({
      ...{
        channels: [4, 8],
        hidden: 16,
        dropout: 0,
        temperature: 4,
        learningRate: 0.01,
        augment: warp({ strength: 0.5 }),
        epochs,
      },
    });
  const teacher = await teacherOf(labeled, seed, quick ? 10 : 120);
  const pool = quick ? all.select(order.subarray(0, 3000)) : all;
  const epochs = quick ? 2 : 10;
  const student = await make(epochs).fit(
    withShares(pool, answers(teacher, pool).shares),
    runOf(`distill/${seed}/small`),
  );
  const plain = await make(Math.round((epochs * pool.size) / LABELS)).fit(labeled, runOf(`distill/${seed}/small`));
  const [teacherErrors, plainErrors, studentErrors] = [teacher, plain, student].map((model) => errorsOf(model, test));
  emit({
    ...key,
    ...figures(teacherErrors, plainErrors, studentErrors),
    weights: weightsOf(student),
    cpuSeconds: since(before),
  });
}

function teacherOf(labeled: Dataset, seed: number, epochs: number): Promise<Model> {
  return convolutionalNetwork({ augment: warp(), epochs }).fit(labeled, runOf(`distill/${seed}/teacher`));
}

function errorsOf(model: Model, test: Dataset): number {
  return Math.round(test.size * (1 - agreement(answers(model, test).classes, test.y.data)));
}

/** Numbers that a convolutional network learned. */
function weightsOf(model: Model): number {
  return (model as Model & { readonly state: { readonly members: readonly Float64Array[] } }).state.members.reduce(
    (sum, parameters) => sum + parameters.filter((value) => value !== 0).length,
    0,
  );
}
