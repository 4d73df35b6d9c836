import { cos, divide, multiply, sin, subtract, type Term } from '../../core/graph/term.ts';
import { levelTerms } from '../../core/space/feature-map.ts';
import type { Column, Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Rows, rowReader } from '../../numerics/packed-matrix.ts';
import { padded } from './layers.ts';
import { lightOf } from './light.ts';

/** How the unit cube is shown to a network: standardized coordinates, sine and cosine of periodic ones, one number for each level. */
export interface Features {
  /** Number of features. */
  readonly width: number;
  /** How coordinates become features, where all of them are numbers. */
  readonly scaling?: Scaling;
  /** n x d points as n x padded(width) features. */
  encode(x: Rows): Matrix;
  /** Writes the features of a point, `width` of them. */
  write(u: ArrayLike<number>, out: Float64Array | Float32Array, at: number): void;
  /** Writes the features of rows from .. to-1 of n x d points, padded(width) of each; what fills them up is left as it is. */
  writeRows(x: Matrix, from: number, to: number, out: Float64Array): void;
  /** The features of a point, `width` of them, as arithmetic. */
  terms(u: readonly Term[]): Term[];
  /** Derivative by the d coordinates at u from the derivative by the features; 0 for categories, which have none. */
  pullBack(u: Float64Array, gradient: Float64Array): Float64Array;
}

/** A feature of each coordinate: the coordinate less its mean, over its deviation. */
export interface Scaling {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** The features of one coordinate. */
interface Encoder {
  readonly width: number;
  write(u: number, out: Float64Array | Float32Array, at: number): void;
  terms(u: Term): Term[];
  slope(u: number, gradient: Float64Array, at: number): number;
}

/** How one coordinate becomes features, as plain data. */
export type EncoderState =
  | { readonly kind: 'levels'; readonly levels: number }
  | { readonly kind: 'circle' }
  | { readonly kind: 'number'; readonly mean: number; readonly deviation: number };

/**
 * The encoders of a space, with means and deviations of each coordinate from the n x d training points; the pixels of an image have one deviation, since
 * those that are nearly always dark must not be blown up beside the others. They have a mean each, or one where an augmentation moves light between them.
 */
export function encodersOf(
  { columns, groups }: Pick<Space, 'columns' | 'groups'>,
  x: Rows,
  arePixelsMoved: boolean,
): EncoderState[] {
  const { means, deviations } = momentsOf(x);
  const shared = new Map<number, EncoderState>();
  for (const { image, columns: pixels } of groups) {
    if (!image) continue;
    const light = lightOf(x, pixels);
    for (const pixel of pixels)
      shared.set(pixel, { kind: 'number', ...light, ...(!arePixelsMoved && { mean: means[pixel] }) });
  }
  return columns.map((column, j) => shared.get(j) ?? encoderOf(column, means[j], deviations[j]));
}

function encoderOf({ kind, levels, periodic }: Column, mean: number, deviation: number): EncoderState {
  if (kind === 'categorical') return { kind: 'levels', levels };
  return periodic ? { kind: 'circle' } : { kind: 'number', mean, deviation };
}

/** The features of these encoders, one for each coordinate. */
export function featuresOf(states: readonly EncoderState[]): Features {
  const encoders = states.map(encoder);
  const starts: number[] = [];
  let width = 0;
  for (const each of encoders) {
    starts.push(width);
    width += each.width;
  }
  const scaling = scalingOf(states);
  const write = scaling ? plainWriter(scaling) : mixedWriter(encoders, starts);
  return {
    width,
    ...(scaling && { scaling }),
    writeRows(x, from, to, out) {
      const columns = padded(width);
      if (scaling) standardizeRows(x, from, to, scaling, out, columns);
      else for (let i = from, at = 0; i < to; i++, at += columns) write(x.row(i), out, at);
    },
    encode(points) {
      const encoded = new Matrix(points.rows, padded(width));
      for (let i = 0; i < points.rows; i++) write(points.row(i), encoded.data, i * encoded.columns);
      return encoded;
    },
    write,
    terms: (u) => encoders.flatMap((each, j) => each.terms(u[j])),
    pullBack: (u, gradient) => Float64Array.from(encoders, (each, j) => each.slope(u[j], gradient, starts[j])),
  };
}

/** Undefined where some coordinates are no numbers. */
function scalingOf(states: readonly EncoderState[]): Scaling | undefined {
  const [means, deviations] = [new Float64Array(states.length), new Float64Array(states.length)];
  for (const [j, state] of states.entries()) {
    if (state.kind !== 'number') return undefined;
    [means[j], deviations[j]] = [state.mean, state.deviation];
  }
  return { means, deviations };
}

/** Writes numbers only, without a call for each of them. */
function plainWriter({ means, deviations }: Scaling): Features['write'] {
  return (u, out, at) => {
    for (let j = 0; j < means.length; j++) out[at + j] = (u[j] - means[j]) / deviations[j];
  };
}

/** The same for rows of a matrix: of doubles only, and without a view of each row, which takes as long as its numbers. */
function standardizeRows(
  { data, columns: d }: Matrix,
  from: number,
  to: number,
  { means, deviations }: Scaling,
  out: Float64Array,
  columns: number,
): void {
  for (let i = from, own = from * d, at = 0; i < to; i++, own += d, at += columns)
    for (let j = 0; j < d; j++) out[at + j] = (data[own + j] - means[j]) / deviations[j];
}

function mixedWriter(encoders: readonly Encoder[], starts: readonly number[]): Features['write'] {
  return (u, out, at) => {
    encoders.forEach((each, j) => {
      out.fill(0, at + starts[j], at + starts[j] + each.width);
      each.write(u[j], out, at + starts[j]);
    });
  };
}

function encoder(state: EncoderState): Encoder {
  if (state.kind === 'levels') return oneHot(state.levels);
  return state.kind === 'circle' ? circle() : standardized(state.mean, state.deviation);
}

/** A coordinate that hardly moved in training must not be blown up elsewhere: 0.01 is a thirtieth of a uniform deviation. */
const LEAST_DEVIATION = 0.01;

/** Mean and deviation of each coordinate, read row by row: columns of many rows lie far apart in memory. */
function momentsOf(x: Rows): Scaling {
  const [means, deviations] = [new Float64Array(x.columns), new Float64Array(x.columns)];
  const rowOf = rowReader(x);
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(i);
    for (let j = 0; j < row.length; j++) means[j] += row[j];
  }
  for (let j = 0; j < means.length; j++) means[j] /= x.rows;
  for (let i = 0; i < x.rows; i++) {
    const row = rowOf(i);
    for (let j = 0; j < row.length; j++) deviations[j] += (row[j] - means[j]) ** 2;
  }
  for (let j = 0; j < means.length; j++) deviations[j] = Math.max(LEAST_DEVIATION, Math.sqrt(deviations[j] / x.rows));
  return { means, deviations };
}

function oneHot(levels: number): Encoder {
  return {
    width: levels,
    write(u, out, at) {
      out[at + Math.min(levels - 1, Math.max(0, Math.floor(u * levels)))] = 1;
    },
    terms: (u) => levelTerms(u, levels, (level, k) => (level === k ? 1 : 0)),
    slope: () => 0,
  };
}

/** A point on a circle of radius sqrt(2), whose coordinates have variance 1 over a turn. */
function circle(): Encoder {
  const turn = 2 * Math.PI;
  return {
    width: 2,
    write(u, out, at) {
      out[at] = Math.SQRT2 * Math.sin(turn * u);
      out[at + 1] = Math.SQRT2 * Math.cos(turn * u);
    },
    terms: (u) => [sin, cos].map((wave) => multiply(Math.SQRT2, wave(multiply(turn, u)))),
    slope: (u, gradient, at) =>
      turn * Math.SQRT2 * (Math.cos(turn * u) * gradient[at] - Math.sin(turn * u) * gradient[at + 1]),
  };
}

function standardized(mean: number, deviation: number): Encoder {
  return {
    width: 1,
    write(u, out, at) {
      out[at] = (u - mean) / deviation;
    },
    terms: (u) => [divide(subtract(u, mean), deviation)],
    slope: (_, gradient, at) => gradient[at] / deviation,
  };
}
