import { ensure } from '../../core/errors.ts';
import type { ImageShape } from '../../core/space/group.ts';
import { type Convolution, mapShape } from '../../numerics/kernels/convolution-shape.ts';
import type { Rng } from '../../numerics/random.ts';
import { type Layer, padded } from '../neural-network/layers.ts';

/** What a convolutional network is made of, as plain data. */
export interface ConvolutionalPlan {
  readonly image: ImageShape;
  /** Of each convolution. */
  readonly channels: readonly number[];
  /** Pixels along each side of what a convolution sees. */
  readonly size: number;
  /** Units of the layer behind them. */
  readonly hidden: number;
  readonly outputs: number;
}

/**
 * The shape of a convolutional network [LeCun1998]: convolutions of patches that lie in the image as a whole, each followed by the largest of every 2 x 2
 * pixels and by relu; a layer of hidden units; scores. Its parameters are one flat array. Throws `invalid-argument` where the image is too small.
 */
export class ConvolutionalShape {
  readonly layers: readonly Layer[];
  readonly activation = 'relu';
  readonly size: number;
  /** Of inputs and layers, without the units that fill a tile; of a convolution those of a patch. */
  readonly widths: readonly number[];
  /** Numbers that are learned. */
  readonly learned: number;

  constructor({ image, channels, size, hidden, outputs }: ConvolutionalPlan) {
    let { rows, columns } = image;
    let [seen, at] = [1, 0];
    const layers: Layer[] = [];
    const widths = [rows * columns];
    let learned = 0;
    const add = (inputs: number, padding: number, own: number, convolution?: Convolution) => {
      const units = padded(own);
      layers.push({
        ...{ inputs: padding, outputs: units, weights: at, biases: at + padding * units },
        ...(convolution && { convolution }),
      });
      at += padding * units + units;
      learned += (inputs + 1) * own;
      widths.push(own);
    };
    for (const own of channels) {
      ensure(
        rows >= size + 1 && columns >= size + 1,
        'invalid-argument',
        `convolutionalNetwork: images of ${image.rows} x ${image.columns} pixels are too small for ${channels.length} convolutions of ${size} x ${size}, each of which halves what is left: give fewer channels or a smaller size`,
      );
      const kept = layers.length === 0 ? 1 : padded(seen);
      const convolution = { rows, columns, channels: kept, size };
      add(size * size * seen, padded(size * size * kept), own, convolution);
      const map = mapShape(convolution);
      [rows, columns, seen] = [Math.floor(map.rows / 2), Math.floor(map.columns / 2), own];
    }
    add(rows * columns * seen, rows * columns * padded(seen), hidden);
    add(hidden, padded(hidden), outputs);
    this.layers = layers;
    this.widths = widths;
    this.size = at;
    this.learned = learned;
  }

  /** Random weights, uniform in +-sqrt(6 / inputs) [He2015], of the last layer in +-sqrt(6 / (inputs + outputs)) [Glorot2010]; biases zero. */
  initialize(rng: Rng): Float64Array {
    const parameters = new Float64Array(this.size);
    this.layers.forEach(({ inputs, outputs, weights, convolution }, l) => {
      const own = this.widths[l + 1];
      // Channels that fill a tile are always zero: what they would be multiplied with stays zero too.
      const isLive = livePlaces(
        inputs,
        convolution,
        l > 0 ? this.widths[l] : 1,
        this.layers[l - 1]?.convolution !== undefined,
      );
      const count = isLive.reduce((sum, live) => sum + live, 0);
      const bound = Math.sqrt(6 / (l === this.layers.length - 1 ? count + own : count));
      for (let i = 0; i < inputs; i++)
        if (isLive[i])
          for (let j = 0; j < own; j++) parameters[weights + i * outputs + j] = bound * (2 * rng.uniform() - 1);
    });
    return parameters;
  }
}

/** 1 for each input of a layer that is not there to fill a tile. */
function livePlaces(
  inputs: number,
  convolution: Convolution | undefined,
  seen: number,
  isBehindImages: boolean,
): Uint8Array {
  const live = new Uint8Array(inputs);
  if (convolution) {
    const { size, channels } = convolution;
    for (let i = 0; i < size * size * channels; i++) live[i] = channels === 1 || i % channels < seen ? 1 : 0;
    return live;
  }
  const stride = isBehindImages ? padded(seen) : inputs;
  for (let i = 0; i < inputs; i++) live[i] = i % stride < seen ? 1 : 0;
  return live;
}
