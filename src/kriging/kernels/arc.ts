import { cos, multiply, sin, type Term } from '../../core/graph/term.ts';
import type { FittedFeatures } from './embedding.ts';

/**
 * A number that is inactive at times, as a point of an arc of angle `pi r` and length 1 around what it is where it is inactive
 * [HutterOsborne2013]: inactive points are all the same, active ones equally far from them, and a chord from each other. The one
 * parameter is the log odds of r: the smaller it is, the less active points know of inactive ones.
 */
export class Arc implements FittedFeatures {
  readonly kind = 'arc';
  readonly width = 2;
  readonly parameters: Float64Array;
  readonly prior = { mean: 0, deviation: 2, lower: -4, upper: 4 };
  readonly #r: number;

  constructor(parameters: Float64Array = new Float64Array(1)) {
    this.parameters = parameters;
    this.#r = 1 / (1 + Math.exp(-parameters[0]));
  }

  with(parameters: Float64Array): Arc {
    return new Arc(parameters);
  }

  write(u: number, out: Float64Array, at: number, scale: number): void {
    const angle = Math.PI * this.#r;
    out[at] = (scale / angle) * Math.sin(angle * u);
    out[at + 1] = (scale / angle) * Math.cos(angle * u);
  }

  slope(u: number, byFeature: Float64Array, at: number, scale: number): number {
    const angle = Math.PI * this.#r * u;
    return scale * (Math.cos(angle) * byFeature[at] - Math.sin(angle) * byFeature[at + 1]);
  }

  terms(u: Term, scale: number): Term[] {
    const angle = Math.PI * this.#r;
    return [sin, cos].map((wave) => multiply(scale / angle, wave(multiply(angle, u))));
  }

  addParameterSlopes(
    u: number,
    byFeature: Float64Array,
    at: number,
    scale: number,
    out: Float64Array,
    outAt: number,
  ): void {
    const angle = Math.PI * this.#r;
    const [sine, cosine] = [Math.sin(angle * u), Math.cos(angle * u)];
    const bySine = u * cosine - sine / angle;
    const byCosine = -u * sine - cosine / angle;
    out[outAt] += scale * (1 - this.#r) * (bySine * byFeature[at] + byCosine * byFeature[at + 1]);
  }
}
