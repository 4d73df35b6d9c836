import { PackedNetwork } from '../../numerics/kernels/packed-network.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { plainMemory } from '../convolutional-network/model.ts';
import { ADAM, Adam } from '../neural-network/adam.ts';
import type { Inputs } from '../neural-network/inputs.ts';
import { Network } from '../neural-network/layers.ts';
import type { Targets } from '../neural-network/targets.ts';
import { batchesOf, type MakeStepper, type Schedule, trainMember } from '../neural-network/training.ts';
import { SoftTreeLoss } from './loss.ts';
import type { SoftTreeShape } from './shape.ts';

/** The splits of a tree as a layer of scores. */
export function scoresOf(features: number, { splits }: SoftTreeShape): Network {
  return new Network([features, splits], 'tanh');
}

/** Parameters of a soft tree. */
export interface SoftTreeParameters {
  /** Those of the layer of {@link scoresOf}. */
  readonly splits: Float64Array;
  /** leaves x c: standardized numbers, and scores whose softmax are shares. */
  readonly leaves: Float64Array;
}

/** Trains a tree by Adam [Kingma2015] on batches of rows; the splits in single precision. `afterEpoch` is awaited after every epoch. */
export async function trainSoftTree(
  shape: SoftTreeShape,
  network: Network,
  inputs: Inputs,
  targets: Targets,
  schedule: Schedule & { readonly balance: number },
  rng: Rng,
  afterEpoch: (epoch: number) => Promise<void>,
): Promise<SoftTreeParameters> {
  const start = rng.child('leaves');
  const leaves = Float64Array.from({ length: shape.leaves * targets.width }, () => SPREAD * start.normal());
  const stepper: MakeStepper = (_, seen, wanted, splits, count, { batch }) => {
    const size = Math.min(batch, count);
    const source = seen instanceof Matrix ? seen.data : (rows: Int32Array, out: Float32Array) => seen.write(rows, out);
    const packed = new PackedNetwork(network, source, splits, size, plainMemory());
    const loss = new SoftTreeLoss(shape, wanted, size, schedule.balance);
    const adam = new Adam(leaves.length);
    const stride = network.layers[0].outputs;
    const penalty = schedule.weightDecay / (count * wanted.meanWeight);
    const { beta1, beta2, epsilon } = ADAM;
    let steps = 0;
    return (order, epoch, parameters) => {
      packed.begin();
      for (const { rows, rate } of batchesOf(order, epoch, size, schedule)) {
        steps++;
        const gradient = loss.of(rows, packed.forward(rows), stride, leaves, packed.delta).leaves;
        packed.backward(rows.length);
        packed.descend(rate / (1 - beta1 ** steps), 1 / (1 - beta2 ** steps), penalty, beta1, beta2, epsilon);
        adam.step(leaves, gradient, LEAF_RATE * rate);
      }
      parameters.set(packed.keep());
    };
  };
  const rows = { train: Int32Array.from({ length: inputs.rows }, (_, i) => i), held: new Int32Array(0) };
  const { parameters } = await trainMember(network, inputs, targets, rows, schedule, rng, afterEpoch, stepper);
  return { splits: parameters, leaves };
}

/** Standard deviation of the leaves' parameters before training: equal leaves would give splits nothing to learn. */
const SPREAD = 1;

/** Steps of the leaves over those of the splits: their scores have far to go, those of a split add up over many inputs. */
const LEAF_RATE = 10;
