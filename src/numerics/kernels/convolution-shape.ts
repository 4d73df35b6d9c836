/** Images whose patches of `size` x `size` pixels a layer sees: pixels row by row, each with its channels, one or a multiple of 4 of them. */
export interface Convolution {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly size: number;
}

/** The pixels that a convolution makes, before the largest of each square are taken. */
export function mapShape({ rows, columns, size }: Convolution): { readonly rows: number; readonly columns: number } {
  return { rows: rows - size + 1, columns: columns - size + 1 };
}

/** Their number. */
export function mapPixels(convolution: Convolution): number {
  const { rows, columns } = mapShape(convolution);
  return rows * columns;
}
