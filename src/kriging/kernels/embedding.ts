import { type CoordinateFeatures, FeatureMap } from '../../core/space/feature-map.ts';
import type { Column, Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** How one number is searched: a normal prior, and bounds. */
export interface SearchPrior {
  readonly mean: number;
  readonly deviation: number;
  readonly lower: number;
  readonly upper: number;
}

/** What a coordinate is embedded by. */
export type EmbeddingKind = 'hypersphere' | 'arc' | 'warp';

/** Features of a coordinate that a few numbers describe, which are fitted to the data. */
export interface FittedFeatures extends CoordinateFeatures {
  readonly kind: EmbeddingKind;
  readonly parameters: Float64Array;
  /** Of all parameters. */
  readonly prior: SearchPrior;
  /** How alike the levels of a category are, `levels x levels`, at most 1. */
  readonly similarity?: Matrix;
  /** The same with other parameters. */
  with(parameters: Float64Array): FittedFeatures;
  /** Adds the derivatives by the parameters to `out[outAt ...]`, from those by the scaled features at `u`, `byFeature[at ...]`. */
  addParameterSlopes(
    u: number,
    byFeature: Float64Array,
    at: number,
    scale: number,
    out: Float64Array,
    outAt: number,
  ): void;
}

/** The fitted embedding of a coordinate. */
export interface EmbeddedCoordinate {
  readonly name: string;
  readonly kind: EmbeddingKind;
  /** Angles of a hypersphere, the log odds of an arc's r, or ln a and ln b of a warp. */
  readonly parameters: Float64Array;
  /** How alike the levels of a category are, `levels x levels`: 1 where the answers are the same, 0 where they are not known to be alike. */
  readonly similarity?: Matrix;
}

/** The fitted features of a coordinate as plain data. */
export interface FittedState {
  readonly coordinate: number;
  readonly kind: EmbeddingKind;
  readonly width: number;
  readonly parameters: Float64Array;
}

/** Feature maps of a space that differ in the numbers behind the features of some of its coordinates. */
export class Embedding {
  readonly map: FeatureMap;
  readonly #columns: readonly Column[];
  readonly #space: Space | undefined;
  readonly #fitted: ReadonlyMap<number, FittedFeatures>;

  constructor(columns: readonly Column[], fitted: ReadonlyMap<number, FittedFeatures>, space?: Space) {
    this.#columns = columns;
    this.#space = space;
    this.#fitted = fitted;
    this.map = new FeatureMap(columns, { replaced: fitted, ...(space && { space }) });
  }

  /** The numbers, coordinate after coordinate. */
  get parameters(): Float64Array<ArrayBuffer> {
    return Float64Array.of(...[...this.#fitted.values()].flatMap(({ parameters }) => [...parameters]));
  }

  /** The prior of each. */
  get priors(): readonly SearchPrior[] {
    return [...this.#fitted.values()].flatMap(({ parameters, prior }) => new Array(parameters.length).fill(prior));
  }

  /** What has been fitted to coordinates. */
  get coordinates(): readonly EmbeddedCoordinate[] {
    return [...this.#fitted].map(([j, { kind, parameters, similarity }]) => ({
      ...{ name: this.#columns[j].name, kind, parameters },
      ...(similarity && { similarity }),
    }));
  }

  /** The features that are fitted, as plain data. */
  get state(): readonly FittedState[] {
    return [...this.#fitted].map(([coordinate, { kind, width, parameters }]) => ({
      ...{ coordinate, kind, width, parameters },
    }));
  }

  /** The same with other numbers. */
  with(parameters: Float64Array): Embedding {
    let from = 0;
    const fitted = [...this.#fitted].map(([j, features]) => {
      const to = from + features.parameters.length;
      const changed = [j, features.with(parameters.slice(from, to))] as const;
      from = to;
      return changed;
    });
    return new Embedding(this.#columns, new Map(fitted), this.#space);
  }

  /** The same with more coordinates. */
  and(more: Embedding): Embedding {
    return new Embedding(this.#columns, new Map([...this.#fitted, ...more.#fitted]), this.#space);
  }

  /** Derivatives by the numbers, from those by the scaled features of the rows of `x`, `n x width`. */
  slopes(x: Matrix, byFeature: Float64Array, scales: Float64Array): Float64Array {
    const { map } = this;
    const out = new Float64Array(this.priors.length);
    for (let i = 0; i < x.rows; i++) {
      const active = map.active(x.data, i * x.columns);
      let outAt = 0;
      for (const [j, features] of this.#fitted) {
        if (active?.[j] !== false)
          features.addParameterSlopes(x.get(i, j), byFeature, i * map.width + map.start(j), scales[j], out, outAt);
        outAt += features.parameters.length;
      }
    }
    return out;
  }
}
