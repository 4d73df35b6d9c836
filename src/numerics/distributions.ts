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
  numerator: [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315],
  denominator: [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1],
};

/** erfcx(x) for 0.46875 <= x <= 4 [Cody1969]. */
const ERFCX_MIDDLE: Rational = {
  numerator: [
    1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
    8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
  ],
  denominator: [
    1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903,
    537.1811018620099, 117.6939508913125, 15.744926110709835, 1,
  ],
};

/** (1 / sqrt(pi) - x erfcx(x)) x^2 as a function of 1 / x^2, for x >= 4 [Cody1969]. */
const ERFCX_TAIL: Rational = {
  numerator: [
    0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
    0.016315387137302097,
  ],
  denominator: [
    0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
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
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

/** Minus the quantile as a function of sqrt(-log p) - 1.6, while sqrt(-log p) <= 5 [Wichura1988]. */
const QUANTILE_MIDDLE: Rational = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

/** Minus the quantile as a function of sqrt(-log p) - 5, beyond [Wichura1988]. */
const QUANTILE_TAIL: Rational = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
    1.421511758316446e-7, 2.0442631033899397e-15,
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
