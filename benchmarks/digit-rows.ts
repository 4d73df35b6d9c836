import { type Augmentation, Dataset, Matrix, type Model, PackedMatrix, type Rng } from 'imago';

/** Rows that go through a model at once. */
const BLOCK = 1000;

/** What a model answers to rows of bytes: the likeliest class of each and its share. */
export function answers(
  model: Model,
  data: Dataset,
): { readonly classes: Int32Array; readonly surest: Float64Array; readonly shares: Matrix } {
  const classes = new Int32Array(data.size);
  const surest = new Float64Array(data.size);
  const parts: Matrix[] = [];
  for (let from = 0; from < data.size; from += BLOCK) {
    const rows = Array.from({ length: Math.min(BLOCK, data.size - from) }, (_, i) => from + i);
    const shares = model.predict(data.points.select(rows).unpacked());
    rows.forEach((row, i) => {
      const own = shares.row(i);
      surest[row] = Math.max(...own);
      classes[row] = own.indexOf(surest[row]);
    });
    parts.push(shares);
  }
  const shares = new Matrix(data.size, parts[0].columns);
  let at = 0;
  for (const part of parts) {
    shares.data.set(part.data, at);
    at += part.data.length;
  }
  return { classes, surest, shares };
}

/** Share of rows of which both say the same. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same / a.length;
}

/** The rows with these classes as their labels. */
export function relabeled(data: Dataset, classes: ArrayLike<number>): Dataset {
  return data.withOutputs(data.outputs, new Matrix(data.size, 1, Float64Array.from(classes)));
}

/** The rows, and `copies` warped ones of each with the label of their own, as bytes. */
export function withCopies(data: Dataset, warp: Augmentation, copies: number, rng: Rng): Dataset {
  const { space, outputs, points, y, size } = data;
  const width = points.columns;
  const bytes = new Uint8Array(size * (1 + copies) * width);
  const labels = new Matrix(size * (1 + copies), 1);
  bytes.set(points.data);
  labels.data.set(y.data);
  for (let copy = 1; copy <= copies; copy++)
    for (let i = 0; i < size; i++) {
      const moved = warp.varied(space, points.row(i) as Float64Array, rng);
      const at = (copy * size + i) * width;
      for (let j = 0; j < width; j++) bytes[at + j] = Math.round(255 * moved[j]);
      labels.data[copy * size + i] = y.data[i];
    }
  const row = { id: 'made', status: 'completed', milliseconds: 0 } as const;
  const rows = new Array(labels.rows).fill(row);
  return new Dataset(space, outputs, new PackedMatrix(labels.rows, width, bytes), labels, rows);
}

/** The rows with these shares, and the likeliest class of each as its label. */
export function withShares({ space, outputs, points, rows }: Dataset, shares: Matrix): Dataset {
  const labels = Array.from({ length: shares.rows }, (_, i) => [shares.row(i).indexOf(Math.max(...shares.row(i)))]);
  return new Dataset(space, outputs, points, Matrix.from(labels), rows, { shares });
}
