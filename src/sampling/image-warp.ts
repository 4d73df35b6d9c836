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

/** What is behind the image: its darkest value. */
const BACKGROUND = 0;

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
  const stretch = elasticShifts(motion.elastic, rng);
  const [middleRow, middleColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const warped = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [y, x] = [(i - middleRow - down) / tall, (j - middleColumn - right) / wide];
      let row = cos * y - sin * x + middleRow;
      let column = sin * y + cos * x + shear * y + middleColumn;
      if (stretch) {
        row += gridValue(stretch, 0, i / Math.max(1, rows - 1), j / Math.max(1, columns - 1));
        column += gridValue(stretch, 1, i / Math.max(1, rows - 1), j / Math.max(1, columns - 1));
      }
      warped[i * columns + j] = pixelAt(pixels, rows, columns, row, column);
    }
  }
  return warped;
}

/** Shifts of the rows and of the columns of the grid; undefined where there are none. */
function elasticShifts(deviation: number, rng: Rng): Float64Array | undefined {
  if (deviation === 0) return undefined;
  return Float64Array.from({ length: 2 * GRID * GRID }, () => deviation * rng.normal());
}

/** A shift, at shares y and x of the height and width. */
function gridValue(grid: Float64Array, which: number, y: number, x: number): number {
  const [row, column] = [y * (GRID - 1), x * (GRID - 1)];
  const [i, j] = [Math.min(GRID - 2, Math.floor(row)), Math.min(GRID - 2, Math.floor(column))];
  const [dy, dx] = [row - i, column - j];
  const at = (which * GRID + i) * GRID + j;
  const upper = grid[at] + dx * (grid[at + 1] - grid[at]);
  const lower = grid[at + GRID] + dx * (grid[at + GRID + 1] - grid[at + GRID]);
  return upper + dy * (lower - upper);
}

/** The value between pixels. */
function pixelAt(pixels: ArrayLike<number>, rows: number, columns: number, row: number, column: number): number {
  const [i, j] = [Math.floor(row), Math.floor(column)];
  if (i < -1 || j < -1 || i >= rows || j >= columns) return BACKGROUND;
  const [dy, dx] = [row - i, column - j];
  const here = (y: number, x: number) =>
    y < 0 || x < 0 || y >= rows || x >= columns ? BACKGROUND : pixels[y * columns + x];
  const upper = (1 - dx) * here(i, j) + dx * here(i, j + 1);
  const lower = (1 - dx) * here(i + 1, j) + dx * here(i + 1, j + 1);
  return Math.min(1, Math.max(0, (1 - dy) * upper + dy * lower));
}
