/** The error function family and the standard normal distribution, to full double accuracy. */

const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_PI = 0.5641895835477563;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** Coefficients of a rational function, constant term first. */
interface Rational {
  numerator: readonly number[];
  denominator: readonly number[];
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

function rational({ numerator, denominator }: Rational, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

/** erf(x) / x as a function of x^2, for |x| <= 0.46875 [Cody1969]. */
const ERF_CENTER: Rational = {
  numerator: [
    3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.1611237438705656, 1.85777706184603153e-1,
  ],
  denominator: [2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1],
};

/** erfcx(x) for 0.46875 <= x <= 4 [Cody1969]. */
const ERFCX_MIDDLE: Rational = {
  numerator: [
    1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3, 8.8195222124176909e2, 2.98635138197400131e2,
    6.61191906371416295e1, 8.88314979438837594, 5.64188496988670089e-1, 2.15311535474403846e-8,
  ],
  denominator: [
    1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3, 3.29079923573345963e3, 1.62138957456669019e3,
    5.37181101862009858e2, 1.17693950891312499e2, 1.57449261107098347e1, 1,
  ],
};

/** (1 / sqrt(pi) - x erfcx(x)) x^2 as a function of 1 / x^2, for x >= 4 [Cody1969]. */
const ERFCX_TAIL: Rational = {
  numerator: [
    6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1, 3.60344899949804439e-1,
    3.05326634961232344e-1, 1.63153871373020978e-2,
  ],
  denominator: [
    2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1, 1.87295284992346725, 2.56852019228982242, 1,
  ],
};

/** exp(scale x^2) without the rounding error of x^2: the leading bits of x are squared exactly. */
function expOfSquare(x: number, scale: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(scale * head * head) * Math.exp(scale * (x - head) * (x + head));
}

/** The scaled complementary error function erfcx(x) = exp(x^2) erfc(x); overflows to Infinity below -26.6. */
export function erfcx(x: number): number {
  if (x > 4) {
    const inverseSquare = 1 / (x * x);
    return (INVERSE_SQRT_PI - inverseSquare * rational(ERFCX_TAIL, inverseSquare)) / x;
  }
  if (x > 0.46875) return rational(ERFCX_MIDDLE, x);
  if (x < -27) return Number.POSITIVE_INFINITY;
  if (x < -0.46875) return 2 * expOfSquare(x, 1) - erfcx(-x);
  return Math.exp(x * x) * (1 - x * rational(ERF_CENTER, x * x));
}

/** The complementary error function erfc(x) = 2 / sqrt(pi) * integral from x to infinity of exp(-t^2), in (0, 2). */
export function erfc(x: number): number {
  if (x > 27) return 0;
  if (x > 0.46875) return expOfSquare(x, -1) * erfcx(x);
  if (x < -0.46875) return 2 - erfc(-x);
  return 1 - x * rational(ERF_CENTER, x * x);
}

/** The standard normal density exp(-z^2 / 2) / sqrt(2 pi). */
export function normalPdf(z: number): number {
  return Math.abs(z) > 39 ? 0 : INVERSE_SQRT_TWO_PI * expOfSquare(z, -0.5);
}

/** The standard normal distribution function, in [0, 1], accurate relative to itself down to z = -38. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  if (z > -0.6) return 0.5 * erfc(-z * SQRT_HALF);
  return z < -39 ? 0 : 0.5 * erfcx(-z * SQRT_HALF) * expOfSquare(z, -0.5);
}

/** The natural logarithm of the standard normal distribution function, for z from -1e154 up. */
export function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalCdf(-z));
  if (z > -1) return Math.log(normalCdf(z));
  return Math.log(0.5 * erfcx(-z * SQRT_HALF)) - 0.5 * z * z;
}

/** The quantile over p - 1/2 as a function of 0.180625 - (p - 1/2)^2, for |p - 1/2| <= 0.425 [Wichura1988]. */
const QUANTILE_CENTER: Rational = {
  numerator: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  denominator: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561,
  ],
};

/** Minus the quantile as a function of sqrt(-log p) - 1.6, while sqrt(-log p) <= 5 [Wichura1988]. */
const QUANTILE_MIDDLE: Rational = {
  numerator: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
};

/** Minus the quantile as a function of sqrt(-log p) - 5, beyond [Wichura1988]. */
const QUANTILE_TAIL: Rational = {
  numerator: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  denominator: [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
};

/** The standard normal quantile of `p` in [0, 1]; -Infinity at 0 and Infinity at 1. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in [0, 1], got ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const centered = p - 0.5;
  if (Math.abs(centered) <= 0.425) return centered * rational(QUANTILE_CENTER, 0.180625 - centered * centered);
  const root = Math.sqrt(-Math.log(centered < 0 ? p : 1 - p));
  const magnitude = root <= 5 ? rational(QUANTILE_MIDDLE, root - 1.6) : rational(QUANTILE_TAIL, root - 5);
  return centered < 0 ? -magnitude : magnitude;
}
