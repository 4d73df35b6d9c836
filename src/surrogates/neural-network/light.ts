import type { Rows } from '../../numerics/packed-matrix.ts';

/** How the light of a pixel, in [0, 1], becomes what the network sees. */
export interface LightState {
  readonly mean: number;
  readonly deviation: number;
}

/** A picture without contrast must not be blown up. */
const LEAST_DEVIATION = 0.01;

/** Mean and standard deviation of the light over the pixels, columns of the points, of all images. */
export function lightOf({ data, columns }: Rows, pixels: readonly number[]): LightState {
  const unit = data instanceof Uint8Array ? 255 : 1;
  const chosen = Int32Array.from(pixels);
  let [sum, squares] = [0, 0];
  for (let row = 0; row < data.length; row += columns)
    for (let j = 0; j < chosen.length; j++) {
      const light = data[row + chosen[j]] / unit;
      sum += light;
      squares += light ** 2;
    }
  const count = (data.length / columns) * chosen.length;
  const mean = sum / count;
  return { mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, squares / count - mean * mean))) };
}

/** Writes the light of an image as the network sees it. */
export function writeLight(
  u: ArrayLike<number>,
  { mean, deviation }: LightState,
  out: Float64Array | Float32Array,
  at: number,
): void {
  for (let j = 0; j < u.length; j++) out[at + j] = (u[j] - mean) / deviation;
}
