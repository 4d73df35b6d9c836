import type { Health, Model } from '../../core/model.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { hasKernels } from '../../numerics/kernels/arena.ts';
import type { NetworkMemory } from '../../numerics/kernels/network-kernels.ts';
import { PackedNetwork } from '../../numerics/kernels/packed-network.ts';
import { PlainMemory } from '../../numerics/kernels/plain-kernels.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { type LightState, writeLight } from '../neural-network/light.ts';
import type { Parameters } from '../neural-network/parameters.ts';
import { softmax, type Targets } from '../neural-network/targets.ts';
import { bounded } from '../standardize.ts';
import { type ConvolutionalPlan, ConvolutionalShape } from './shape.ts';

/** Images that go through a network at once. */
const CHUNK = 64;

/** Convolutional networks as plain data. */
export interface ConvolutionalState extends ModelState {
  readonly kind: 'convolutional network';
  readonly plan: ConvolutionalPlan;
  readonly light: LightState;
  /** How the answers are read. */
  readonly targets: Pick<Targets, 'width' | 'groups' | 'mean' | 'deviation' | 'scale'>;
  /** The parameters of each network. */
  readonly members: readonly Parameters[];
  readonly health: Health;
}

/** The working memory where the engine has no kernels; undefined where it has. */
export function plainMemory(): NetworkMemory | undefined {
  return hasKernels() ? undefined : new PlainMemory();
}

/** The mean of convolutional networks; of classes, of their probabilities. */
export class ConvolutionalModel implements Model, SavableModel {
  readonly state: ConvolutionalState;
  readonly health: Health;
  readonly #shape: ConvolutionalShape;
  readonly #memory = plainMemory();

  constructor(state: ConvolutionalState) {
    this.state = state;
    this.health = state.health;
    this.#shape = new ConvolutionalShape(state.plan);
  }

  predict(x: Matrix): Matrix {
    const { plan, targets, members, light } = this.state;
    const pixels = plan.image.rows * plan.image.columns;
    ensureInputs(x, pixels);
    const { width, deviation, mean: center, scale } = targets;
    const mean = new Matrix(x.rows, width);
    const load = (rows: Int32Array, out: Float32Array) => {
      rows.forEach((row, i) => {
        writeLight(x.row(row), light, out, i * pixels);
      });
    };
    for (const parameters of members) {
      const network = new PackedNetwork(
        this.#shape,
        load,
        parameters,
        Math.min(CHUNK, Math.max(1, x.rows)),
        this.#memory,
      );
      network.begin();
      for (let from = 0; from < x.rows; from += CHUNK) {
        const rows = Int32Array.from({ length: Math.min(CHUNK, x.rows - from) }, (_, i) => from + i);
        // In double precision the probabilities of the classes add up to 1.
        const outputs = Float64Array.from(network.forward(rows));
        const stride = outputs.length / rows.length;
        rows.forEach((row, i) => {
          softmax(outputs, i * stride, targets.groups);
          for (let k = 0; k < width; k++) mean.data[row * width + k] += outputs[i * stride + k] / members.length;
        });
      }
    }
    for (let i = 0; i < x.rows; i++)
      for (let k = 0; k < width; k++) mean.set(i, k, bounded((mean.get(i, k) * deviation[k] + center[k]) * scale[k]));
    return mean;
  }
}
