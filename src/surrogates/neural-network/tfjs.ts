import type { Matrix } from '../../numerics/matrix.ts';
import { ADAM } from './adam.ts';
import type { Network } from './layers.ts';
import type { Targets } from './targets.ts';
import type { Tensor, TensorFlow } from './tfjs-backend.ts';
import { batchesOf, type Schedule, type Stepper } from './training.ts';

/** Weights and biases of a layer, without the units that fill a tile. */
interface LayerTensors {
  readonly weights: Tensor;
  readonly biases: Tensor;
}

/** Epochs by TensorFlow.js, in single precision: the same steps as those of imago's own kernels. Its tensors live until `dispose`. */
export function tfjsStepper(
  tf: TensorFlow,
  network: Network,
  inputs: Matrix,
  targets: Targets,
  start: Float64Array,
  count: number,
  schedule: Schedule,
): Stepper {
  const { widths } = network;
  const size = Math.min(schedule.batch, count);
  const x = tensorOf(tf, inputs, widths[0]);
  const y = tensorOf(tf, targets.values, targets.width);
  const mask = tf.tensor1d(
    Float32Array.from({ length: targets.width }, (_, k) => (targets.numbers.includes(k) ? 1 : 0)),
  );
  const weights = targets.weights?.map((weight) => weight / targets.meanWeight);
  const counts = weights && tf.tensor2d(Float32Array.from(weights), [weights.length, 1]);
  const layers = network.layers.map((_, l) => layerTensors(tf, network, start, l));
  const variables = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const { beta1, beta2, epsilon } = ADAM;
  const optimizer = tf.train.adam(schedule.learningRate, beta1, beta2, epsilon);
  const step = (rows: Int32Array) =>
    tf.tidy(() => {
      const indices = tf.tensor1d(rows, 'int32');
      const [here, wanted] = [tf.gather(x, indices), tf.gather(y, indices)];
      const often = counts && tf.gather(counts, indices);
      const penalty = schedule.weightDecay / (2 * count * targets.meanWeight);
      optimizer.minimize(
        () => lossOf(tf, network, layers, here, wanted, mask, often, targets, rows.length, penalty),
        false,
        variables,
      );
    });
  const epochs: Stepper = (order, epoch, parameters) => {
    for (const { rows, rate } of batchesOf(order, epoch, size, schedule)) {
      optimizer.learningRate = rate;
      step(rows);
    }
    layers.forEach((layer, l) => {
      read(network, layer, parameters, l);
    });
  };
  epochs.dispose = () => {
    for (const tensor of [x, y, mask, ...(counts ? [counts] : []), ...variables]) tensor.dispose();
    optimizer.dispose();
  };
  return epochs;
}

/** Half the squared errors of numbers and the cross-entropy of classes, averaged over the rows, and the penalty of the weights. */
function lossOf(
  tf: TensorFlow,
  { activation }: Network,
  layers: readonly LayerTensors[],
  x: Tensor,
  wanted: Tensor,
  mask: Tensor,
  often: Tensor | undefined,
  { groups, numbers }: Targets,
  rows: number,
  penalty: number,
): Tensor {
  let z = x;
  layers.forEach(({ weights, biases }, l) => {
    z = tf.add(tf.matMul(z, weights), biases);
    if (l === layers.length - 1) return;
    z = activation === 'relu' ? tf.relu(z) : activation === 'tanh' ? tf.tanh(z) : tf.mul(z, tf.sigmoid(z));
  });
  const counted = (of: Tensor) => (often ? tf.mul(of, often) : of);
  const terms: Tensor[] = [];
  if (numbers.length > 0) {
    const errors = tf.sub(z, wanted);
    terms.push(tf.mul(tf.sum(counted(tf.square(groups.length > 0 ? tf.mul(errors, mask) : errors))), 0.5 / rows));
  }
  for (const { start, width } of groups) {
    const part = (of: Tensor) => tf.slice(of, [0, start], [rows, width]);
    terms.push(tf.mul(tf.sum(counted(tf.mul(part(wanted), tf.logSoftmax(part(z))))), -1 / rows));
  }
  if (penalty > 0) for (const { weights } of layers) terms.push(tf.mul(tf.sum(tf.square(weights)), penalty));
  return terms.reduce((sum, term) => tf.add(sum, term));
}

/** The first `width` columns of a matrix. */
function tensorOf(tf: TensorFlow, { rows, columns, data }: Matrix, width: number): Tensor {
  const values = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) values.set(data.subarray(i * columns, i * columns + width), i * width);
  return tf.tensor2d(values, [rows, width]);
}

function layerTensors(tf: TensorFlow, { widths, layers }: Network, parameters: Float64Array, l: number): LayerTensors {
  const { outputs, weights, biases } = layers[l];
  const [from, to] = [widths[l], widths[l + 1]];
  const all = new Float32Array(from * to);
  for (let i = 0; i < from; i++)
    all.set(parameters.subarray(weights + i * outputs, weights + i * outputs + to), i * to);
  return tf.tidy(() => {
    const initial = [
      tf.tensor2d(all, [from, to]),
      tf.tensor1d(Float32Array.from(parameters.subarray(biases, biases + to))),
    ];
    return { weights: tf.variable(initial[0]), biases: tf.variable(initial[1]) };
  });
}

/** Writes a layer back where it stands among the parameters. */
function read({ widths, layers }: Network, tensors: LayerTensors, parameters: Float64Array, l: number): void {
  const { outputs, weights, biases } = layers[l];
  const [from, to] = [widths[l], widths[l + 1]];
  const all = tensors.weights.dataSync();
  for (let i = 0; i < from; i++) for (let j = 0; j < to; j++) parameters[weights + i * outputs + j] = all[i * to + j];
  parameters.set(tensors.biases.dataSync(), biases);
}
