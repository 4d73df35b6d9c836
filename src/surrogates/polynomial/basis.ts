import { type Term as Arithmetic, cos, divide, multiply, number, sin, subtract } from '../../core/graph/term.ts';
import { levelTerm } from '../../core/space/feature-map.ts';
import type { Column } from '../../core/space/space.ts';
import { levelAt } from '../trees/split.ts';

/**
 * Functions of one coordinate, orthonormal where it is uniform: function 0 is 1, the others have mean 0 and variance 1.
 *
 * Legendre polynomials sqrt(2k + 1) P_k(2u - 1) of a number, at most one less than it has values; sines and cosines of a periodic
 * one; Helmert contrasts of the levels of a category, each of degree 1.
 */
export interface Family {
  /** Number of functions of at most this degree, function 0 included. */
  count(degree: number): number;
  /** Degree of function a. */
  degree(a: number): number;
  /** Functions 0 .. count - 1 at u as arithmetic. */
  terms(u: Arithmetic, count: number): Arithmetic[];
  /** Writes functions 0 .. values.length - 1 at u, and their derivatives. */
  write(u: number, values: Float64Array, slopes: Float64Array): void;
}

/** The functions of each coordinate. */
export function families(columns: readonly Column[]): Family[] {
  return columns.map(({ kind, levels, periodic }) =>
    kind === 'categorical' ? contrasts(levels) : periodic ? waves() : legendre(levels - 1),
  );
}

function legendre(most: number): Family {
  return {
    count: (degree) => Math.min(degree, most) + 1,
    degree: (a) => a,
    terms(u, count) {
      const t = subtract(multiply(2, u), 1);
      const plain = [number(1), t];
      for (let k = 1; k + 1 < count; k++) {
        const two = subtract(multiply(multiply(2 * k + 1, t), plain[k]), multiply(k, plain[k - 1]));
        plain.push(divide(two, k + 1));
      }
      return plain.slice(0, count).map((one, k) => multiply(Math.sqrt(2 * k + 1), one));
    },
    write(u, values, slopes) {
      const t = 2 * u - 1;
      let [before, here] = [0, 1];
      let [slopeBefore, slope] = [0, 0];
      for (let k = 0; k < values.length; k++) {
        const norm = Math.sqrt(2 * k + 1);
        values[k] = norm * here;
        slopes[k] = 2 * norm * slope;
        // (k + 1) P_k+1 = (2k + 1) t P_k - k P_k-1, and P'_k+1 = P'_k-1 + (2k + 1) P_k.
        [before, here, slopeBefore, slope] = [
          here,
          ((2 * k + 1) * t * here - k * before) / (k + 1),
          slope,
          slopeBefore + (2 * k + 1) * here,
        ];
      }
    },
  };
}

function waves(): Family {
  return {
    count: (degree) => 2 * degree + 1,
    degree: (a) => (a + 1) >> 1,
    terms: (u, count) =>
      Array.from({ length: count }, (_, a) => {
        const angle = multiply(Math.PI * 2 * ((a + 1) >> 1), u);
        return a === 0 ? number(1) : multiply(Math.SQRT2, a & 1 ? sin(angle) : cos(angle));
      }),
    write(u, values, slopes) {
      values[0] = 1;
      slopes[0] = 0;
      for (let a = 1; a < values.length; a++) {
        const turn = Math.PI * 2 * ((a + 1) >> 1);
        const [sine, cosine] = [Math.SQRT2 * Math.sin(turn * u), Math.SQRT2 * Math.cos(turn * u)];
        values[a] = a & 1 ? sine : cosine;
        slopes[a] = turn * (a & 1 ? cosine : -sine);
      }
    },
  };
}

function contrasts(levels: number): Family {
  return {
    count: (degree) => (degree > 0 ? levels : 1),
    degree: (a) => Math.min(1, a),
    terms: (u, count) =>
      Array.from({ length: count }, (_, a) => {
        const value = (level: number) => Math.sqrt(levels / (a * (a + 1))) * (level < a ? 1 : level === a ? -a : 0);
        return a === 0 ? number(1) : levelTerm(u, levels, value);
      }),
    write(u, values, slopes) {
      const level = levelAt(u, levels);
      values[0] = 1;
      slopes.fill(0);
      for (let a = 1; a < values.length; a++)
        values[a] = Math.sqrt(levels / (a * (a + 1))) * (level < a ? 1 : level === a ? -a : 0);
    },
  };
}

/** A product of functions of different coordinates: (coordinate, function) pairs; none for the constant. */
export type Term = readonly (readonly [number, number])[];

/**
 * Every term but the constant with (sum of degree^q)^(1/q) <= `degree` over its coordinates, the hyperbolic truncation of
 * [Blatman2011], in at most `interactions` coordinates; undefined when there are more than `most`.
 */
export function termsOf(
  functions: readonly Family[],
  degree: number,
  q: number,
  most: number,
  interactions = Number.POSITIVE_INFINITY,
): Term[] | undefined {
  const terms: Term[] = [];
  // Degrees such as 3 are sums of powers that rounding must not push past the bound.
  const bound = degree ** q * (1 + 1e-12);
  const extend = (term: Term, from: number, used: number): boolean => {
    for (let j = from; j < functions.length; j++)
      for (let a = 1; a < functions[j].count(degree); a++) {
        const next = used + functions[j].degree(a) ** q;
        if (next > bound) continue;
        const longer: Term = [...term, [j, a]];
        terms.push(longer);
        if (terms.length > most) return false;
        if (longer.length < interactions && !extend(longer, j + 1, next)) return false;
      }
    return true;
  };
  return extend([], 0, 0) ? terms : undefined;
}

/** The functions of every coordinate at one point, as far as terms need them. */
export class PointBasis {
  readonly #functions: readonly Family[];
  readonly #values: Float64Array[];
  readonly #slopes: Float64Array[];

  /** `counts[j]` functions of coordinate j. */
  constructor(functions: readonly Family[], counts: readonly number[]) {
    this.#functions = functions;
    this.#values = counts.map((count) => new Float64Array(count));
    this.#slopes = counts.map((count) => new Float64Array(count));
  }

  /** Room for what these terms need. */
  static for(functions: readonly Family[], terms: readonly Term[]): PointBasis {
    const counts = functions.map(() => 1);
    for (const term of terms) for (const [j, a] of term) counts[j] = Math.max(counts[j], a + 1);
    return new PointBasis(functions, counts);
  }

  /** Moves to a point, d numbers. */
  moveTo(u: ArrayLike<number>): void {
    this.#functions.forEach((family, j) => {
      family.write(u[j], this.#values[j], this.#slopes[j]);
    });
  }

  /** The value of each of the terms at a point, as arithmetic. */
  terms(u: readonly Arithmetic[], terms: readonly Term[]): Arithmetic[] {
    const functions = this.#functions.map((family, j) => family.terms(u[j], this.#values[j].length));
    return terms.map((term) => term.map(([j, a]) => functions[j][a]).reduce<Arithmetic>(multiply, number(1)));
  }

  value(term: Term): number {
    let product = 1;
    for (let f = 0; f < term.length; f++) product *= this.#values[term[f][0]][term[f][1]];
    return product;
  }

  /** Adds `factor` times the derivatives of a term to `gradient`, d numbers. */
  addSlopes(term: Term, factor: number, gradient: Float64Array): void {
    for (const [j, a] of term) {
      let product = factor * this.#slopes[j][a];
      for (const [other, b] of term) if (other !== j) product *= this.#values[other][b];
      gradient[j] += product;
    }
  }
}
