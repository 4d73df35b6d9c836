import { RadialBasis, type RadialBasisOptions, radialKernel } from '../../numerics/interpolation/radial-basis.ts';
import { symmetricProduct } from '../../numerics/linear-algebra/symmetric-product.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { lbfgsbSteps } from '../../numerics/minimize/lbfgsb.ts';
import { paced } from '../../numerics/minimize/steps.ts';

/** Scales of the coordinates stay within this factor of 1 and its inverse. */
const WIDEST = 20;

/** What a squared logarithm of a scale costs, beside the logarithm of the mean squared error: it decides where data do not. */
const PULL = 0.02;

/** Evaluations of the leave-one-out error for each kernel. */
const EVALUATIONS = 40;

/** Points as features (n x w), and the coordinate of each feature. */
export interface Features {
  readonly z: Matrix;
  readonly coordinates: ArrayLike<number>;
  /** d, the number of coordinates. */
  readonly dimension: number;
}

/** Features times the scale of their coordinate. */
export function scaled({ z, coordinates }: Features, scales: Float64Array): Matrix {
  const out = new Matrix(z.rows, z.columns);
  for (let i = 0; i < z.rows; i++)
    for (let k = 0; k < z.columns; k++) out.set(i, k, z.get(i, k) * scales[coordinates[k]]);
  return out;
}

/** How an interpolation is judged. */
export interface Judgement {
  /** ln of the mean squared leave-one-out error, with the pull of the scales to 1; Infinity when nothing can be left out. */
  readonly value: number;
  /** Its derivatives by the logarithms of the scales. */
  readonly gradient: Float64Array;
}

/**
 * The leave-one-out error of values y as a function of the logarithms of the scales, with its gradient: with B the inverse
 * block, dB = -B dPhi B, because scales do not change what a polynomial tail spans [Rippa1999]. What a ridge is relative to is
 * held fixed in the gradient.
 */
export function judgeScales(
  features: Features,
  y: Float64Array,
  logScales: Float64Array,
  options: RadialBasisOptions,
): Judgement {
  const { z, coordinates, dimension } = features;
  const [n, w] = [z.rows, z.columns];
  const scales = logScales.map(Math.exp);
  const basis = new RadialBasis(scaled(features, scales), options);
  const gradient = logScales.map((s) => 2 * PULL * s);
  const pull = logScales.reduce((sum, s) => sum + PULL * s * s, 0);
  if (basis.freedom === 0) return { value: Number.POSITIVE_INFINITY, gradient };
  const b = basis.inverse();
  const { weights } = basis.fit(y);
  const x = basis.x.data;
  const [errors, a, c] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const diagonal = b[i * n + i];
    if (!(diagonal > 0)) continue;
    errors[i] = weights[i] / diagonal;
    a[i] = (2 * errors[i]) / diagonal;
    c[i] = (2 * errors[i] ** 2) / diagonal;
    sum += errors[i] ** 2;
  }
  if (!(sum > 0)) return { value: Math.log(Number.MIN_VALUE), gradient };
  const back = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) back[i] += b[i * n + j] * a[j];
  const out = { value: 0, slope: 0 };
  const raw = new Float64Array(dimension);
  const weighted = b.map((value, at) => value * c[at % n]);
  const inner = symmetricProduct(weighted, b, n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < w; k++) square += (x[i * w + k] - x[j * w + k]) ** 2;
      radialKernel(options.kernel, square, out);
      const share = (2 * inner[i * n + j] - back[i] * weights[j] - back[j] * weights[i]) * out.slope;
      for (let k = 0; k < w; k++) raw[coordinates[k]] += share * (x[i * w + k] - x[j * w + k]) ** 2;
    }
  for (let j = 0; j < dimension; j++) gradient[j] += raw[j] / sum;
  return { value: Math.log(sum / n) + pull, gradient };
}

/** The scales (d numbers) with the least leave-one-out error that a local search finds from `first`; `pause` is awaited in between. */
export async function fitScales(
  features: Features,
  y: Float64Array,
  options: RadialBasisOptions,
  first: Float64Array,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const limit = new Float64Array(features.dimension).fill(Math.log(WIDEST));
  const steps = lbfgsbSteps(
    (x, gradient) => {
      const judged = judgeScales(features, y, x, options);
      gradient.set(judged.gradient);
      return judged.value;
    },
    first.map(Math.log),
    {
      lower: limit.map((v) => -v),
      upper: limit,
      maxEvaluations: EVALUATIONS,
      gradientTolerance: 1e-2,
      valueTolerance: 1e-4,
    },
  );
  return (await paced(steps, pause)).x.map(Math.exp);
}
