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
