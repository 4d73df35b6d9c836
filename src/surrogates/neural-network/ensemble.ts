import type { DifferentiableModel, Health, Posterior, PosteriorGradient } from '../../core/model.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../trees/decision-tree.ts';
import { type Calibration, uncalibrated } from './calibration.ts';
import type { Features } from './features.ts';
import { type Network, Pass } from './layers.ts';
import { softmax, type Targets } from './targets.ts';

const CHUNK = 64;

/**
 * The mean and variance over the networks of an ensemble [Lakshminarayanan2017]: with f_k(x) the k-th of M answers, the mean of
 * the f_k and the mean of their squared deviations from it, calibrated; for a class, of its probabilities.
 */
export function ensembleModel(
  network: Network,
  members: readonly Float64Array[],
  inputs: Features,
  targets: Targets,
  dimension: number,
  health: Health,
  { floor, factor }: Calibration = uncalibrated(targets.width),
): DifferentiableModel {
  const { width, groups, deviation, mean: center, scale } = targets;
  const stride = targets.values.columns;
  const unit = deviation.map((value, k) => value * scale[k]);

  /** Each member's answers in the standardized units of training, members x rows x stride. */
  const answers = (x: Matrix): Float64Array[] => {
    const encoded = inputs.encode(x);
    const pass = new Pass(network, Math.min(CHUNK, Math.max(1, x.rows)));
    return members.map((parameters) => {
      const all = new Float64Array(x.rows * stride);
      for (let from = 0; from < x.rows; from += CHUNK) {
        const count = Math.min(CHUNK, x.rows - from);
        pass.values[0].set(encoded.data.subarray(from * encoded.columns, (from + count) * encoded.columns));
        const outputs = pass.forward(parameters, count);
        for (let i = 0; i < count; i++) softmax(outputs.subarray(i * stride, (i + 1) * stride), groups);
        all.set(outputs.subarray(0, count * stride), from * stride);
      }
      return all;
    });
  };

  const posterior = (x: Matrix): Posterior => {
    ensureInputs(x, dimension);
    const each = answers(x);
    const mean = new Matrix(x.rows, width);
    const variance = new Matrix(x.rows, width);
    for (let i = 0; i < x.rows; i++) {
      for (let k = 0; k < width; k++) {
        const at = i * stride + k;
        const middle = each.reduce((sum, answer) => sum + answer[at], 0) / each.length;
        const squares = each.reduce((sum, answer) => sum + (answer[at] - middle) ** 2, 0) / each.length;
        mean.set(i, k, bounded((middle * deviation[k] + center[k]) * scale[k]));
        variance.set(i, k, bounded((floor[k] + factor[k] * squares) * unit[k] * unit[k]));
      }
    }
    return { mean, variance };
  };

  const posteriorGradient = (u: Float64Array): PosteriorGradient => {
    const { mean, variance } = posterior(new Matrix(1, u.length, u));
    const meanGradient = new Matrix(width, u.length);
    const varianceGradient = new Matrix(width, u.length);
    const each = members.map((parameters) => answerGradient(network, parameters, inputs, targets, u));
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
        varianceGradient.set(k, j, bounded(factor[k] * slopeOfSquares * unit[k] * unit[k]));
      }
    }
    return { mean: mean.data, variance: variance.data, meanGradient, varianceGradient };
  };

  return { health, posterior, posteriorGradient, predict: (x) => posterior(x).mean };
}

/** Only outputs near the largest double come here past it. */
function bounded(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}

/** One network's answer at u in standardized units, and its c x d derivatives by u: a pass of c equal rows, one for each answer. */
function answerGradient(
  network: Network,
  parameters: Float64Array,
  inputs: Features,
  { width, values, groups }: Targets,
  u: Float64Array,
): { answer: Float64Array; gradient: Matrix } {
  const stride = values.columns;
  const pass = new Pass(network, width);
  const encoded = inputs.encode(new Matrix(1, u.length, u));
  for (let k = 0; k < width; k++) pass.values[0].set(encoded.data, k * encoded.columns);
  const answer = pass.forward(parameters, width).slice(0, stride);
  softmax(answer, groups);
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
  for (let k = 0; k < width; k++)
    gradient.row(k).set(inputs.pullBack(u, pass.deltas[0].subarray(k * encoded.columns, (k + 1) * encoded.columns)));
  return { answer, gradient };
}
