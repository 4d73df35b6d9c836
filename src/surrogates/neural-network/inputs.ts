import type { Augmentation } from '../../core/sampler.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Rows, rowReader } from '../../numerics/packed-matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import type { Features } from './features.ts';
import { padded } from './layers.ts';

/** Features of training rows that are made when they are wanted. */
export interface LazyInputs {
  readonly rows: number;
  /** Features of a row, a multiple of 4. */
  readonly columns: number;
  /** Writes the features of some rows, one row after the other. */
  write(rows: ArrayLike<number>, out: Float64Array | Float32Array): void;
  /** The same rows, each time they are asked for in another version. */
  varied?(rng: Rng): LazyInputs;
}

/** Features that are kept, or made when they are wanted. */
export type Inputs = Matrix | LazyInputs;

/** Most features that are kept, 32 MB of them. */
const MOST_KEPT = 4_000_000;

/** The features of the rows; with an augmentation, a network in training sees other versions of them. */
export function inputsOf(features: Features, space: Space, points: Rows, augment?: Augmentation): Inputs {
  const columns = padded(features.width);
  if (!augment && points.rows * columns <= MOST_KEPT) return features.encode(points);
  const write: Features['write'] = (u, out, at) => {
    features.write(u, out, at);
    // Nobody else clears what fills a tile.
    out.fill(0, at + features.width, at + columns);
  };
  return lazyInputs(columns, write, space, points, augment);
}

/** Inputs that `write` makes of points, `columns` of each, when they are wanted. */
export function lazyInputs(
  columns: number,
  write: Features['write'],
  space: Space,
  points: Rows,
  augment?: Augmentation,
): LazyInputs {
  const writing = (versionOf: (row: number) => ArrayLike<number>): LazyInputs => ({
    rows: points.rows,
    columns,
    write(rows, out) {
      for (let i = 0; i < rows.length; i++) write(versionOf(rows[i]), out, i * columns);
    },
  });
  // None is wanted longer than until it is written.
  const rowOf = rowReader(points);
  const plain = writing(rowOf);
  if (!augment) return plain;
  return { ...plain, varied: (rng) => writing((row) => augment.varied(space, rowOf(row), rng)) };
}

/** What a network in training sees. */
export function trainingInputs(inputs: Inputs, rng: Rng): Inputs {
  return inputs instanceof Matrix ? inputs : (inputs.varied?.(rng) ?? inputs);
}

/** Writes the features of some rows, one row after the other. */
export function writeInputs(inputs: Inputs, rows: ArrayLike<number>, out: Float64Array): void {
  if (!(inputs instanceof Matrix)) {
    inputs.write(rows, out);
    return;
  }
  const { columns, data } = inputs;
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < columns; j++) out[i * columns + j] = data[rows[i] * columns + j];
}
