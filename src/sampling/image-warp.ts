import type { ImageShape } from '../core/space/group.ts';
import type { Rng } from '../numerics/random.ts';

/** How far an image may be moved. */
export interface Motion {
  /** Largest turn, in degrees. */
  readonly rotate: number;
  /** Largest shear: pixels to the side for each pixel of height. */
  readonly shear: number;
  /** Largest change of size, as a share. */
  readonly scale: number;
  /** Largest shift along each side, in pixels. */
  readonly shift: number;
  /** Standard deviation, in pixels, of the shifts of a grid of points between which the image is stretched. */
  readonly elastic: number;
}

/** Points along each side of the grid of elastic shifts. */
const GRID = 6;

/** Dark pixels around an image. */
const FRAME = 2;

/**
 * The image with its pixels moved: turned, sheared, scaled and shifted about its middle by uniform amounts up to those of `motion`, and stretched
 * by normal shifts of a grid of 6 x 6 points, between which they are interpolated [Simard2003]. A pixel is the bilinear
 * interpolation of the four where it came from; what comes from outside is 0.
 */
export function warpedImage(
  pixels: ArrayLike<number>,
  { rows, columns }: ImageShape,
  motion: Motion,
  rng: Rng,
): Float64Array {
  const any = (most: number) => (2 * rng.uniform() - 1) * most;
  const angle = (any(motion.rotate) * Math.PI) / 180;
  const shear = any(motion.shear);
  const [tall, wide] = [1 + any(motion.scale), 1 + any(motion.scale)];
  const [down, right] = [any(motion.shift), any(motion.shift)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const stretch = motion.elastic === 0 ? undefined : new Stretch(columns, motion.elastic, rng);
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const framed = withFrame(pixels, rows, columns);
  const warped = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    stretch?.enter(i / Math.max(1, rows - 1));
    const y = (i - middleRow - down) / tall;
    for (let j = 0; j < columns; j++) {
      const x = (j - middleColumn - right) / wide;
      let row = cos * y - sin * x + middleRow;
      let column = sin * y + cos * x + shear * y + middleColumn;
      if (stretch) {
        row += stretch.rows[j];
        column += stretch.columns[j];
      }
      warped[i * columns + j] = lightAt(framed, rows, columns, row, column);
    }
  }
  return warped;
}

/** Smooth shifts of pixels, one row of pixels at a time: `rows` and `columns` of each pixel of the row that was entered. */
class Stretch {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly #grid: Float64Array;

  constructor(columns: number, deviation: number, rng: Rng) {
    this.rows = new Float64Array(columns);
    this.columns = new Float64Array(columns);
    this.#grid = Float64Array.from({ length: 2 * GRID * GRID }, () => deviation * rng.normal());
  }

  /** Takes the row of pixels at this share of the height. */
  enter(y: number): void {
    const grid = this.#grid;
    const place = y * (GRID - 1);
    const i = Math.min(GRID - 2, Math.floor(place));
    [this.rows, this.columns].forEach((shifts, which) => {
      const line = new Float64Array(GRID);
      const at = (which * GRID + i) * GRID;
      for (let k = 0; k < GRID; k++) line[k] = grid[at + k] + (place - i) * (grid[at + GRID + k] - grid[at + k]);
      const step = (GRID - 1) / Math.max(1, shifts.length - 1);
      for (let j = 0; j < shifts.length; j++) {
        const k = Math.min(GRID - 2, Math.floor(j * step));
        shifts[j] = line[k] + (j * step - k) * (line[k + 1] - line[k]);
      }
    });
  }
}

/** The image with two dark pixels around it, so that what is between a pixel and the outside needs no question. */
function withFrame(pixels: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const width = columns + 2 * FRAME;
  const framed = new Float64Array((rows + 2 * FRAME) * width);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) framed[(i + FRAME) * width + j + FRAME] = pixels[i * columns + j];
  return framed;
}

/** The light between pixels of a framed image; outside it is dark. */
function lightAt(framed: Float64Array, rows: number, columns: number, row: number, column: number): number {
  if (!(row > -FRAME && column > -FRAME && row < rows && column < columns)) return 0;
  const [y, x] = [row + FRAME, column + FRAME];
  const i = y | 0;
  const j = x | 0;
  const width = columns + 2 * FRAME;
  const at = i * width + j;
  const upper = framed[at] + (x - j) * (framed[at + 1] - framed[at]);
  const lower = framed[at + width] + (x - j) * (framed[at + width + 1] - framed[at + width]);
  const light = upper + (y - i) * (lower - upper);
  // Rounding must not leave the unit cube.
  return light < 0 ? 0 : light > 1 ? 1 : light;
}
