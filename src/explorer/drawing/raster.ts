/** What is known at the places of a grid; `values` are between 0 and 1 on the scale, not finite where there are none. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
  /** Above 0 where the goal forbids the place. */
  readonly violations: Float64Array;
  /** 1 where the model knows the quantity. */
  readonly known: Float64Array;
  /** Whether an axis is drawn value by value, and not from place to place. */
  readonly isDiscrete: readonly [x: boolean, y: boolean];
}

/** Colors of a map, red, green and blue from 0 to 255. */
export interface MapColors {
  /** From the least to the largest value. */
  readonly ramp: readonly (readonly number[])[];
  readonly forbidden: readonly number[];
  readonly paper: readonly number[];
}

/** Pixels from one hatch to the next, on a screen without extra pixels. */
const HATCH = 8;
/** How much of the color of a place is left where the model does not know the quantity. */
const FADED = 0.35;
/** How much of the color of a hatch covers what is below. */
const COVER = 0.6;
const TONES = 256;

/** What is painted on: a number of four bytes for each pixel, from left to right and from the top down. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** Rows of pixels between two looks at the clock. */
const BLOCK = 24;

/** Where a pixel lies between the places of an axis. */
interface Between {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly share: Float64Array;
}

/** Paints a field: colors by value, hatched where the goal forbids it, pale where the model does not know it. */
export function* paint(
  field: Field,
  colors: MapColors,
  { width, height, pixels }: Picture,
  zoom: number,
): Generator<void> {
  const tones = tonesOf(colors);
  const { from, to, share } = between(width, field.columns, field.isDiscrete[0]);
  const up = between(height, field.rows, field.isDiscrete[1]);
  const hatch = HATCH * zoom;
  const [values, violations, known] = [field.values, field.violations, field.known].map((of) =>
    rowOf(of, field.columns, up),
  );
  for (let y = 0; y < height; y++) {
    const line = height - 1 - y;
    const [value, violation, sure] = [values(line), violations(line), known(line)];
    for (let x = 0; x < width; x++) {
      const [i, k, s] = [from[x], to[x], share[x]];
      const tone = value[i] + (value[k] - value[i]) * s;
      const place = tone >= 0 ? Math.min(TONES - 1, Math.round(tone * (TONES - 1))) : tone < 0 ? 0 : TONES;
      const isPale = sure[i] + (sure[k] - sure[i]) * s < 0.5;
      const isHatched = (x + y) % hatch < 1.4 * zoom && violation[i] + (violation[k] - violation[i]) * s > 0;
      pixels[y * width + x] = tones[(isPale ? 2 : 0) + (isHatched ? 1 : 0)][place];
    }
    if (y % BLOCK === BLOCK - 1) yield;
  }
}

/** The values of a field along x, between two of its rows. */
function rowOf(of: Float64Array, columns: number, { from, to, share }: Between) {
  const row = new Float64Array(columns);
  return (line: number) => {
    const [low, high, t] = [from[line] * columns, to[line] * columns, share[line]];
    for (let i = 0; i < columns; i++) row[i] = of[low + i] + (of[high + i] - of[low + i]) * t;
    return row;
  };
}

const over = (below: number, above: number, cover: number) => below + (above - below) * cover;

/** Pixels of each tone, the last one of no value: as they are, hatched, pale, pale and hatched. */
function tonesOf({ ramp, forbidden, paper }: MapColors): Uint32Array[] {
  return [0, 1, 2, 3].map((kind) => {
    const tones = new Uint32Array(TONES + 1);
    const bytes = new Uint8ClampedArray(tones.buffer);
    for (let k = 0; k <= TONES; k++) {
      const place = (k / (TONES - 1)) * (ramp.length - 1);
      const first = Math.min(ramp.length - 2, Math.floor(place));
      for (let c = 0; c < 3; c++) {
        const plain = k === TONES ? paper[c] : over(ramp[first][c], ramp[first + 1][c], place - first);
        const color = over(paper[c], plain, kind < 2 ? 1 : FADED);
        bytes[4 * k + c] = over(color, forbidden[c], kind % 2 === 1 ? COVER : 0);
      }
      bytes[4 * k + 3] = 255;
    }
    return tones;
  });
}

function between(pixels: number, places: number, isDiscrete: boolean): Between {
  const [from, to, share] = [new Int32Array(pixels), new Int32Array(pixels), new Float64Array(pixels)];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const along = (pixel + 0.5) / pixels;
    const place = isDiscrete ? Math.floor(along * places) : along * (places - 1);
    from[pixel] = Math.min(places - 1, Math.floor(place));
    to[pixel] = Math.min(places - 1, from[pixel] + 1);
    share[pixel] = isDiscrete ? 0 : place - from[pixel];
  }
  return { from, to, share };
}
