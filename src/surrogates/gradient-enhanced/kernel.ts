import type { Column } from '../../core/space/space.ts';

/** Correlations that are smooth enough for derivatives to be learned from. */
export type GradientEnhancedKernel = 'squared-exponential' | 'matern-5/2';

/** The correlation as a function g of the squared distance, with its first three derivatives. */
export interface RadialDerivatives {
  g: number;
  g1: number;
  g2: number;
  g3: number;
}

export const ROOT_FIVE = Math.sqrt(5);

/** Writes g(s) and its derivatives: `exp(-s / 2)`, or with q = sqrt(5 s) `(1 + q + q^2 / 3) exp(-q)`. */
export function radialDerivatives(kernel: GradientEnhancedKernel, s: number, out: RadialDerivatives): void {
  if (kernel === 'squared-exponential') {
    out.g = Math.exp(-0.5 * s);
    out.g1 = -0.5 * out.g;
    out.g2 = 0.25 * out.g;
    out.g3 = -0.125 * out.g;
    return;
  }
  const q = ROOT_FIVE * Math.sqrt(s);
  const decay = Math.exp(-q);
  out.g = (1 + q + (5 / 3) * s) * decay;
  out.g1 = (-5 / 6) * (1 + q) * decay;
  out.g2 = (25 / 12) * decay;
  // Infinite at zero, where it is only ever multiplied by the cube of the distance.
  out.g3 = q > 0 ? ((-125 / 24) * decay) / q : 0;
}

/**
 * How far two points are apart along one coordinate, as a squared distance h of the difference e of their coordinates, with its
 * derivatives: the features of a Gaussian process in another form.
 */
export interface Separation {
  readonly h: (e: number) => number;
  readonly h1: (e: number) => number;
  readonly h2: (e: number) => number;
  readonly h3: (e: number) => number;
}

const zero = () => 0;

/** Levels of a category that are further apart than this along its coordinate differ. */
export const APART = 1e-9;

/** Levels of a category are equally far apart; there is no slope between them. */
const CATEGORY: Separation = { h: (e) => (Math.abs(e) > APART ? 1 : 0), h1: zero, h2: zero, h3: zero };

const LINE: Separation = { h: (e) => e * e, h1: (e) => 2 * e, h2: () => 2, h3: zero };

/** The square of a chord of a circle of circumference 1, `sin(pi e)^2 / pi^2`. */
const CIRCLE: Separation = {
  h: (e) => (Math.sin(Math.PI * e) / Math.PI) ** 2,
  h1: (e) => Math.sin(2 * Math.PI * e) / Math.PI,
  h2: (e) => 2 * Math.cos(2 * Math.PI * e),
  h3: (e) => -4 * Math.PI * Math.sin(2 * Math.PI * e),
};

/** The separation along each coordinate. */
export function separationsOf(columns: readonly Column[]): Separation[] {
  return columns.map(({ kind, periodic }) => (kind === 'categorical' ? CATEGORY : periodic ? CIRCLE : LINE));
}
