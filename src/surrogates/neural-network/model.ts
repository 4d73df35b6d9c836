import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { add, divide, finite, multiply, square, subtract, total } from '../../core/graph/term.ts';
import type { DifferentiableModel, Health, Posterior, PosteriorGradient } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { bounded, softmaxTerms } from '../standardize.ts';
import type { Calibration } from './calibration.ts';
import { type EncoderState, type Features, featuresOf } from './features.ts';
import { CHUNK, forwardOf } from './forward.ts';
import type { Activation } from './kernels.ts';
import { Network, Pass } from './layers.ts';
import { networkTerms } from './network-terms.ts';
import { fullParameters, type Parameters } from './parameters.ts';
import { softmax, softmaxRows, type Targets } from './targets.ts';

/** An ensemble of networks as plain data. */
export interface NetworkState extends ModelState {
  readonly kind: 'neural network';
  /** Of inputs, hidden layers and outputs. */
  readonly widths: readonly number[];
  readonly activation: Activation;
  /** One for each coordinate. */
  readonly encoders: readonly EncoderState[];
  /** How the answers are read. */
  readonly targets: Pick<Targets, 'width' | 'groups' | 'mean' | 'deviation' | 'scale'>;
  /** The parameters of each network. */
  readonly members: readonly Parameters[];
  readonly calibration: Calibration;
  readonly health: Health;
}

/**
 * The mean and variance over the networks of an ensemble [Lakshminarayanan2017]: with f_k(x) the k-th of M answers, the mean of
 * the f_k and the mean of their squared deviations from it, calibrated; for a class, of its probabilities.
 */
export class NetworkModel implements DifferentiableModel, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: NetworkState;
  readonly health: Health;
  readonly #network: Network;
  readonly #members: readonly Float64Array[];
  readonly #features: Features;
  /** What a standardized number is in its output's own unit. */
  readonly #unit: Float64Array;
  /** Columns of a network's outputs. */
  readonly #stride: number;

  constructor(state: NetworkState) {
    const { widths, activation, encoders, targets, health } = state;
    this.state = state;
    this.health = health;
    this.#network = new Network(widths, activation);
    this.#members = state.members.map(fullParameters);
    this.#features = featuresOf(encoders);
    this.#unit = targets.deviation.map((value, k) => value * targets.scale[k]);
    this.#stride = this.#network.layers[this.#network.layers.length - 1].outputs;
  }

  predict(x: Matrix): Matrix {
    const sums = new Matrix(x.rows, this.state.targets.width);
    this.#answer(x, (answer, _, from, to) => this.#add(answer, from, to, sums));
    return this.#mean(sums);
  }

  posterior(x: Matrix): Posterior {
    const { calibration, targets } = this.state;
    const { floor, factor } = calibration;
    const unit = this.#unit;
    const stride = this.#stride;
    const sums = new Matrix(x.rows, targets.width);
    const each = this.#members.map(() => new Float64Array(x.rows * stride));
    this.#answer(x, (answer, m, from, to) => {
      each[m].set(answer, from * stride);
      this.#add(answer, from, to, sums);
    });
    const variance = this.#perAnswer(x.rows, (at, k) => {
      const middle = meanAt(each, at);
      let squares = 0;
      for (const answer of each) squares += (answer[at] - middle) ** 2;
      return (floor[k] + factor[k] * (squares / each.length)) * unit[k] * unit[k];
    });
    return { mean: this.#mean(sums), variance };
  }

  /** Adds what a network answered to rows from .. to-1. */
  #add(answer: Float64Array, from: number, to: number, { data, columns }: Matrix): void {
    const stride = this.#stride;
    for (let i = from, own = 0, at = from * columns; i < to; i++, own += stride)
      for (let k = 0; k < columns; k++, at++) data[at] += answer[own + k];
  }

  /** The mean of the networks, in place of their sum, in the outputs' own units. */
  #mean(sums: Matrix): Matrix {
    const { deviation, mean, scale, groups } = this.state.targets;
    const { data, columns } = sums;
    const count = this.#members.length;
    if (count > 1) for (let at = 0; at < data.length; at++) data[at] /= count;
    for (let k = 0; k < columns; k++)
      // Shares of classes have no unit.
      if (!groups.some(({ start, width }) => k >= start && k < start + width))
        for (let at = k; at < data.length; at += columns)
          data[at] = bounded((data[at] * deviation[k] + mean[k]) * scale[k]);
    return sums;
  }

  /** Rows x c numbers of what the networks answered; `at` is where those of a row and column stand. */
  #perAnswer(rows: number, number: (at: number, k: number) => number): Matrix {
    const { width } = this.state.targets;
    const all = new Matrix(rows, width);
    for (let i = 0, to = 0; i < rows; i++)
      for (let k = 0; k < width; k++) all.data[to++] = bounded(number(i * this.#stride + k, k));
    return all;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { targets, calibration } = this.state;
    const { width, groups, deviation, mean: center, scale } = targets;
    const features = this.#features.terms(u);
    const answers = this.#members.map((parameters) => {
      const scores = networkTerms(this.#network, parameters, features);
      for (const group of groups) {
        const own = scores.slice(group.start, group.start + group.width);
        scores.splice(group.start, group.width, ...softmaxTerms(own));
      }
      return scores;
    });
    return Array.from({ length: width }, (_, k) => {
      const own = answers.map((answer) => answer[k]);
      const middle = divide(total(own), own.length);
      const squares = divide(total(own.map((one) => square(subtract(one, middle)))), own.length);
      const { floor, factor } = calibration;
      const spread = add(floor[k], multiply(factor[k], squares));
      return {
        mean: finite(multiply(add(multiply(middle, deviation[k]), center[k]), scale[k])),
        variance: finite(multiply(multiply(spread, this.#unit[k]), this.#unit[k])),
      };
    });
  }

  posteriorGradient(u: Float64Array): PosteriorGradient {
    const { targets, calibration } = this.state;
    const { width } = targets;
    const unit = this.#unit;
    const { mean, variance } = this.posterior(new Matrix(1, u.length, u));
    const meanGradient = new Matrix(width, u.length);
    const varianceGradient = new Matrix(width, u.length);
    const each = this.#members.map((parameters) => this.#answerGradient(parameters, u));
    for (let k = 0; k < width; k++) {
      const middle = each.reduce((sum, { answer }) => sum + answer[k], 0) / each.length;
      for (let j = 0; j < u.length; j++) {
        let slope = 0;
        let slopeOfSquares = 0;
        for (const { answer, gradient } of each) {
          slope += gradient.get(k, j) / each.length;
          slopeOfSquares += (2 * (answer[k] - middle) * gradient.get(k, j)) / each.length;
        }
        meanGradient.set(k, j, bounded(slope * unit[k]));
        varianceGradient.set(k, j, bounded(calibration.factor[k] * slopeOfSquares * unit[k] * unit[k]));
      }
    }
    return { mean: mean.data, variance: variance.data, meanGradient, varianceGradient };
  }

  /** Hands on what each network answers to rows from .. to-1, (to - from) x stride in the standardized units of training. */
  #answer(x: Matrix, take: (answer: Float64Array, m: number, from: number, to: number) => void): void {
    const { encoders, targets } = this.state;
    ensureInputs(x, encoders.length);
    const forward = forwardOf(this.#network, this.#members, this.#features, x);
    for (let from = 0; from < x.rows; from += CHUNK) {
      const to = Math.min(x.rows, from + CHUNK);
      forward.read(from, to);
      for (let m = 0; m < this.#members.length; m++) {
        const answer = forward.answer(m);
        softmaxRows(answer, 0, to - from, this.#stride, targets.groups);
        take(answer, m, from, to);
      }
    }
  }

  /** One network's answer at u in standardized units, and its c x d derivatives by u: a pass of c equal rows, one for each answer. */
  #answerGradient(parameters: Float64Array, u: Float64Array): { answer: Float64Array; gradient: Matrix } {
    const { width, groups } = this.state.targets;
    const stride = this.#stride;
    const pass = new Pass(this.#network, width);
    const encoded = this.#features.encode(new Matrix(1, u.length, u));
    for (let k = 0; k < width; k++) pass.values[0].set(encoded.data, k * encoded.columns);
    const answer = pass.forward(parameters, width).slice(0, stride);
    softmax(answer, 0, groups);
    const deltas = pass.deltas[pass.deltas.length - 1];
    for (let k = 0; k < width; k++) {
      const group = groups.find(({ start, width: count }) => k >= start && k < start + count);
      const row = deltas.subarray(k * stride, (k + 1) * stride);
      if (!group) row[k] = 1;
      // The derivative of p_k = softmax(z)_k by z_l is p_k (1[k = l] - p_l).
      else
        for (let l = group.start; l < group.start + group.width; l++)
          row[l] = answer[k] * ((k === l ? 1 : 0) - answer[l]);
    }
    pass.backward(parameters, width);
    const gradient = new Matrix(width, u.length);
    for (let k = 0; k < width; k++) {
      const byFeature = pass.deltas[0].subarray(k * encoded.columns, (k + 1) * encoded.columns);
      gradient.row(k).set(this.#features.pullBack(u, byFeature));
    }
    return { answer, gradient };
  }
}

/** The mean over the networks of their answers at a place. */
function meanAt(each: readonly Float64Array[], at: number): number {
  let sum = 0;
  for (let m = 0; m < each.length; m++) sum += each[m][at];
  return sum / each.length;
}
