/** Currin's exponential function on the unit square, as [Xiong2013] prints it. */
export function currin(x1: number, x2: number): number {
  const numerator = 2300 * x1 ** 3 + 1900 * x1 ** 2 + 2092 * x1 + 60;
  const factor = x2 === 0 ? 1 : 1 - Math.exp(-1 / (2 * x2));
  return (factor * numerator) / (100 * x1 ** 3 + 500 * x1 ** 2 + 4 * x1 + 20);
}
