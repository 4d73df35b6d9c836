import { cascade, filled, type Operation, width } from './cascade.ts';
import { integrate } from './rosenbrock.ts';

/** Tanks that mix along the reactor as much as its axial dispersion does: Bodenstein number about 30 [Levenspiel1999]. */
export const tankCount = 16;

/** From the first feed on, h: the outlet is steady long before. */
export const duration = 2;

/** The mixture boils above it under the pressure that the vessel is made for, about 3 bar of steam; K. */
export const limit = 410;

/** What leaves the reactor at the end, and the highest temperature on the way. */
export interface StartUp {
  /** Concentrations at the outlet, mol/l. */
  readonly cA: number;
  readonly cB: number;
  /** K, over all tanks and times. */
  readonly peakTemperature: number;
  readonly steps: number;
}

/** Runs the start-up; throws an Error that names place and time when a tank passes the limit. */
export function startUp(operation: Operation, { relative = 1e-6, tanks = tankCount } = {}): StartUp {
  let peakTemperature = operation.coolantTemperature;
  const watch = (t: number, y: Float64Array) => {
    for (let at = 0; at < y.length; at += width) {
      peakTemperature = Math.max(peakTemperature, y[at + 2]);
      if (y[at + 2] > limit)
        throw new Error(
          `runaway: tank ${at / width + 1} of ${tanks} passed ${limit} K after ${(60 * t).toPrecision(3)} min`,
        );
    }
  };
  const { y, steps } = integrate(cascade(operation, tanks), filled(operation, tanks), duration, { relative, watch });
  const outlet = y.length - width;
  return { cA: y[outlet], cB: y[outlet + 1], peakTemperature, steps };
}
