import type { Expression, Names, Problem } from '../core/problem.ts';
import type { Space } from '../core/space.ts';
import type { RadialWeights } from '../numerics/radial-basis.ts';
import { RadialInterpolant } from '../numerics/radial-interpolant.ts';
import { basesAround, type LocalBasis, type Reach } from './constrained-bases.ts';
import type { Evidence } from './constrained-data.ts';
import { constraintForms, type InvertibleTransform, objectiveForms } from './constrained-transform.ts';
import type { FeatureMap } from './feature-map.ts';

/** Step of the finite differences of closed forms, in the unit cube. */
const STEP = 1e-6;

/** A column with the interpolant chosen for it. */
interface Choice {
  readonly column: number;
  readonly base: LocalBasis;
  readonly transform: InvertibleTransform;
  readonly fit: RadialWeights;
  /** By how much the row nearest to the center is missed when it is left out, in the units of the column. */
  readonly nearest: number;
}

/** The choices that share a basis: distances are computed once for all of them. */
interface Group {
  readonly base: LocalBasis;
  readonly choices: readonly Choice[];
  readonly interpolant: RadialInterpolant;
  /** Room for a point in the basis's coordinates, and for values and gradients there. */
  readonly local: Float64Array;
  readonly own: Float64Array;
  readonly gradients: Float64Array;
}

/** What the objective and the constraints are believed to be. */
export class ConstrainedModel {
  /** 1 + constraints. */
  readonly size: number;
  /** The leave-one-out error of each column at the row nearest to the center, in the column's units; 0 for closed forms. */
  readonly errors: Float64Array;
  readonly #space: Space;
  readonly #map: FeatureMap;
  readonly #groups: readonly Group[];
  /** Closed forms, undefined where a column is modelled. */
  readonly #exact: readonly (Expression | undefined)[];

  constructor(problem: Problem, evidence: Evidence, map: FeatureMap, center: Float64Array, reach: Reach) {
    this.#space = problem.space;
    this.#map = map;
    this.size = evidence.values.columns;
    this.#exact = [problem.objectives[0], ...problem.constraints].map((expression) =>
      expression.reads.length === 0 ? expression : undefined,
    );
    const bases = basesAround(map.of(evidence.x), map.at(center), reach);
    const choices = [...this.#exact.keys()]
      .filter((column) => !this.#exact[column])
      .map((column) => choose(bases, evidence, column));
    this.errors = new Float64Array(this.size);
    for (const { column, nearest } of choices) this.errors[column] = nearest;
    this.#groups = bases.flatMap((base): Group[] => {
      const own = choices.filter((choice) => choice.base === base);
      const fits = own.map(({ fit }) => fit);
      if (own.length === 0) return [];
      const room = (size: number) => new Float64Array(size);
      return [
        {
          base,
          choices: own,
          interpolant: new RadialInterpolant(base.basis, fits),
          local: room(map.width),
          own: room(own.length),
          gradients: room(own.length * map.width),
        },
      ];
    });
  }

  /** Writes the objective and the constraints at u, in their own units, and their gradients by u (row-major). */
  evaluate(u: Float64Array, values: Float64Array, jacobian?: Float64Array): void {
    const d = u.length;
    const w = this.#map.width;
    const z = this.#map.at(u);
    for (const { base, choices, interpolant, local, own, gradients } of this.#groups) {
      for (let j = 0; j < w; j++) local[j] = (z[j] - base.center[j]) / base.scale;
      interpolant.evaluate(local, own, jacobian && gradients);
      for (let c = 0; c < choices.length; c++) {
        const { column, transform } = choices[c];
        values[column] = transform.invert(own[c]);
        if (!jacobian) continue;
        const slope = transform.inverseSlope(own[c]) / base.scale;
        const row = gradients.subarray(c * w, (c + 1) * w);
        for (let j = 0; j < w; j++) row[j] *= slope;
        this.#map.pullBack(u, row, jacobian.subarray(column * d, (column + 1) * d));
      }
    }
    if (this.#exact.some(Boolean)) this.#closedForms(u, values, jacobian);
  }

  #closedForms(u: Float64Array, values: Float64Array, jacobian: Float64Array | undefined): void {
    const d = u.length;
    const at = (v: Float64Array) => {
      const point = this.#space.decode(v) as Names;
      return this.#exact.map((expression) => expression?.evaluate(point, {}) ?? 0);
    };
    const here = at(u);
    const write = (to: Float64Array, stride: number, from: readonly number[], factor: number, offset: number) =>
      this.#exact.forEach((expression, c) => {
        if (expression) to[c * stride + offset] = factor * from[c];
      });
    write(values, 1, here, 1, 0);
    if (!jacobian) return;
    for (let j = 0; j < d; j++) {
      // The model has no slope in a discrete coordinate: a closed form is asked at whole levels only.
      const isReal = this.#space.columns[j].levels === Number.POSITIVE_INFINITY;
      const [low, high] = isReal ? [Math.max(0, u[j] - STEP), Math.min(1, u[j] + STEP)] : [u[j], u[j]];
      const side = (value: number) => at(u.map((v, k) => (k === j ? value : v)));
      const [above, below] = isReal ? [side(high), side(low)] : [here, here];
      const differences = above.map((value, c) => value - below[c]);
      write(jacobian, d, differences, isReal ? 1 / (high - low) : 0, j);
    }
  }
}

/** The basis and the transform whose leave-one-out errors near the center are least, in the units of the column. */
function choose(bases: readonly LocalBasis[], evidence: Evidence, column: number): Choice {
  const values = evidence.values.column(column);
  const forms = column === 0 ? objectiveForms(values) : constraintForms(evidence.scales[column]);
  let best: (Choice & { readonly score: number }) | undefined;
  for (const base of bases)
    for (const transform of forms) {
      const fit = base.basis.fit(Float64Array.from(base.rows, (i) => transform.apply(values[i])));
      const errors = Array.from({ length: base.judges }, (_, i) => {
        if (!(base.diagonal[i] > 0)) return Number.POSITIVE_INFINITY;
        const missed = Math.abs(fit.weights[i] / base.diagonal[i]);
        return missed * Math.exp(-transform.logSlope(values[base.rows[i]]));
      });
      const score = median(errors);
      const nearest = Number.isFinite(errors[0]) ? errors[0] : 0;
      if (!best || score < best.score) best = { column, base, transform, fit, nearest, score };
    }
  return best as Choice;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
