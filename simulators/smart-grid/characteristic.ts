import type { RetardedFunction } from './rightmost-root.ts';

/** A consumer of the star: reaction time `tau` (s), averaging time `T` (s), and price elasticity `g` (1/s). */
export interface Consumer {
  readonly tau: number;
  readonly T: number;
  readonly g: number;
}

/** What all nodes of the star share: damping alpha (1/s), and `k` = K cos(theta_j - theta_0), the linearized coupling of each line (1/s^2). */
export interface Star {
  readonly alpha: number;
  readonly k: number;
}

const damped = new Float64Array(4);

/**
 * Writes the value and the derivative of a(s) = s + alpha + g e^{-s tau} phi(s T), phi(z) = (1 - e^{-z}) / z: a consumer's equation of motion
 * is s a(s) + k = 0 with its neighbor held fixed. Dividing the delay term by s is exact: phi is entire.
 */
function damping({ tau, T, g }: Consumer, alpha: number, re: number, im: number): void {
  const x = re * T;
  const y = im * T;
  const decay = Math.exp(-x);
  const [er, ei] = [decay * Math.cos(y), -decay * Math.sin(y)];
  const square = x * x + y * y;
  let [pr, pi, dr, di] = [0, 0, 0, 0];
  if (square < 1e-4) {
    // (1 - e^{-z}) / z by its power series: the closed form cancels for small z.
    let [tr, ti] = [1, 0];
    for (let n = 0; n < 9; n++) {
      pr += tr / (n + 1);
      pi += ti / (n + 1);
      dr -= tr / (n + 2);
      di -= ti / (n + 2);
      [tr, ti] = [-(tr * x - ti * y) / (n + 1), -(tr * y + ti * x) / (n + 1)];
    }
  } else {
    pr = ((1 - er) * x - ei * y) / square;
    pi = (-ei * x - (1 - er) * y) / square;
    dr = ((er - pr) * x + (ei - pi) * y) / square;
    di = ((ei - pi) * x - (er - pr) * y) / square;
  }
  const lag = g * Math.exp(-re * tau);
  const [lr, li] = [lag * Math.cos(im * tau), -lag * Math.sin(im * tau)];
  const slopeRe = T * dr - tau * pr;
  const slopeIm = T * di - tau * pi;
  damped[0] = re + alpha + lr * pr - li * pi;
  damped[1] = im + lr * pi + li * pr;
  damped[2] = 1 + lr * slopeRe - li * slopeIm;
  damped[3] = lr * slopeIm + li * slopeRe;
}

/** An upper bound of |a(s) / s - 1| for Re s >= re, |s| >= radius. */
function dampingRemainder({ tau, T, g }: Consumer, alpha: number, re: number, radius: number): number {
  const lag = Math.exp(Math.max(0, -re * tau));
  const phi = (1 + Math.exp(Math.max(0, -re * T))) / (radius * T);
  return (alpha + g * lag * phi) / radius;
}

/** The modes in which equal consumers swing against each other and the producer rests: q(s) = s a(s) + k = 0. */
export function consumerCharacteristic(consumer: Consumer, { alpha, k }: Star): RetardedFunction {
  return {
    degree: 2,
    evaluate(re, im, out) {
      damping(consumer, alpha, re, im);
      const [ar, ai, br, bi] = damped;
      out[0] = re * ar - im * ai + k;
      out[1] = re * ai + im * ar;
      out[2] = ar + re * br - im * bi;
      out[3] = ai + re * bi + im * br;
    },
    remainder: (re, radius) => dampingRemainder(consumer, alpha, re, radius) + k / radius ** 2,
  };
}

/**
 * The modes in which the producer (node 0, s + alpha, no delay) takes part: E(s) = (s + alpha) prod_j q_j + sum_j m_j k a_j prod_{i != j} q_i = 0, over the
 * distinct consumers j, m_j of each. E is the determinant of the linearized star divided by s: the root s = 0 of the common shift of all
 * phases is a factor of the determinant, and is gone exactly.
 */
export function starCharacteristic(
  groups: readonly { consumer: Consumer; count: number }[],
  star: Star,
): RetardedFunction {
  const { alpha, k } = star;
  return {
    degree: 2 * groups.length + 1,
    evaluate(re, im, out) {
      // p = product of the q so far and n = sum of the m k a times the other q, with their derivatives.
      let [pr, pi, dpr, dpi, nr, ni, dnr, dni] = [1, 0, 0, 0, 0, 0, 0, 0];
      for (const { consumer, count } of groups) {
        damping(consumer, alpha, re, im);
        const ar = damped[0];
        const ai = damped[1];
        const br = damped[2];
        const bi = damped[3];
        const qr = re * ar - im * ai + k;
        const qi = re * ai + im * ar;
        const dqr = ar + re * br - im * bi;
        const dqi = ai + re * bi + im * br;
        const m = count * k;
        const dnrNext = dnr * qr - dni * qi + nr * dqr - ni * dqi + m * (dpr * ar - dpi * ai + pr * br - pi * bi);
        dni = dnr * qi + dni * qr + nr * dqi + ni * dqr + m * (dpr * ai + dpi * ar + pr * bi + pi * br);
        dnr = dnrNext;
        const nrNext = nr * qr - ni * qi + m * (pr * ar - pi * ai);
        ni = nr * qi + ni * qr + m * (pr * ai + pi * ar);
        nr = nrNext;
        const dprNext = dpr * qr - dpi * qi + pr * dqr - pi * dqi;
        dpi = dpr * qi + dpi * qr + pr * dqi + pi * dqr;
        dpr = dprNext;
        const prNext = pr * qr - pi * qi;
        pi = pr * qi + pi * qr;
        pr = prNext;
      }
      const c = re + alpha;
      out[0] = c * pr - im * pi + nr;
      out[1] = c * pi + im * pr + ni;
      out[2] = pr + c * dpr - im * dpi + dnr;
      out[3] = pi + c * dpi + im * dpr + dni;
    },
    remainder(re, radius) {
      const line = k / radius ** 2;
      let [product, sum] = [1, 0];
      for (const { consumer, count } of groups) {
        const a = dampingRemainder(consumer, alpha, re, radius);
        sum = sum * (1 + a + line) + product * count * line * (1 + a);
        product *= 1 + a + line;
      }
      return (1 + alpha / radius) * product + sum - 1;
    },
  };
}
