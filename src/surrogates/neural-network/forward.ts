import { Arena, hasKernels } from '../../numerics/kernels/arena.ts';
import { ACTIVATIONS } from '../../numerics/kernels/packed-network.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Features, Scaling } from './features.ts';
import { type Network, Pass } from './layers.ts';

/** Rows that go through a network at once. */
export const CHUNK = 64;
/** Fewest rows for which the weights are copied to where the kernels see them. */
const WORTH = 16;

/** The way of points through the networks of an ensemble. */
export interface Forward {
  /** Makes rows from .. to-1 of the points the inputs, CHUNK of them at most. */
  read(from: number, to: number): void;
  /** What network k answers to the inputs: rows x padded width, until the next call. */
  answer(k: number): Float64Array;
}

/** One working memory for the passes of all networks of a thread. */
const shared = new Arena();

/** The way of n x d points: the same to the last bit by the kernels, where there are enough rows for them, and without. */
export function forwardOf(
  network: Network,
  members: readonly Float64Array[],
  features: Features,
  points: Matrix,
): Forward {
  const way = points.rows >= WORTH && hasKernels() ? packedForward : plainForward;
  return way(network, members, features, points);
}

export function plainForward(
  network: Network,
  members: readonly Float64Array[],
  features: Features,
  points: Matrix,
): Forward {
  const pass = new Pass(network, Math.min(CHUNK, Math.max(1, points.rows)));
  let count = 0;
  return {
    read(from, to) {
      count = to - from;
      features.writeRows(points, from, to, pass.values[0]);
    },
    answer: (k) => pass.forward(members[k], count).subarray(0, count * padOf(network)),
  };
}

export function packedForward(
  network: Network,
  members: readonly Float64Array[],
  features: Features,
  points: Matrix,
): Forward {
  const { layers, activation, size } = network;
  shared.reset(members);
  const weights = members.map(() => shared.allocate(size));
  const widths = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
  const places = widths.map((width) => shared.allocate(CHUNK * width));
  const write = features.scaling && packedScaling(features.scaling, places[0], widths[0]);
  members.forEach((parameters, k) => void shared.write(weights[k], parameters));
  const inputs = shared.view(places[0], CHUNK * widths[0]).fill(0);
  const outputs = shared.view(places[layers.length], CHUNK * widths[layers.length]);
  const kind = ACTIVATIONS[activation];
  const { kernels } = shared;
  let count = 0;
  return {
    read(from, to) {
      count = to - from;
      if (write) write(points, from, to);
      else features.writeRows(points, from, to, inputs);
    },
    answer(k) {
      const rows = 4 * Math.ceil(count / 4);
      layers.forEach(({ inputs: from, outputs: to, weights: at, biases }, l) => {
        const [matrix, bias] = [weights[k] + 8 * at, weights[k] + 8 * biases];
        kernels.multiply64(rows, to, from, places[l], from, 1, matrix, places[l + 1], bias);
        if (l < layers.length - 1) kernels.activate64(kind, rows * to, places[l + 1]);
      });
      return outputs.subarray(0, count * padOf(network));
    },
  };
}

/** Writes rows of points, standardized, to the inputs at `out`. */
function packedScaling({ means, deviations }: Scaling, out: number, width: number) {
  const d = means.length;
  const points = shared.allocate(CHUNK * d);
  const [mean, deviation] = [shared.allocate(d + 1), shared.allocate(d + 1)];
  shared.write(mean, means, d + 1);
  // What makes an odd number of coordinates even is divided by 1.
  shared.write(deviation, [...deviations, 1]);
  const { kernels } = shared;
  const room = shared.view(points, CHUNK * d);
  return ({ data }: Matrix, from: number, to: number) => {
    room.set(data.subarray(from * d, to * d));
    kernels.standardize64(to - from, d, points, mean, deviation, out, width);
  };
}

/** Columns of a network's outputs. */
function padOf({ layers }: Network): number {
  return layers[layers.length - 1].outputs;
}
