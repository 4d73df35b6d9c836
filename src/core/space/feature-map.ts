import type { Matrix } from '../../numerics/matrix.ts';
import { choose, cos, divide, multiply, sin, type Term } from '../graph/term.ts';
import type { PointTerms } from './point-terms.ts';
import type { Column, Space } from './space.ts';

/** How one coordinate is mapped to features, where it is not a feature itself. */
export interface CoordinateFeatures {
  /** Number of features. */
  readonly width: number;
  /** Writes the features at the coordinate `u`, each times `scale`, to `out[at ...]`. */
  write(u: number, out: Float64Array, at: number, scale: number): void;
  /** The derivative by `u` from those by the scaled features, `byFeature[at ...]`. */
  slope(u: number, byFeature: Float64Array, at: number, scale: number): number;
  /** The features at the coordinate `u`, each times `scale`. */
  terms(u: Term, scale: number): Term[];
}

/** What a {@link FeatureMap} does beside the usual. */
export interface FeatureMapOptions {
  /** Features of coordinates in place of those of their kind. */
  readonly replaced?: ReadonlyMap<number, CoordinateFeatures>;
  /**
   * Says which coordinates play a part. Inactive ones, except plain numbers, then have the features 0: the same distance to all that
   * are on a circle or a corner. Without it they are what they are in canonical form.
   */
  readonly space?: Space;
}

/**
 * Maps unit-cube points to features whose Euclidean distance is the distance that a kernel needs.
 *
 * A real, integer or ordinal coordinate is its own feature. A periodic one is a point on a circle of circumference 1,
 * so that distances are chords, `sin(pi |u - v|) / pi`. A categorical one is a corner of a regular simplex with edges of
 * length 1, so that any two levels are equally far apart (exchangeable correlation).
 */
export class FeatureMap {
  /** Number of features, at least d. */
  readonly width: number;
  /** Coordinate of each feature. */
  readonly coordinates: Int32Array;
  readonly #starts: Int32Array;
  /** Of each coordinate; undefined where it is its own feature. */
  readonly #features: readonly (CoordinateFeatures | undefined)[];
  /** The space, where some of its coordinates are inactive at times. */
  readonly #space: Space | undefined;

  constructor(columns: readonly Column[], { replaced, space }: FeatureMapOptions = {}) {
    this.#space = space?.isConditional ? space : undefined;
    this.#features = columns.map((column, j) => replaced?.get(j) ?? usual(column, this.#space !== undefined));
    const owners: number[] = [];
    this.#starts = Int32Array.from(this.#features, (features, j) => {
      const start = owners.length;
      for (let k = 0; k < (features?.width ?? 1); k++) owners.push(j);
      return start;
    });
    this.width = owners.length;
    this.coordinates = Int32Array.from(owners);
  }

  /** Writes the features of the point `u[at ...]`, each times the scale of its coordinate, to `out[outAt ...]`. */
  write(u: Float64Array, at: number, out: Float64Array, outAt: number, scales: Float64Array): void {
    const active = this.active(u, at);
    for (let j = 0; j < this.#starts.length; j++) {
      const to = outAt + this.#starts[j];
      const features = this.#features[j];
      if (features === undefined) out[to] = u[at + j] * scales[j];
      else if (active?.[j] === false) out.fill(0, to, to + features.width);
      else features.write(u[at + j], out, to, scales[j]);
    }
  }

  /** The features of a point, each times the scale of its coordinate. */
  terms({ u, active }: PointTerms, scales: Float64Array): Term[] {
    return this.#features.flatMap((features, j) => {
      if (features === undefined) return multiply(u[j], scales[j]);
      const terms = features.terms(u[j], scales[j]);
      const plays = this.#space && active[j];
      return plays ? terms.map((one) => choose(plays, 'equal', 1, one, 0)) : terms;
    });
  }

  /** Which coordinates play a part at the point `u[at ...]`, where some may not. */
  active(u: Float64Array, at = 0): readonly boolean[] | undefined {
    return this.#space?.active(u.subarray(at, at + this.dimension));
  }

  /** Whether some coordinates play no part at times. */
  get isConditional(): boolean {
    return this.#space !== undefined;
  }

  /** First feature of a coordinate. */
  start(coordinate: number): number {
    return this.#starts[coordinate];
  }

  /** d, the number of coordinates. */
  get dimension(): number {
    return this.#starts.length;
  }

  /** The unscaled features of one point, `width` numbers. */
  at(u: Float64Array): Float64Array {
    const out = new Float64Array(this.width);
    this.write(u, 0, out, 0, new Float64Array(u.length).fill(1));
    return out;
  }

  /** The unscaled features of n points, `n x width`. */
  of(x: Matrix): Float64Array {
    return this.scaled(x, new Float64Array(x.columns).fill(1));
  }

  /** The features of n points, each times the scale of its coordinate, `n x width`. */
  scaled(x: Matrix, scales: Float64Array): Float64Array {
    const out = new Float64Array(x.rows * this.width);
    for (let i = 0; i < x.rows; i++) this.write(x.data, i * x.columns, out, i * this.width, scales);
    return out;
  }

  /** From derivatives by scaled features to derivatives by the coordinates of `u`, written to `out` (d numbers). */
  pullBack(u: Float64Array, byFeature: Float64Array, scales: Float64Array, out: Float64Array): void {
    const active = this.active(u);
    for (let j = 0; j < this.#starts.length; j++) {
      const from = this.#starts[j];
      const features = this.#features[j];
      if (features === undefined) out[j] = byFeature[from] * scales[j];
      else out[j] = active?.[j] === false ? 0 : features.slope(u[j], byFeature, from, scales[j]);
    }
  }
}

/** Level of a categorical coordinate, 0 .. levels-1. */
export function levelAt(u: number, levels: number): number {
  return Math.min(levels - 1, Math.max(0, Math.floor(u * levels)));
}

/** The features that the kind of a coordinate asks for; none where it is its own. */
function usual(
  { kind, levels, periodic, conditional }: Column,
  canBeInactive: boolean,
): CoordinateFeatures | undefined {
  if (kind === 'categorical') return levels === 2 && !(conditional && canBeInactive) ? SIDES : new Corners(levels);
  return periodic ? CIRCLE : undefined;
}

/** A circle of circumference 1. */
const CIRCLE: CoordinateFeatures = {
  width: 2,
  write(u, out, at, scale) {
    const angle = 2 * Math.PI * u;
    out[at] = (scale * Math.cos(angle)) / (2 * Math.PI);
    out[at + 1] = (scale * Math.sin(angle)) / (2 * Math.PI);
  },
  slope(u, byFeature, at, scale) {
    const angle = 2 * Math.PI * u;
    return (Math.cos(angle) * byFeature[at + 1] - Math.sin(angle) * byFeature[at]) * scale;
  },
  terms(u, scale) {
    const angle = multiply(2 * Math.PI, u);
    return [cos, sin].map((wave) => divide(multiply(scale, wave(angle)), 2 * Math.PI));
  },
};

/** Two levels, at distance 1. */
const SIDES: CoordinateFeatures = {
  width: 1,
  write(u, out, at, scale) {
    out[at] = levelAt(u, 2) * scale;
  },
  slope: () => 0,
  terms: (u, scale) => [choose(u, 'less', 0.5, 0, scale)],
};

/** The corners of a regular simplex with edges of length 1. */
class Corners implements CoordinateFeatures {
  readonly width: number;

  constructor(levels: number) {
    this.width = levels;
  }

  write(u: number, out: Float64Array, at: number, scale: number): void {
    for (let k = 0; k < this.width; k++) out[at + k] = 0;
    out[at + levelAt(u, this.width)] = scale * Math.SQRT1_2;
  }

  slope(): number {
    return 0;
  }

  terms(u: Term, scale: number): Term[] {
    return levelTerms(u, this.width, (level, k) => (level === k ? scale * Math.SQRT1_2 : 0));
  }
}

/** `width` numbers that each level of a category has. */
export function levelTerms(u: Term, levels: number, value: (level: number, k: number) => number): Term[] {
  return Array.from({ length: levels }, (_, k) => levelTerm(u, levels, (level) => value(level, k)));
}

/** A number that each level of a category has, by the coordinate of the level. */
export function levelTerm(u: Term, levels: number, value: (level: number) => number): Term {
  let of: Term = { kind: 'number', value: value(levels - 1) };
  for (let level = levels - 2; level >= 0; level--) of = choose(u, 'less', (level + 1) / levels, value(level), of);
  return of;
}
