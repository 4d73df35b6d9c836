/** The curve 1 / (1 + exp(-(slope s + offset))) of a score s. */
export interface Logistic {
  readonly slope: number;
  readonly offset: number;
}

/** Newton steps; the likelihood is convex, and a handful does. */
const STEPS = 50;
/** Ridge on the slope, which ends the climb where the scores separate the outcomes. */
const RIDGE = 1e-3;

/** The curve of greatest likelihood for outcomes at scores, with the targets (hits + 1) / (hits + 2) and 1 / (misses + 2) of [Platt1999] in place of 1 and 0. */
export function logistic(scores: Float64Array, hits: readonly boolean[]): Logistic {
  const count = hits.filter(Boolean).length;
  const high = (count + 1) / (count + 2);
  const low = 1 / (hits.length - count + 2);
  let [slope, offset] = [0, Math.log((count + 1) / (hits.length - count + 1))];
  for (let step = 0; step < STEPS; step++) {
    let [g0, g1, h00, h01, h11] = [0, -RIDGE * slope, 0, 0, RIDGE];
    scores.forEach((s, i) => {
      const p = probabilityOf({ slope, offset }, s);
      const error = (hits[i] ? high : low) - p;
      const weight = Math.max(1e-12, p * (1 - p));
      g0 += error;
      g1 += error * s;
      h00 += weight;
      h01 += weight * s;
      h11 += weight * s * s;
    });
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    const [byOffset, bySlope] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    // Newton's step may overshoot far from the optimum.
    const shrink = Math.min(1, 5 / Math.max(Math.abs(byOffset), Math.abs(bySlope), 1e-300));
    offset += shrink * byOffset;
    slope += shrink * bySlope;
    if (Math.abs(byOffset) + Math.abs(bySlope) < 1e-10) break;
  }
  // A score that speaks against what it stands for is noise.
  return slope > 0 ? { slope, offset } : { slope: 0, offset: Math.log((count + 1) / (hits.length - count + 1)) };
}

/** The curve's value at a score. */
export function probabilityOf({ slope, offset }: Logistic, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/** Sum of the logarithms of the chances of what happened. */
export function logLikelihood(curve: Logistic, scores: Float64Array, hits: readonly boolean[]): number {
  return scores.reduce((sum, s, i) => {
    const p = probabilityOf(curve, s);
    return sum + Math.log(Math.max(Number.MIN_VALUE, hits[i] ? p : 1 - p));
  }, 0);
}
