/** Share of Student's t between -t and t with a whole number of degrees of freedom [AbramowitzStegun1964, 26.7.3-4]. */
function centralShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees > 1 ? term : 0;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/**
 * The t with the share `level`, in (0, 1), of Student's distribution between -t and t, for a whole number of degrees of freedom, at least
 * 1, to about ten digits.
 */
export function studentHalfWidth(level: number, degrees: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`a level lies in (0, 1), got ${level}`);
  if (!(Number.isInteger(degrees) && degrees >= 1))
    throw new RangeError(`degrees of freedom are a whole number of at least 1, got ${degrees}`);
  let [low, high] = [0, 1];
  while (centralShare(high, degrees) < level) high *= 2;
  for (let step = 0; step < 60 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (centralShare(middle, degrees) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * How far Student's t distribution reaches in units of how far the normal one does at the same level, from the normal quantile z >= 0 of
 * that level: its expansion to the fourth order in 1 / `degrees` [AbramowitzStegun1964, 26.7.5], to 0.4 % from 2.4 degrees on for |z| <= 2,
 * to 0.1 % from 4 on for z <= 2.2.
 */
export function studentStretch(z: number, degrees: number): number {
  const s = z * z;
  return (
    1 +
    (s + 1) / (4 * degrees) +
    ((5 * s + 16) * s + 3) / (96 * degrees ** 2) +
    (((3 * s + 19) * s + 17) * s - 15) / (384 * degrees ** 3) +
    ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / (92160 * degrees ** 4)
  );
}
