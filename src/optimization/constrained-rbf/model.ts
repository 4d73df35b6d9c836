import type { Expression, Names, Problem } from '../../core/problem.ts';
import type { FeatureMap } from '../../core/space/feature-map.ts';
import type { Space } from '../../core/space/space.ts';
import type { RadialWeights } from '../../numerics/interpolation/radial-basis.ts';
import { RadialInterpolant } from '../../numerics/interpolation/radial-interpolant.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { axesAround, backFrom } from './axes.ts';
import { basesAround, type LocalBasis, localOf } from './bases.ts';
import type { Evidence } from './evidence.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';
import { constraintForms, type InvertibleTransform, objectiveForms } from './transform.ts';

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
  /** The median of the errors of rows near the center when they are left out, in the units of the column. */
  readonly typical: number;
  /** The mean square of those errors over the squared power function where they were made, in the transform's units. */
  readonly variance: number;
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
  /** What there is to choose from for each column, the one that is believed first; empty for closed forms. */
  readonly #candidates: readonly Choice[][];
  /** Least and largest value of each column that is believed. */
  readonly #believable: readonly (readonly [number, number])[];
  readonly #space: Space;
  readonly #map: FeatureMap;
  /** A factor of 1 for each coordinate. */
  readonly #unscaled: Float64Array;
  #groups: readonly Group[] = [];
  /** Closed forms, undefined where a column is modeled. */
  readonly #exact: readonly (Expression | undefined)[];

  /** The model is judged near the center, and believed for steps of at most `radius`. */
  constructor(problem: Problem, evidence: Evidence, map: FeatureMap, center: Float64Array, radius: number) {
    this.#space = problem.space;
    this.#map = map;
    this.#unscaled = new Float64Array(problem.space.dimension).fill(1);
    this.size = evidence.values.columns;
    this.#exact = [problem.objectives[0], ...problem.constraints].map((expression) =>
      expression.reads.length === 0 ? expression : undefined,
    );
    const z = new Matrix(evidence.x.rows, map.width, map.of(evidence.x));
    // Where limits are modeled the best rows lie along them, and tell nothing of valleys.
    const isPlain = this.#exact.slice(1).every(Boolean);
    const axes = isPlain ? axesAround(z, evidence.values.column(0), map.at(center)) : undefined;
    const bases = basesAround(z, map.at(center), axes);
    this.#candidates = this.#exact.map((exact, column) => (exact ? [] : candidatesFor(bases, evidence, column)));
    this.#believable = believableRanges(evidence, center, 3 * (map.width + 1), radius);
    this.errors = new Float64Array(this.size);
    this.#regroup();
  }

  /**
   * Whether every column is within what is believed at u, and no other choice knows much better there; those that are not go on to
   * the best of their other choices while there is one.
   */
  trust(u: Float64Array): boolean {
    const z = this.#map.at(u);
    const powers = new Map<LocalBasis, number>();
    const values = new Float64Array(this.size);
    this.evaluate(u, values);
    let rejected = false;
    this.#candidates.forEach((candidates, column) => {
      if (candidates.length < 2) return;
      const [least, most] = this.#believable[column];
      const doubts = candidates.map((choice) => doubtAt(choice, z, powers));
      const [first, ...others] = doubts;
      const second = Math.min(...others);
      if (
        values[column] >= least &&
        values[column] <= most &&
        first <= CONSTRAINED_RBF_POLICY.model.doubtfulRatio * second
      )
        return;
      candidates.unshift(...candidates.splice(doubts.indexOf(second, 1), 1));
      candidates.splice(1, 1);
      rejected = true;
    });
    if (rejected) this.#regroup();
    return !rejected;
  }

  #regroup(): void {
    const choices = this.#candidates.flatMap((candidates) => candidates.slice(0, 1));
    for (const { column, nearest } of choices) this.errors[column] = nearest;
    const room = (size: number) => new Float64Array(size);
    this.#groups = [...new Set(choices.map(({ base }) => base))].map((base): Group => {
      const own = choices.filter((choice) => choice.base === base);
      const fits = own.map(({ fit }) => fit);
      const w = this.#map.width;
      return {
        base,
        choices: own,
        interpolant: new RadialInterpolant(base.basis, fits),
        local: room(w),
        own: room(own.length),
        gradients: room(own.length * w),
      };
    });
  }

  /** Writes the objective and the constraints at u, in their own units, and their gradients by u (row-major). */
  evaluate(u: Float64Array, values: Float64Array, jacobian?: Float64Array): void {
    const d = u.length;
    const w = this.#map.width;
    const z = this.#map.at(u);
    for (const { base, choices, interpolant, local, own, gradients } of this.#groups) {
      localOf(base, z, local);
      interpolant.evaluate(local, own, jacobian && gradients);
      for (let c = 0; c < choices.length; c++) {
        const { column, transform } = choices[c];
        values[column] = transform.invert(own[c]);
        if (!jacobian) continue;
        const slope = transform.inverseSlope(own[c]) / base.scale;
        const row = gradients.subarray(c * w, (c + 1) * w);
        for (let j = 0; j < w; j++) row[j] *= slope;
        if (base.axes) row.set(backFrom(base.axes, row));
        this.#map.pullBack(u, row, this.#unscaled, jacobian.subarray(column * d, (column + 1) * d));
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

/** Bases and transforms by their leave-one-out errors near the center, in the units of the column, least first. */
function candidatesFor(bases: readonly LocalBasis[], evidence: Evidence, column: number): Choice[] {
  const values = evidence.values.column(column);
  const forms = column === 0 ? objectiveForms(values) : constraintForms(evidence.scales[column]);
  return bases
    .flatMap((base) =>
      forms.map((transform) => {
        const fit = base.basis.fit(Float64Array.from(base.rows, (i) => transform.apply(values[i])));
        const errors = Array.from({ length: base.judges }, (_, i) => {
          if (!(base.diagonal[i] > 0)) return Number.POSITIVE_INFINITY;
          const missed = Math.abs(fit.weights[i] / base.diagonal[i]);
          return missed * Math.exp(-transform.logSlope(values[base.rows[i]]));
        });
        const nearest = Number.isFinite(errors[0]) ? errors[0] : 0;
        const variance = base.diagonal.reduce((sum, own, i) => sum + (own > 0 ? fit.weights[i] ** 2 / own : 0), 0);
        return { column, base, transform, fit, nearest, typical: median(errors), variance: variance / base.judges };
      }),
    )
    .sort((a, b) => (a.typical < b.typical ? -1 : a.typical > b.typical ? 1 : 0));
}

/**
 * The error to expect of a choice at the features z, in the units of the column: at least the typical one. It grows away from the
 * rows, above all beside a line or plane that they are near, where leave-one-out errors are blind.
 */
function doubtAt(
  { base, transform, fit, variance, typical }: Choice,
  z: Float64Array,
  powers: Map<LocalBasis, number>,
): number {
  const local = new Float64Array(z.length);
  localOf(base, z, local);
  const power = powers.get(base) ?? base.basis.power(local);
  powers.set(base, power);
  const value = new Float64Array(1);
  new RadialInterpolant(base.basis, [fit]).evaluate(local, value);
  return Math.max(typical, Math.sqrt(variance * power) * transform.inverseSlope(value[0]));
}

/**
 * For each column the range of its values at the nearest rows and at those within reach of a step, and twice as much on either
 * side: rows near a plane leave a model free to invent anything beside it, and their leave-one-out errors do not show that.
 */
function believableRanges(
  { x, values }: Evidence,
  center: Float64Array,
  least: number,
  radius: number,
): (readonly [number, number])[] {
  const distance = Float64Array.from({ length: x.rows }, (_, i) => {
    const row = x.row(i);
    return row.reduce((most, v, j) => Math.max(most, Math.abs(v - center[j])), 0);
  });
  const sorted = distance.slice().sort();
  const reach = Math.max(2 * radius, sorted[Math.min(least, x.rows) - 1]);
  return Array.from({ length: values.columns }, (_, column) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < x.rows; i++) {
      if (distance[i] > reach) continue;
      low = Math.min(low, values.get(i, column));
      high = Math.max(high, values.get(i, column));
    }
    const room = 2 * (high - low);
    return [low - room, high + room];
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
