import { erfcx, normalCdf, normalPdf } from '../../numerics/distributions.ts';

const SQRT_HALF_PI = 1.2533141373155003;
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** The standard improvement h(z) = phi(z) + z Phi(z), in the forms that its logarithm and gradients need. */
export interface StandardImprovement {
  /** log h(z). */
  readonly log: number;
  /** phi(z) / h(z). */
  readonly density: number;
  /** Phi(z) / h(z), the slope of log h. */
  readonly probability: number;
}

/**
 * log h(z) and its ratios without underflow for any finite z, after [Ament2023]. Below z = -1 everything is divided by phi(z):
 * h / phi = 1 + z M(z) with Mills' ratio M = Phi / phi; below z = -50, where that cancels, by its asymptotic series.
 */
export function standardImprovement(z: number): StandardImprovement {
  if (z > -1) {
    const density = normalPdf(z);
    const probability = normalCdf(z);
    const h = density + z * probability;
    return { log: Math.log(h), density: density / h, probability: probability / h };
  }
  const mills = SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2);
  const scaled = z > -50 ? 1 + z * mills : asymptoticRatio(1 / (z * z));
  return {
    log: Math.log(scaled) - 0.5 * z * z - HALF_LOG_TWO_PI,
    density: 1 / scaled,
    probability: mills / scaled,
  };
}

/** phi(z) / Phi(z), the slope of log Phi, without underflow. */
export function inverseMills(z: number): number {
  return 1 / (SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2));
}

/** h / phi for large negative z as a function of w = 1 / z^2: w (1 - 3 w + 15 w^2 - 105 w^3 + 945 w^4). */
function asymptoticRatio(w: number): number {
  return w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w * (1 - 9 * w))));
}
