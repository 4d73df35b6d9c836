import { hasKernels } from '../../numerics/kernels/arena.ts';
import type { NetworkMemory } from '../../numerics/kernels/network-kernels.ts';
import { PackedNetwork } from '../../numerics/kernels/packed-network.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { ADAM, Adam } from './adam.ts';
import { Dropout, limitNorms } from './dropout.ts';
import { type Inputs, trainingInputs, writeInputs } from './inputs.ts';
import { type Network, Pass } from './layers.ts';
import { loss, type Targets } from './targets.ts';

/** How a network is trained. */
export interface Schedule {
  /** Passes over the training rows. */
  readonly epochs: number;
  /** Rows in a step. */
  readonly batch: number;
  /** Largest step; it falls to zero along half a cosine [Loshchilov2017]. */
  readonly learningRate: number;
  /** Penalty on the weights, not the biases [Krogh1992]: weightDecay / (2 n) times their sum of squares joins the mean loss of the n rows. */
  readonly weightDecay: number;
  /** Epochs without a lower loss on the held-out rows after which training stops; Infinity for none. */
  readonly patience: number;
  /** Probability with which a unit of each layer, the inputs first, is left out of a step. Default none. */
  readonly dropout?: readonly number[];
  /** Largest norm of the weights into a hidden unit. Default none. */
  readonly maxNorm?: number;
}

/** Passes over n rows that make so many steps, `least` at least. */
export function epochsFor(n: number, batch: number, steps: number, least: number): number {
  return Math.max(least, Math.ceil(steps / Math.ceil(n / batch)));
}

/** Numbers of the rows to learn from and of those held out, which may be none. */
export interface Rows {
  readonly train: Int32Array;
  readonly held: Int32Array;
}

/** A trained network. */
export interface Member {
  readonly parameters: Float64Array;
  /** Epochs trained. */
  readonly epochs: number;
  /** The epoch whose parameters these are: the one with the lowest loss on the held-out rows, or the last. */
  readonly best: number;
}

/** Most rows that go through a network at once in prediction. */
const CHUNK = 64;

/**
 * Trains a network on rows of the n x padded inputs. With rows held out, the parameters after the epoch with the lowest loss on
 * them are kept. `afterEpoch` is awaited after every epoch, with the parameters as they are then.
 */
export async function trainMember(
  network: Network,
  inputs: Inputs,
  targets: Targets,
  { train, held }: Rows,
  schedule: Schedule,
  rng: Rng,
  afterEpoch: (epoch: number, parameters: Float64Array) => Promise<void>,
  makeStepper: MakeStepper = ownStepper,
): Promise<Member> {
  const parameters = network.initialize(rng.child('weights'));
  const batches = rng.child('batches');
  const seen = trainingInputs(inputs, rng.child('versions'));
  const step = makeStepper(network, seen, targets, parameters, train.length, schedule, rng.child('dropout'));
  const judge = held.length > 0 ? new Pass(network, CHUNK) : undefined;
  const order = train.slice();
  const kept = { parameters, loss: Number.POSITIVE_INFINITY, epoch: 0 };
  let epoch = 0;
  try {
    while (epoch < schedule.epochs && epoch - kept.epoch < schedule.patience) {
      step(batches.shuffle(order), epoch, parameters);
      epoch++;
      if (!judge) kept.epoch = epoch;
      else {
        const here = lossOn(judge, inputs, targets, parameters, held);
        if (here < kept.loss) Object.assign(kept, { parameters: parameters.slice(), loss: here, epoch });
      }
      await afterEpoch(epoch, parameters);
    }
  } finally {
    step.dispose?.();
  }
  return { parameters: kept.parameters, epochs: epoch, best: kept.epoch };
}

/** Takes the rows in their order through one epoch of steps, and leaves the parameters after it. */
export interface Stepper {
  (order: Int32Array, epoch: number, parameters: Float64Array): void;
  /** Gives back what no garbage collector sees. */
  dispose?: () => void;
}

/** Epochs of `count` rows from the parameters `start`. */
export type MakeStepper = (
  network: Network,
  inputs: Inputs,
  targets: Targets,
  start: Float64Array,
  count: number,
  schedule: Schedule,
  rng?: Rng,
) => Stepper;

/** By imago's own kernels. */
const ownStepper: MakeStepper = (network, inputs, targets, start, count, schedule, rng) =>
  hasKernels()
    ? packedStepper(network, inputs, targets, start, count, schedule, rng)
    : stepper(network, inputs, targets, count, schedule, rng);

/** Epochs in double precision. */
export function stepper(
  network: Network,
  inputs: Inputs,
  targets: Targets,
  count: number,
  schedule: Schedule,
  rng?: Rng,
): Stepper {
  const size = Math.min(schedule.batch, count);
  const pass = new Pass(network, size);
  const gradient = new Float64Array(network.size);
  const adam = new Adam(network.size);
  const dropout = dropoutOf(schedule, rng);
  return (order, epoch, parameters) => {
    for (const { rows, rate } of batchesOf(order, epoch, size, schedule)) {
      writeInputs(inputs, rows, pass.values[0]);
      const outputs = pass.forward(parameters, rows.length, dropout);
      loss(targets, rows, outputs, pass.deltas[pass.deltas.length - 1]);
      pass.backward(parameters, rows.length, gradient);
      addPenalty(network, parameters, gradient, schedule.weightDecay / (count * targets.meanWeight));
      adam.step(parameters, gradient, rate);
      if (schedule.maxNorm) limitNorms(network.layers, parameters, schedule.maxNorm);
    }
  };
}

/** Epochs in single precision, in WebAssembly: the same to about 1e-6 of the largest number in each pass. */
export function packedStepper(
  network: Network,
  inputs: Inputs,
  targets: Targets,
  start: Float64Array,
  count: number,
  schedule: Schedule,
  rng?: Rng,
  memory?: NetworkMemory,
): Stepper {
  const size = Math.min(schedule.batch, count);
  const source =
    inputs instanceof Matrix ? inputs.data : (rows: Int32Array, out: Float32Array) => inputs.write(rows, out);
  const packed = new PackedNetwork(network, source, start, size, memory);
  const dropout = dropoutOf(schedule, rng);
  const { beta1, beta2, epsilon } = ADAM;
  let steps = 0;
  return (order, epoch, parameters) => {
    packed.begin();
    for (const { rows, rate } of batchesOf(order, epoch, size, schedule)) {
      steps++;
      loss(targets, rows, packed.forward(rows, dropout), packed.delta);
      packed.backward(rows.length);
      const corrected = rate / (1 - beta1 ** steps);
      const penalty = schedule.weightDecay / (count * targets.meanWeight);
      packed.descend(corrected, 1 / (1 - beta2 ** steps), penalty, beta1, beta2, epsilon);
      if (schedule.maxNorm) packed.limitNorms(schedule.maxNorm);
    }
    parameters.set(packed.keep());
  };
}

/** The batches of an epoch and the size of their steps. */
export function* batchesOf(order: Int32Array, epoch: number, size: number, { epochs, learningRate }: Schedule) {
  const count = order.length;
  const perEpoch = Math.ceil(count / size);
  for (let b = 0; b < perEpoch; b++) {
    // Batches of nearly equal size: none is a remainder of one row.
    const rows = order.subarray(Math.floor((b * count) / perEpoch), Math.floor(((b + 1) * count) / perEpoch));
    const progress = (epoch + b / perEpoch) / epochs;
    yield { rows, rate: 0.5 * learningRate * (1 + Math.cos(Math.PI * progress)) };
  }
}

function dropoutOf({ dropout }: Schedule, rng: Rng | undefined): Dropout | undefined {
  return dropout && rng && new Dropout(dropout, rng);
}

/** Adds the gradient of the penalty on the weights. */
function addPenalty({ layers }: Network, parameters: Float64Array, gradient: Float64Array, factor: number): void {
  for (const { weights, biases } of layers)
    for (let i = weights; i < biases; i++) gradient[i] += factor * parameters[i];
}

/** Mean loss on some rows. */
export function lossOn(
  pass: Pass,
  inputs: Inputs,
  targets: Targets,
  parameters: Float64Array,
  rows: Int32Array,
): number {
  let sum = 0;
  for (let from = 0; from < rows.length; from += pass.capacity) {
    const part = rows.subarray(from, from + pass.capacity);
    writeInputs(inputs, part, pass.values[0]);
    const outputs = pass.forward(parameters, part.length);
    sum += part.length * loss(targets, part, outputs, pass.deltas[pass.deltas.length - 1]);
  }
  return sum / rows.length;
}
