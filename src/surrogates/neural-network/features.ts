import type { Column } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { padded } from './layers.ts';

/** How the unit cube is shown to a network: standardized coordinates, sine and cosine of periodic ones, one number for each level. */
export interface Features {
  /** Number of features. */
  readonly width: number;
  /** n x d points as n x padded(width) features. */
  encode(x: Matrix): Matrix;
  /** Derivative by the d coordinates at u from the derivative by the features; 0 for categories, which have none. */
  pullBack(u: Float64Array, gradient: Float64Array): Float64Array;
}

/** The features of one coordinate. */
interface Encoder {
  readonly width: number;
  write(u: number, out: Float64Array, at: number): void;
  slope(u: number, gradient: Float64Array, at: number): number;
}

/** Features for a space, with means and deviations from the n x d training points. */
export function features(columns: readonly Column[], x: Matrix): Features {
  const encoders = columns.map((column, j) => encoder(column, x.column(j)));
  const starts: number[] = [];
  let width = 0;
  for (const each of encoders) {
    starts.push(width);
    width += each.width;
  }
  return {
    width,
    encode(points) {
      const encoded = new Matrix(points.rows, padded(width));
      for (let i = 0; i < points.rows; i++) {
        const out = encoded.row(i);
        encoders.forEach((each, j) => {
          each.write(points.get(i, j), out, starts[j]);
        });
      }
      return encoded;
    },
    pullBack: (u, gradient) => Float64Array.from(encoders, (each, j) => each.slope(u[j], gradient, starts[j])),
  };
}

function encoder({ kind, levels, periodic }: Column, values: Float64Array): Encoder {
  if (kind === 'categorical') return oneHot(levels);
  return periodic ? circle() : standardized(values);
}

function oneHot(levels: number): Encoder {
  return {
    width: levels,
    write(u, out, at) {
      out[at + Math.min(levels - 1, Math.max(0, Math.floor(u * levels)))] = 1;
    },
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
    slope: (u, gradient, at) =>
      turn * Math.SQRT2 * (Math.cos(turn * u) * gradient[at] - Math.sin(turn * u) * gradient[at + 1]),
  };
}

function standardized(values: Float64Array): Encoder {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  // A coordinate that hardly moved in training must not be blown up elsewhere: 0.01 is a thirtieth of a uniform deviation.
  const deviation = Math.max(Math.sqrt(variance), 0.01);
  return {
    width: 1,
    write(u, out, at) {
      out[at] = (u - mean) / deviation;
    },
    slope: (_, gradient, at) => gradient[at] / deviation,
  };
}
