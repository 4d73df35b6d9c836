import { normalCdf } from '../../numerics/distributions.ts';

/** Upper tail probability of chi-square, by its cube root, which is nearly normal [Wilson1931]. */
export function chiSquareTail(value: number, degrees: number): number {
  if (degrees < 1) return 1;
  const spread = 2 / (9 * degrees);
  return 1 - normalCdf((Math.cbrt(value / degrees) - (1 - spread)) / Math.sqrt(spread));
}
