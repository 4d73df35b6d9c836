import { Arena, hasKernels } from '../../numerics/kernels/arena.ts';
import { ACTIVATIONS } from '../../numerics/kernels/packed-network.ts';
import { type Network, Pass } from './layers.ts';

/** Rows that go through a network at once. */
export const CHUNK = 64;
/** Fewest rows for which the weights are copied to where the kernels see them. */
const WORTH = 16;

/** Takes the first `count` rows of `inputs`, at most CHUNK x padded width, through network k: the outputs, count x padded width, until the next call. */
export type Forward = (k: number, inputs: Float64Array, count: number) => Float64Array;

/** One working memory for the passes of all networks of a thread. */
const shared = new Arena();

/** Passes of `rows` rows in all through the networks of an ensemble: the same to the last bit by the kernels, where there are enough rows for them, and without. */
export function forwardOf(network: Network, members: readonly Float64Array[], rows: number): Forward {
  return rows >= WORTH && hasKernels() ? packedForward(network, members) : plainForward(network, members, rows);
}

export function plainForward(network: Network, members: readonly Float64Array[], rows: number): Forward {
  const pass = new Pass(network, Math.min(CHUNK, Math.max(1, rows)));
  return (k, inputs, count) => {
    pass.values[0].set(inputs.subarray(0, count * network.layers[0].inputs));
    return pass.forward(members[k], count);
  };
}

export function packedForward({ layers, activation, size }: Network, members: readonly Float64Array[]): Forward {
  shared.reset(members);
  const weights = members.map(() => shared.allocate(size));
  const widths = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
  const places = widths.map((width) => shared.allocate(CHUNK * width));
  members.forEach((parameters, k) => void shared.write(weights[k], parameters));
  const values = places.map((place, l) => shared.view(place, CHUNK * widths[l]));
  const kind = ACTIVATIONS[activation];
  const { kernels } = shared;
  return (k, inputs, count) => {
    const rows = 4 * Math.ceil(count / 4);
    values[0].set(inputs.subarray(0, count * widths[0]));
    layers.forEach(({ inputs: from, outputs: to, weights: at, biases }, l) => {
      const [matrix, bias] = [weights[k] + 8 * at, weights[k] + 8 * biases];
      kernels.multiply64(rows, to, from, places[l], from, 1, matrix, places[l + 1], bias);
      if (l < layers.length - 1) kernels.activate64(kind, rows * to, places[l + 1]);
    });
    return values[layers.length].subarray(0, count * widths[layers.length]);
  };
}
