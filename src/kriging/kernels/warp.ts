import { max, min, multiply, power, subtract, type Term } from '../../core/graph/term.ts';
import type { FittedFeatures } from './embedding.ts';

/** Coordinates this close to 0 or 1 are moved there, where slopes may be infinite. */
const EDGE = 1e-6;

/** A coordinate stretched in some places and drawn together in others: `1 - (1 - u^a)^b` [Snoek2014]. The parameters are ln a and ln b. */
export class Warp implements FittedFeatures {
  readonly kind = 'warp';
  readonly width = 1;
  readonly parameters: Float64Array;
  readonly prior = { mean: 0, deviation: 0.75, lower: -1.5, upper: 2.2 };
  readonly #a: number;
  readonly #b: number;

  constructor(parameters: Float64Array = new Float64Array(2)) {
    this.parameters = parameters;
    this.#a = Math.exp(parameters[0]);
    this.#b = Math.exp(parameters[1]);
  }

  with(parameters: Float64Array): Warp {
    return new Warp(parameters);
  }

  write(u: number, out: Float64Array, at: number, scale: number): void {
    out[at] = scale * (1 - (1 - inside(u) ** this.#a) ** this.#b);
  }

  slope(u: number, byFeature: Float64Array, at: number, scale: number): number {
    const v = inside(u);
    const power = v ** this.#a;
    return ((byFeature[at] * scale * this.#a * this.#b * power) / v) * (1 - power) ** (this.#b - 1);
  }

  terms(u: Term, scale: number): Term[] {
    const rest = subtract(1, power(min(1 - EDGE, max(EDGE, u)), this.#a));
    return [multiply(scale, subtract(1, power(rest, this.#b)))];
  }

  addParameterSlopes(
    u: number,
    byFeature: Float64Array,
    at: number,
    scale: number,
    out: Float64Array,
    outAt: number,
  ): void {
    const v = inside(u);
    const power = v ** this.#a;
    const rest = (1 - power) ** (this.#b - 1);
    const by = byFeature[at] * scale * this.#b;
    out[outAt] += by * rest * power * this.#a * Math.log(v);
    out[outAt + 1] -= by * rest * (1 - power) * Math.log1p(-power);
  }
}

function inside(u: number): number {
  return Math.min(1 - EDGE, Math.max(EDGE, u));
}
