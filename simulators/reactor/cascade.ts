import type { StiffProblem } from './rosenbrock.ts';
import { react, reactJacobian, vessel } from './van-der-vusse.ts';

/** How the reactor is run. */
export interface Operation {
  /** Feed per hour by the reactor's volume, 1/h. */
  readonly dilution: number;
  /** Of A in the feed, mol/l. */
  readonly feedConcentration: number;
  /** K. */
  readonly feedTemperature: number;
  /** Of the coolant where it enters the jacket, K. */
  readonly coolantTemperature: number;
  /** kg/h. */
  readonly coolantFlow: number;
  /** Whether the coolant enters where the product leaves. */
  readonly countercurrent: boolean;
}

/** Places of a tank's values among its four: cA and cB, mol/l; temperatures of the mixture and of the jacket, K. */
export const width = 4;

/** The reactor full of solvent, at the temperature of the coolant. */
export function filled({ coolantTemperature }: Operation, tanks: number): Float64Array {
  return Float64Array.from({ length: tanks * width }, (_, k) => (k % width < 2 ? 0 : coolantTemperature));
}

/**
 * Equal stirred tanks in a row, each with its share of the volume and the jacket: what flows in, reacts, and passes to the jacket;
 * the jacket's coolant flows from tank to tank with the mixture or against it.
 */
export function cascade(operation: Operation, tanks: number): StiffProblem {
  const { feedConcentration, feedTemperature, coolantTemperature, countercurrent } = operation;
  const flow = tanks * operation.dilution;
  const coolant = (tanks * operation.coolantFlow) / vessel.coolantMass;
  const toJacket = vessel.transfer / vessel.heatCapacity;
  const fromMixture = vessel.transfer / (vessel.coolantMass * vessel.coolantHeatCapacity);
  const upstream = countercurrent ? width : -width;
  const n = tanks * width;
  const rates = new Float64Array(3);
  const slopes = new Float64Array(9);
  const coolantEntersAt = countercurrent ? n - width : 0;
  return {
    derivative(y, out) {
      for (let at = 0; at < n; at += width) {
        const [cA, cB, temperature, jacket] = [y[at], y[at + 1], y[at + 2], y[at + 3]];
        const first = at === 0;
        const cold = at === coolantEntersAt ? coolantTemperature : y[at + 3 + upstream];
        react(cA, cB, temperature, rates);
        out[at] = flow * ((first ? feedConcentration : y[at - width]) - cA) + rates[0];
        out[at + 1] = flow * ((first ? 0 : y[at - width + 1]) - cB) + rates[1];
        out[at + 2] =
          flow * ((first ? feedTemperature : y[at - width + 2]) - temperature) +
          rates[2] +
          toJacket * (jacket - temperature);
        out[at + 3] = coolant * (cold - jacket) + fromMixture * (temperature - jacket);
      }
    },
    jacobian(y, out) {
      for (let at = 0; at < n; at += width) {
        reactJacobian(y[at], y[at + 1], y[at + 2], slopes);
        for (let i = 0; i < 3; i++) {
          const row = (at + i) * n + at;
          for (let j = 0; j < 3; j++) out[row + j] = slopes[3 * i + j];
          out[row + i] -= flow;
          if (at > 0) out[row + i - width] = flow;
        }
        out[(at + 2) * n + at + 2] -= toJacket;
        out[(at + 2) * n + at + 3] = toJacket;
        const row = (at + 3) * n + at;
        out[row + 2] = fromMixture;
        out[row + 3] = -coolant - fromMixture;
        if (at !== coolantEntersAt) out[row + 3 + upstream] = coolant;
      }
    },
  };
}
