import { totalOf } from '../standardize.ts';
import { type Inputs, writeInputs } from './inputs.ts';
import type { Network } from './layers.ts';
import { Pass } from './layers.ts';
import { loss, type Targets } from './targets.ts';

/** What becomes of the networks' disagreement v in one prediction column, in standardized units: `floor` + `factor` v. */
export interface Calibration {
  readonly floor: Float64Array;
  readonly factor: Float64Array;
}

/** The disagreement as it is. */
export function uncalibrated(width: number): Calibration {
  return { floor: new Float64Array(width), factor: new Float64Array(width).fill(1) };
}

/** Squared errors of networks on rows that they did not see, summed for each prediction column. */
export class HeldErrors {
  readonly #targets: Targets;
  readonly #sums: Float64Array;
  #rows = 0;

  constructor(targets: Targets) {
    this.#targets = targets;
    this.#sums = new Float64Array(targets.width);
  }

  /** Adds those of one network on the rows held out from it. */
  add(network: Network, parameters: Float64Array, inputs: Inputs, held: Int32Array): void {
    const { width, values, weights } = this.#targets;
    const pass = new Pass(network, held.length);
    writeInputs(inputs, held, pass.values[0]);
    const outputs = pass.forward(parameters, held.length);
    loss(this.#targets, held, outputs, pass.deltas[pass.deltas.length - 1]);
    held.forEach((row, i) => {
      const weight = weights ? weights[row] : 1;
      for (let k = 0; k < width; k++)
        this.#sums[k] += weight * (outputs[i * values.columns + k] - values.get(row, k)) ** 2;
      this.#rows += weight;
    });
  }

  /** q2 of the prediction columns from `start` on, together. */
  q2(start: number, width: number): number {
    const { values, weights } = this.#targets;
    const weightOf = (i: number) => (weights ? weights[i] : 1);
    let [press, total] = [0, 0];
    for (let k = start; k < start + width; k++) {
      const column = values.column(k);
      const mean = column.reduce((sum, value, i) => sum + weightOf(i) * value, 0) / totalOf(weights, column.length);
      total += column.reduce((sum, value, i) => sum + weightOf(i) * (value - mean) ** 2, 0);
      press += this.#sums[k];
    }
    return total > 0 ? 1 - press / total : Number.NaN;
  }

  /**
   * The calibration of numbers. The error of a mean of networks is the mean error of one less their mean disagreement
   * [Krogh1995], here at points anywhere in the space; half of it is spread evenly, half in proportion to the disagreement.
   */
  calibration(disagreement: Float64Array): Calibration {
    const calibration = uncalibrated(this.#targets.width);
    for (const k of this.#targets.numbers) {
      const single = this.#sums[k] / this.#rows;
      const mean = Math.max(single - disagreement[k], LEAST * single);
      calibration.floor[k] = disagreement[k] > 0 ? mean / 2 : mean;
      calibration.factor[k] = disagreement[k] > 0 ? mean / (2 * disagreement[k]) : 0;
    }
    return calibration;
  }
}

/** Share of the error of one network that the mean of several keeps at least. */
const LEAST = 0.25;
