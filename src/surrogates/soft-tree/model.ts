import { toShares } from '../../core/columns.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import {
  add,
  each,
  finite,
  list,
  map,
  multiply,
  number,
  pick,
  product,
  subtract,
  type Term,
  tanh,
} from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { type EncoderState, type Features, featuresOf } from '../neural-network/features.ts';
import { CHUNK, forwardOf } from '../neural-network/forward.ts';
import type { Network } from '../neural-network/layers.ts';
import { networkTerms } from '../neural-network/network-terms.ts';
import type { Targets } from '../neural-network/targets.ts';
import { bounded } from '../standardize.ts';
import { leafValues } from './loss.ts';
import { reachNodes, type SoftTreeShape, shapeOf } from './shape.ts';
import { scoresOf } from './training.ts';

/** A soft tree as plain data. */
export interface SoftTreeState extends ModelState {
  readonly kind: 'soft tree';
  readonly depth: number;
  readonly inverseTemperature: number;
  /** One for each coordinate. */
  readonly encoders: readonly EncoderState[];
  /** Weights and biases of the splits, as a layer of scores. */
  readonly splits: Float64Array;
  /** leaves x c: standardized numbers, and scores whose softmax are shares. */
  readonly leaves: Float64Array;
  /** How the answers are read. */
  readonly targets: Pick<Targets, 'width' | 'groups' | 'mean' | 'deviation' | 'scale'>;
  readonly health: Health;
}

/** A soft decision tree: the mean of what its leaves answer, each as often as a point gets there. */
export class SoftTreeModel implements ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: SoftTreeState;
  readonly health: Health;
  readonly #shape: SoftTreeShape;
  readonly #network: Network;
  readonly #features: Features;
  /** leaves x c, as {@link leafValues} has them. */
  readonly #values: Float64Array;

  constructor(state: SoftTreeState) {
    this.state = state;
    this.health = state.health;
    this.#shape = shapeOf(state.depth, state.inverseTemperature);
    this.#features = featuresOf(state.encoders);
    this.#network = scoresOf(this.#features.width, this.#shape);
    this.#values = leafValues(state.leaves, state.targets);
  }

  predict(x: Matrix): Matrix {
    const { encoders, splits: parameters, targets } = this.state;
    ensureInputs(x, encoders.length);
    const { splits, leaves, nodes } = this.#shape;
    const { width } = targets;
    const [{ outputs }] = this.#network.layers;
    const forward = forwardOf(this.#network, [parameters], this.#features, x);
    const [right, reach] = [new Float64Array(splits), new Float64Array(nodes)];
    const answer = new Matrix(x.rows, width);
    for (let from = 0; from < x.rows; from += CHUNK) {
      const count = Math.min(CHUNK, x.rows - from);
      forward.read(from, from + count);
      const scores = forward.answer(0);
      for (let i = 0; i < count; i++) {
        reachNodes(this.#shape, scores, i * outputs, right, 0, reach, 0);
        const row = answer.row(from + i);
        for (let l = 0, at = 0; l < leaves; l++)
          for (let k = 0; k < width; k++, at++) row[k] += reach[splits + l] * this.#values[at];
        this.#finish(row);
      }
    }
    return answer;
  }

  /** Numbers in their own units, and shares that add up to 1 to the last bit. */
  #finish(row: Float64Array): void {
    const { deviation, mean, scale, groups } = this.state.targets;
    for (let k = 0; k < row.length; k++) row[k] = bounded((row[k] * deviation[k] + mean[k]) * scale[k]);
    for (const { start, width } of groups) toShares(row, start, width);
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { splits: parameters, targets, inverseTemperature } = this.state;
    const { width, deviation, mean, scale } = targets;
    const { splits, leaves } = this.#shape;
    const scores = list(networkTerms(this.#network, parameters, this.#features.terms(u)));
    const half = multiply(0.5 * inverseTemperature, each(scores));
    // (1 + tanh(s / 2)) / 2 is the sigmoid of s and overflows nowhere.
    const right = map(scores.axis, add(0.5, multiply(0.5, tanh(half))));
    const reach: Term[] = [number(1)];
    for (let n = 0; n < splits; n++) {
      const rightward = pick(right, n);
      reach.push(multiply(reach[n], subtract(1, rightward)), multiply(reach[n], rightward));
    }
    const byColumn = new Float64Array(width * leaves);
    this.#values.forEach((value, at) => {
      byColumn[(at % width) * leaves + Math.floor(at / width)] = value;
    });
    const answers = product({ length: width }, byColumn, list(reach.slice(splits)));
    return Array.from({ length: width }, (_, k) => ({
      mean: finite(multiply(add(multiply(pick(answers, k), deviation[k]), mean[k]), scale[k])),
    }));
  }
}
