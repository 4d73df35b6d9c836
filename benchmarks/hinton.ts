import {
  type Augmentation,
  type Dataset,
  type Model,
  type NeuralNetworkOptions,
  neuralNetwork,
  Rng,
  rows,
} from 'imago';
import { runOf } from './accuracy.ts';
import { answers, withShares } from './digit-rows.ts';
import type { Request, Row } from './harness.ts';

/** Sizes and passes of the published table; it does not tell how many passes. */
const FULL = { teacher: [1200, 1200], student: [800, 800], epochs: { teacher: 80, plain: 15, student: 20 } };
const QUICK = { teacher: [32, 32], student: [16, 16], epochs: { teacher: 4, plain: 4, student: 4 } };
const QUICK_IMAGES = 2000;
const TEMPERATURE = 20;
/** Largest step of networks that learn labels, and of those that are taught, which is chosen on training images that only their teacher had learned. */
const STEP = { labels: 0.001, taught: 0.003 };
/** Probability with which a unit is left out while the teacher learns: with .2, .5 and .5 it did not learn its own images in so many passes. */
const DROPOUT = [0.1, 0.3, 0.3];
/** The digit that no row of the transfer set shows, and the share of the images that the figure for its score is chosen on. */
const UNSEEN = 3;
const DEVELOPMENT = 0.1;
/** Figures for the score of that digit. */
const BIASES = Array.from({ length: 401 }, (_, i) => i / 20);
/** The squared length of weights into a unit is 15 at most [Hinton2012]. */
const MOST_NORM = Math.sqrt(15);
const NONE = { plainErrors: null, studentErrors: null, gapClosed: null };

/**
 * The published table [Hinton2015]: errors of a large network with dropout, bounded weights and images jittered by up to two pixels, of a plain one, of one taught
 * at T = 20 by the shares alone, and of one taught so without a 3, whose score is raised afterwards by a figure that does best on images that it
 * did not learn. Each network is kept beside the JSON file when it is done: a run that is resumed goes on with the next.
 */
export async function hinton(request: Request, all: Dataset, test: Dataset): Promise<void> {
  for (let seed = 0; seed < (request.seeds ?? 1); seed++) await table(request, all, test, seed);
}

async function table(request: Request, all: Dataset, test: Dataset, seed: number): Promise<void> {
  const { quick, has, emit } = request;
  const { teacher: large, student: small, epochs } = quick ? QUICK : FULL;
  const images = quick ? all.select(range(0, QUICK_IMAGES)) : all;
  const { others, development } = withoutUnseen(images, seed);
  const plan = {
    teacher: { name: 'teacher', hidden: large, rows: images.size, epochs: epochs.teacher },
    plain: { name: 'plain', hidden: small, rows: images.size, epochs: epochs.plain },
    student: { name: 'student', hidden: small, rows: images.size, epochs: epochs.student },
    unseen: { name: 'never saw a 3', hidden: small, rows: others.size, epochs: epochs.student },
  };
  const stages = new Stages(request, seed, Object.values(plan));
  const row = (stage: Stage, cpuSeconds: number, own: Row) => {
    const name = `[${stage.hidden.join(', ')}]${stage === plan.student ? '' : ` ${stage.name}`}`;
    const key = { student: name, seed, temperature: TEMPERATURE };
    if (!has(key)) emit({ ...key, ...own, epochs: stage.epochs, cpuSeconds });
  };

  const regularized = { dropout: DROPOUT, maxNorm: MOST_NORM, augment: JITTER };
  const teacher = await stages.learn(plan.teacher, () => images, regularized);
  const teacherErrors = wrong(teacher.model, test).all;
  row(plan.teacher, teacher.cpuSeconds, { ...NONE, teacherErrors });

  const plain = await stages.learn(plan.plain, () => images);
  const plainErrors = wrong(plain.model, test).all;
  row(plan.plain, plain.cpuSeconds, { ...NONE, teacherErrors, plainErrors });

  const soft = { temperature: TEMPERATURE, learningRate: STEP.taught };
  const student = await stages.learn(plan.student, () => taughtBy(teacher.model, images), soft);
  row(plan.student, student.cpuSeconds, figures(teacherErrors, plainErrors, wrong(student.model, test).all));

  const unseen = await stages.learn(plan.unseen, () => taughtBy(teacher.model, others), soft);
  const bias = bestBias(unseen.model, development);
  const [raw, corrected] = [wrong(unseen.model, test), wrong(unseen.model, test, bias)];
  row(plan.unseen, unseen.cpuSeconds, {
    ...figures(teacherErrors, plainErrors, corrected.all),
    ...{ bias, unseenRight: corrected.unseenRight, uncorrectedErrors: raw.all, uncorrectedRight: raw.unseenRight },
  });
}

/** Errors on the test, and the share of the gap between a plain student and the teacher that the student closes. */
export function figures(teacherErrors: number, plainErrors: number, studentErrors: number) {
  const gap = plainErrors - teacherErrors;
  return {
    teacherErrors,
    plainErrors,
    studentErrors,
    gapClosed: gap === 0 ? null : (plainErrors - studentErrors) / gap,
  };
}

/** Images without the digit, and some of every digit that are not among them. */
function withoutUnseen(images: Dataset, seed: number): { readonly others: Dataset; readonly development: Dataset } {
  const order = new Rng(`distill/${seed}/hinton`).child('development').permutation(images.size);
  const held = Math.round(DEVELOPMENT * images.size);
  const others = order.subarray(held).filter((image) => images.y.data[image] !== UNSEEN);
  return { others: images.select(others), development: images.select(order.subarray(0, held)) };
}

interface Stage {
  readonly name: string;
  readonly hidden: readonly number[];
  readonly rows: number;
  readonly epochs: number;
}

/** What a seed learns, one after the other; tells how much processor time is left, by the multiplications that are left. */
class Stages {
  readonly #request: Request;
  readonly #seed: number;
  #left: number;

  constructor(request: Request, seed: number, stages: readonly Stage[]) {
    this.#request = request;
    this.#seed = seed;
    this.#left = stages.reduce((sum, stage) => sum + workOf(stage), 0);
  }

  /** The network of a stage, kept or learned now, and the processor time of this. */
  async learn(stage: Stage, data: () => Dataset, more: NeuralNetworkOptions = {}) {
    const before = process.cpuUsage();
    const net = neuralNetwork({
      ...{ hidden: stage.hidden, activation: 'relu', batch: 100, learningRate: STEP.labels, weightDecay: 0 },
      ...{ epochs: stage.epochs, members: 1, calibrate: false, ...more },
    });
    const run = {
      ...runOf(`distill/${this.#seed}/hinton`),
      progress: ({ done, total = done }: { readonly done: number; readonly total?: number }) =>
        this.#tell(stage, done, total, since(before)),
    };
    const file = `seed-${this.#seed}-${stage.name.replaceAll(' ', '-')}-${stage.epochs}-epochs`;
    const model = await this.#request.kept(file, () => net.fit(data(), run));
    this.#left -= workOf(stage);
    return { model, cpuSeconds: since(before) };
  }

  #tell(stage: Stage, done: number, total: number, seconds: number): void {
    const work = workOf(stage) * (done / total);
    const minutes = (left: number) => ((left * seconds) / work / 60).toFixed(1);
    const [own, all] = [minutes(workOf(stage) - work), minutes(this.#left - work)];
    this.#request.say(
      `seed ${this.#seed}, ${stage.name}: ${done} of ${total} epochs, ${own} min of processor time left, ${all} for the seed`,
    );
  }
}

/** Multiplications of a stage, in proportion. */
function workOf({ hidden: [first, second], rows: count, epochs }: Stage): number {
  return epochs * count * (784 * first + first * second + second * 10);
}

/** Whole pixels, up to two along each side. */
export const JITTER: Augmentation = {
  ...rows({ from: 'data' }),
  name: 'jitter',
  varied({ groups }, u, rng) {
    const [{ columns, image: { rows: tall, columns: wide } = { rows: 0, columns: 0 } }] = groups;
    const [down, right] = [rng.integer(5) - 2, rng.integer(5) - 2];
    const moved = new Float64Array(u.length);
    for (let i = Math.max(0, down); i < Math.min(tall, tall + down); i++)
      for (let j = Math.max(0, right); j < Math.min(wide, wide + right); j++)
        moved[columns[i * wide + j]] = u[columns[(i - down) * wide + j - right]];
    return moved;
  },
};

/** The images with the shares of the teacher. */
function taughtBy(teacher: Model, data: Dataset): Dataset {
  return withShares(data, answers(teacher, data).shares);
}

/** Errors on all rows, and the share of the digit left out that is read right, once its score is raised. */
export function wrong(model: Model, test: Dataset, bias = 0): { readonly all: number; readonly unseenRight: number } {
  return errorsAt(answers(model, test).shares, test.y.data, bias);
}

type Shares = ReturnType<typeof answers>['shares'];

function errorsAt(shares: Shares, labels: ArrayLike<number>, bias: number) {
  let [all, unseen, right] = [0, 0, 0];
  for (let i = 0; i < shares.rows; i++) {
    const own = shares.row(i).slice();
    own[UNSEEN] *= Math.exp(bias);
    const isRight = own.indexOf(Math.max(...own)) === labels[i];
    if (!isRight) all++;
    if (labels[i] !== UNSEEN) continue;
    unseen++;
    if (isRight) right++;
  }
  return { all, unseenRight: unseen > 0 ? right / unseen : Number.NaN };
}

/** The figure with the fewest errors on rows that the network did not learn; in the middle where several have as few. */
export function bestBias(model: Model, development: Dataset): number {
  const { shares } = answers(model, development);
  const errors = BIASES.map((bias) => errorsAt(shares, development.y.data, bias).all);
  const fewest = Math.min(...errors);
  const best = BIASES.filter((_, i) => errors[i] === fewest);
  return best[Math.floor(best.length / 2)];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

export function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
