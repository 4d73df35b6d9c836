import {
  type Axis,
  add,
  along,
  divide,
  exp,
  multiply,
  negate,
  power,
  sqrt,
  square,
  subtract,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { GaussianProcessKernel } from './kernel.ts';

/** What correlations are of: scaled features of n rows, n x width. */
export interface CorrelationRows {
  readonly kernel: GaussianProcessKernel;
  readonly shape: Float64Array;
  /** Coordinate of each feature. */
  readonly coordinates: Int32Array;
  readonly features: Float64Array;
  /** A place for each row. */
  readonly axis: Axis;
}

/** The correlation of a point of scaled features `z` with the row at each place; see `correlate` and `structuredKernel`. */
export function correlationTerm(z: readonly Term[], rows: CorrelationRows): Term {
  const { kernel, shape } = rows;
  const along = distances(z, rows);
  switch (kernel) {
    case 'squared-exponential':
      return exp(multiply(-0.5, total(along)));
    case 'matern-5/2':
      return matern(total(along));
    case 'matern-3/2': {
      const q = sqrt(multiply(3, total(along)));
      return multiply(add(1, q), exp(negate(q)));
    }
    case 'rational-quadratic': {
      const a = Math.exp(shape[0]);
      return power(add(1, divide(total(along), 2 * a)), -a);
    }
    case 'power-exponential': {
      const p = 1 + odds(shape[0]);
      return exp(multiply(-0.5, total(along.map((s) => power(s, p / 2)))));
    }
    case 'anova':
    case 'anova-matern-5/2':
      return along
        .map((s, j) => {
          const b = odds(shape[j]);
          const term = kernel === 'anova' ? exp(multiply(-0.5, s)) : matern(s);
          return add(1 - b, multiply(b, term));
        })
        .reduce(multiply);
  }
}

const odds = (value: number) => 1 / (1 + Math.exp(-value));

function matern(s: Term): Term {
  const fifth = multiply(5, s);
  const q = sqrt(fifth);
  return multiply(add(add(1, q), multiply(fifth, 1 / 3)), exp(negate(q)));
}

/** Squared distances along each coordinate. */
function distances(z: readonly Term[], { coordinates, features, axis }: CorrelationRows): Term[] {
  const width = coordinates.length;
  const all: Term[][] = [];
  coordinates.forEach((j, f) => {
    const column = Float64Array.from({ length: axis.length }, (_, i) => features[i * width + f]);
    all[j] = [...(all[j] ?? []), square(subtract(z[f], along(axis, column)))];
  });
  return all.map(total);
}
