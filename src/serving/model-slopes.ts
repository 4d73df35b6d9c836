import type { Dataset } from '../core/dataset.ts';
import { stretchOf } from '../core/derivative.ts';
import type { DifferentiableModel } from '../core/model.ts';
import type { Parameter, Scalar } from '../core/space/parameter.ts';
import type { ReadPoint } from './point-reader.ts';
import type { Slopes } from './served.ts';

/**
 * Steps along a coordinate for differences of slopes, of fourth order inside and of second at an end of a range: large enough for slopes
 * that are differences of much larger sums, of which the last eight digits may be rounding.
 */
const STEP = 2e-3;
const STEP_AT_END = 3e-4;

/** How a real parameter moves its coordinate, per unit: first and second derivative; undefined of those that do not. */
type Rate = { readonly first: number; readonly second: number } | undefined;

/** The model's own derivatives in the author's units; undefined where an output is a class or a formula, or nothing is real. */
export function modelSlopes(model: DifferentiableModel, { space, outputs }: Dataset): Slopes | undefined {
  const specs = Object.values(space.parameters);
  if (outputs.some(({ classes, formula }) => classes || formula)) return undefined;
  if (!specs.some(({ kind }) => kind === 'real')) return undefined;
  const ratesAt = ({ asked, u }: ReadPoint) => specs.map((spec, j) => rateOf(spec, asked[space.names[j]], u[j]));
  const byCoordinate = (u: Float64Array) => model.posteriorGradient(u).meanGradient;
  return {
    async jacobian(point) {
      const rates = ratesAt(point);
      const slopes = byCoordinate(point.u);
      return outputs.map((_, k) => slopes.row(k).map((slope, j) => slope * (rates[j]?.first ?? 0)));
    },
    hessian(point, weights, direction) {
      const rates = ratesAt(point);
      const weighted = (u: Float64Array) => {
        const slopes = byCoordinate(u);
        return Float64Array.from(u, (_, j) => weights.reduce((sum, weight, k) => sum + weight * slopes.get(k, j), 0));
      };
      const own = weighted(point.u);
      const product = new Float64Array(specs.length);
      rates.forEach((rate, j) => {
        if (!rate || direction[j] === 0) return;
        const column = slopeAlong(weighted, point.u, j, own);
        // The chain rule: a coordinate that bends with its parameter adds to its own second derivative.
        rates.forEach((other, i) => {
          if (other) product[i] += other.first * column[i] * rate.first * direction[j];
        });
        product[j] += own[j] * rate.second * direction[j];
      });
      return product;
    },
  };
}

function rateOf(spec: Parameter, asked: Scalar | undefined, u: number): Rate {
  if (spec.kind !== 'real' || typeof asked !== 'number') return undefined;
  if (!spec.periodic && (asked < spec.lower || asked > spec.upper)) return undefined;
  const { stretch, growth } = stretchOf(spec, u);
  const first = 1 / stretch;
  return { first, second: -growth * first * first };
}

/** The derivative along coordinate j, by differences that stay in the cube; `own` is the value at u. */
function slopeAlong(
  of: (u: Float64Array) => Float64Array,
  u: Float64Array,
  j: number,
  own: Float64Array,
): Float64Array {
  const at = (step: number) => of(u.with(j, u[j] + step));
  if (u[j] >= 2 * STEP && u[j] <= 1 - 2 * STEP) {
    const [below, above, farBelow, farAbove] = [at(-STEP), at(STEP), at(-2 * STEP), at(2 * STEP)];
    return above.map((value, i) => (8 * (value - below[i]) - farAbove[i] + farBelow[i]) / (12 * STEP));
  }
  const step = u[j] < 0.5 ? STEP_AT_END : -STEP_AT_END;
  const [near, far] = [at(step), at(2 * step)];
  return own.map((value, i) => (4 * near[i] - 3 * value - far[i]) / (2 * step));
}
