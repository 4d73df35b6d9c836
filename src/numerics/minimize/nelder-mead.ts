/** The simplex method of Nelder and Mead as a step function. */

import { type AskTell, askedPoints, orderedValues, progressed, type SearchState } from './ask-tell.ts';

export interface NelderMeadOptions {
  /** The first vertex, d coordinates. */
  start: ArrayLike<number>;
  /** The length of the first simplex along each axis; default 0.1. It points inwards where it would leave the bounds. */
  size?: number;
  /** All d + 1 vertices of the first simplex, in place of `size`. */
  simplex?: readonly ArrayLike<number>[];
  /** Lower bounds, kept by projection; default none. */
  lower?: ArrayLike<number>;
  /** Upper bounds, kept by projection; default none. */
  upper?: ArrayLike<number>;
  /** Coefficients that depend on d, for more than about five dimensions [GaoHan2012]; default false. */
  adaptive?: boolean;
  /** Stops when no vertex differs from the best by more than this in any coordinate ...; default 1e-8. */
  pointTolerance?: number;
  /** ... and by more than this in its value; default 1e-8. */
  valueTolerance?: number;
}

type Phase = 'simplex' | 'reflect' | 'expand' | 'contract outside' | 'contract inside' | 'shrink';

export interface NelderMeadState extends SearchState {
  /** What the asked points are for. */
  readonly phase: Phase;
  /** The vertices with a value, the best first. */
  readonly vertices: readonly Float64Array[];
  readonly values: readonly number[];
  /** The reflected point while it is compared with another one. */
  readonly reflected?: { readonly point: Float64Array; readonly value: number };
  /** How often the simplex was changed: the iterations that the method's literature counts. */
  readonly moves: number;
}

/**
 * Nelder-Mead with reflection, expansion, contraction and shrinking [NelderMead1965]. It starts no new simplex by itself: when
 * `stop` is set, the caller may begin again from `best`.
 */
export function nelderMead(options: NelderMeadOptions): AskTell<NelderMeadState> {
  const method = new Simplex(options);
  return {
    initial: () => method.initial(),
    ask: askedPoints,
    tell: (state, values) => method.tell(state, orderedValues(state, values)),
  };
}

/** The constants of one search. */
class Simplex {
  readonly #first: Float64Array[];
  readonly #lower?: ArrayLike<number>;
  readonly #upper?: ArrayLike<number>;
  readonly #expansion: number;
  readonly #contraction: number;
  readonly #shrinkage: number;
  readonly #pointTolerance: number;
  readonly #valueTolerance: number;

  constructor({ start, size = 0.1, simplex, lower, upper, adaptive = false, ...tolerances }: NelderMeadOptions) {
    const d = start.length;
    this.#lower = lower;
    this.#upper = upper;
    this.#pointTolerance = tolerances.pointTolerance ?? 1e-8;
    this.#valueTolerance = tolerances.valueTolerance ?? 1e-8;
    this.#expansion = adaptive ? 1 + 2 / d : 2;
    this.#contraction = adaptive ? 0.75 - 1 / (2 * d) : 0.5;
    this.#shrinkage = adaptive ? 1 - 1 / d : 0.5;
    if (d === 0) throw new RangeError('a simplex needs at least one dimension');
    if (simplex && (simplex.length !== d + 1 || simplex.some((vertex) => vertex.length !== d)))
      throw new RangeError(`a simplex in ${d} dimensions has ${d + 1} vertices of ${d} coordinates`);
    this.#first = simplex
      ? simplex.map((vertex) => this.#project(Float64Array.from(vertex)))
      : this.#axes(this.#project(Float64Array.from(start)), size);
  }

  #project(point: Float64Array): Float64Array {
    for (let i = 0; i < point.length; i++) {
      if (this.#lower && point[i] < this.#lower[i]) point[i] = this.#lower[i];
      if (this.#upper && point[i] > this.#upper[i]) point[i] = this.#upper[i];
    }
    return point;
  }

  #axes(start: Float64Array, size: number): Float64Array[] {
    const vertices = [start];
    for (let i = 0; i < start.length; i++) {
      const vertex = start.slice();
      vertex[i] += this.#upper && start[i] + size > this.#upper[i] ? -size : size;
      vertices.push(this.#project(vertex));
    }
    return vertices;
  }

  initial(): NelderMeadState {
    const points = this.#first;
    const nothing = { iteration: 0, evaluations: 0, best: points[0], bestValue: Number.POSITIVE_INFINITY };
    return { ...nothing, points, phase: 'simplex', vertices: [], values: [], moves: 0 };
  }

  tell(state: NelderMeadState, told: Float64Array): NelderMeadState {
    const next = { ...state, ...progressed(state, told) };
    const [point] = state.points;
    const [value] = told;
    switch (state.phase) {
      case 'simplex':
        return this.#sorted(next, state.points, [...told]);
      case 'shrink':
        return this.#sorted(
          { ...next, moves: state.moves + 1 },
          [state.vertices[0], ...state.points],
          [state.values[0], ...told],
        );
      case 'reflect':
        return this.#afterReflection(next, point, value);
      case 'expand': {
        const reflected = state.reflected as { point: Float64Array; value: number };
        return value < reflected.value
          ? this.#replaced(next, point, value)
          : this.#replaced(next, reflected.point, reflected.value);
      }
      case 'contract outside':
        return state.reflected && value <= state.reflected.value
          ? this.#replaced(next, point, value)
          : this.#shrunk(next);
      case 'contract inside':
        return value < state.values[state.values.length - 1] ? this.#replaced(next, point, value) : this.#shrunk(next);
    }
  }

  #afterReflection(state: NelderMeadState, point: Float64Array, value: number): NelderMeadState {
    const { values } = state;
    const d = point.length;
    const reflected = { point, value };
    if (value < values[0]) return this.#trial({ ...state, reflected }, 'expand', this.#expansion);
    if (value < values[d - 1]) return this.#replaced(state, point, value);
    if (value < values[d]) return this.#trial({ ...state, reflected }, 'contract outside', this.#contraction);
    return this.#trial(state, 'contract inside', -this.#contraction);
  }

  /** Asks for the point `c + factor (c - worst)`, with c the centroid of all vertices but the worst. */
  #trial(state: NelderMeadState, phase: Phase, factor: number): NelderMeadState {
    const { vertices } = state;
    const d = vertices.length - 1;
    const point = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += vertices[j][i];
      point[i] = (1 + factor) * (sum / d) - factor * vertices[d][i];
    }
    return { ...state, phase, points: [this.#project(point)] };
  }

  #replaced(state: NelderMeadState, point: Float64Array, value: number): NelderMeadState {
    const vertices = [...state.vertices.slice(0, -1), point];
    return this.#sorted({ ...state, moves: state.moves + 1 }, vertices, [...state.values.slice(0, -1), value]);
  }

  #shrunk(state: NelderMeadState): NelderMeadState {
    const [best, ...others] = state.vertices;
    const points = others.map((vertex) => vertex.map((v, i) => best[i] + this.#shrinkage * (v - best[i])));
    return { ...state, phase: 'shrink', points, reflected: undefined };
  }

  /** Sorts the vertices (equal values keep their order), checks the tolerances and asks for the next reflection. */
  #sorted(state: NelderMeadState, vertices: readonly Float64Array[], values: readonly number[]): NelderMeadState {
    const order = values.map((_, i) => i).sort((a, b) => (values[a] === values[b] ? a - b : values[a] - values[b]));
    const next = {
      ...state,
      vertices: order.map((i) => vertices[i]),
      values: order.map((i) => values[i]),
      reflected: undefined,
    };
    return { ...this.#trial(next, 'reflect', 1), stop: this.#isSmall(next) ? 'simplex is small' : undefined };
  }

  #isSmall({ vertices, values }: NelderMeadState): boolean {
    const [best] = vertices;
    const size = Math.max(...vertices.map((vertex) => Math.max(...vertex.map((v, i) => Math.abs(v - best[i])))));
    return size <= this.#pointTolerance && values[values.length - 1] - values[0] <= this.#valueTolerance;
  }
}
