import { Dataset, PackedMatrix, real, Space } from 'imago';

/** Sides of the squares whose means are features, and the steps between them. */
const SQUARES = [
  [2, 2],
  [4, 2],
  [8, 4],
] as const;
const SIDE = 28;
/** Cells along each side of each grid, and directions, of the slopes of light. */
const CELLS = [7, 4];
const DIRECTIONS = 8;

/** Images as features that need no label: of the upright image the means of squares, and how strong its light slopes in each direction in each cell. */
export function featured(data: Dataset): Dataset {
  const first = featuresOf(data.points.row(0));
  const bytes = new Uint8Array(data.size * first.length);
  for (let i = 0; i < data.size; i++)
    featuresOf(data.points.row(i)).forEach((value, j) => {
      bytes[i * first.length + j] = Math.max(0, Math.min(255, Math.round(255 * value)));
    });
  const space = new Space(Object.fromEntries(first.map((_, j) => [`feature_${j}`, real(0, 255)])));
  return new Dataset(space, data.outputs, new PackedMatrix(data.size, first.length, bytes), data.y, data.rows);
}

function featuresOf(pixels: ArrayLike<number>): number[] {
  const image = upright(pixels);
  const features: number[] = [];
  for (const [side, step] of SQUARES)
    for (let i = 0; i + side <= SIDE; i += step)
      for (let j = 0; j + side <= SIDE; j += step) {
        let sum = 0;
        for (let y = i; y < i + side; y++) for (let x = j; x < j + side; x++) sum += image[y * SIDE + x];
        features.push(sum / side / side);
      }
  features.push(...slopesOf(image));
  return features;
}

/** The image moved to its middle and sheared until its second moment across is zero. */
function upright(pixels: ArrayLike<number>): Float64Array {
  let [mass, row, column] = [0, 0, 0];
  const each = (visit: (light: number, y: number, x: number) => void) => {
    for (let at = 0; at < SIDE * SIDE; at++) visit(pixels[at], Math.floor(at / SIDE), at % SIDE);
  };
  each((light, y, x) => {
    mass += light;
    row += light * y;
    column += light * x;
  });
  if (mass === 0) return new Float64Array(SIDE * SIDE);
  [row, column] = [row / mass, column / mass];
  let [across, down] = [0, 0];
  each((light, y, x) => {
    across += light * (y - row) * (x - column);
    down += light * (y - row) ** 2;
  });
  const lean = down > 0 ? across / down : 0;
  const middle = (SIDE - 1) / 2;
  const image = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      image[y * SIDE + x] = lightAt(pixels, y - middle + row, x - middle + column + lean * (y - middle));
  return image;
}

function lightAt(pixels: ArrayLike<number>, row: number, column: number): number {
  const [i, j] = [Math.floor(row), Math.floor(column)];
  const [dy, dx] = [row - i, column - j];
  const at = (y: number, x: number) => (y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : pixels[y * SIDE + x]);
  return (1 - dy) * ((1 - dx) * at(i, j) + dx * at(i, j + 1)) + dy * ((1 - dx) * at(i + 1, j) + dx * at(i + 1, j + 1));
}

/**
 * Of each grid of cells, in each cell and each direction, the size of the slopes that point there. A slope is shared by linear weights among the cells and
 * the directions that it lies between, so that no feature leaps when the image moves a little.
 */
function slopesOf(image: Float64Array): number[] {
  const grids = CELLS.map((cells) => new SlopeGrid(cells));
  for (let y = 1; y < SIDE - 1; y++)
    for (let x = 1; x < SIDE - 1; x++) {
      const at = y * SIDE + x;
      const [dx, dy] = [image[at + 1] - image[at - 1], image[at + SIDE] - image[at - SIDE]];
      const size = Math.hypot(dx, dy);
      if (size === 0) continue;
      const turn = (Math.atan2(dy, dx) / (2 * Math.PI) + 1) * DIRECTIONS;
      for (const grid of grids) grid.add(y, x, turn, size);
    }
  return grids.flatMap(({ sums }) => sums);
}

class SlopeGrid {
  readonly sums: number[];
  readonly #cells: number;

  constructor(cells: number) {
    this.sums = new Array<number>(cells * cells * DIRECTIONS).fill(0);
    this.#cells = cells;
  }

  /** Adds a slope at a pixel, whose direction is `turn` steps from that of a row. */
  add(y: number, x: number, turn: number, size: number): void {
    const cells = this.#cells;
    const [down, right] = [((y + 0.5) * cells) / SIDE - 0.5, ((x + 0.5) * cells) / SIDE - 0.5];
    const [row, column, direction] = [Math.floor(down), Math.floor(right), Math.floor(turn)];
    // Grids of larger cells sum more slopes: this keeps all of them in a byte.
    const share = (size * cells) / (2 * SIDE);
    for (let i = Math.max(0, row); i <= Math.min(cells - 1, row + 1); i++)
      for (let j = Math.max(0, column); j <= Math.min(cells - 1, column + 1); j++) {
        const own = share * (1 - Math.abs(down - i)) * (1 - Math.abs(right - j));
        const from = (i * cells + j) * DIRECTIONS;
        this.sums[from + (direction % DIRECTIONS)] += own * (1 - turn + direction);
        this.sums[from + ((direction + 1) % DIRECTIONS)] += own * (turn - direction);
      }
  }
}
