import {
  add,
  along,
  choose,
  each,
  exp,
  log,
  map,
  max,
  multiply,
  negate,
  number,
  product,
  sqrt,
  square,
  subtract,
  sum,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { PolynomialBasis } from '../../numerics/interpolation/polynomial-basis.ts';
import {
  type RadialBasis,
  type RadialKernel,
  type RadialWeights,
  radialKernel,
} from '../../numerics/interpolation/radial-basis.ts';

/** The interpolant of standardized numbers at scaled features, and its squared power function there. */
export function radialTerms(
  basis: RadialBasis,
  { weights, tail }: RadialWeights,
  z: readonly Term[],
): { readonly mean: Term; readonly power: Term } {
  const { x, kernel, polynomial } = basis;
  const axis = { length: x.rows };
  const squares = z.map((one, f) => square(subtract(one, along(axis, x.column(f)))));
  const values = map(axis, kernelTerm(kernel, total(squares)));
  const f = each(values);
  const p = tailTerms(polynomial, z);
  const weighted = (of: Float64Array) => sum(axis, multiply(along(axis, of), f));
  const mean = add(weighted(weights), total(p.map((one, t) => multiply(tail[t], one))));
  const { white, cross, shift, square: quadratic } = basis.powerForm();
  const linear = total(p.map((one, t) => multiply(multiply(2, one), weighted(cross[t]))));
  const tails = total(p.flatMap((a, t) => p.map((b, s) => multiply(multiply(quadratic[t][s], a), b))));
  const rest = subtract(add(kernelAtZero(kernel), tails), linear);
  if (basis.freedom === 0) return { mean, power: max(0, rest) };
  const left = { length: basis.freedom };
  const whitened = product(left, transposed(white, x.rows, basis.freedom), values);
  const shifted = subtract(each(whitened), total(p.map((one, t) => multiply(along(left, shift[t]), one))));
  return { mean, power: max(0, subtract(rest, sum(left, square(shifted)))) };
}

/** See {@link radialKernel}. */
function kernelTerm(kernel: RadialKernel, of: Term): Term {
  switch (kernel) {
    case 'cubic':
      return multiply(of, sqrt(of));
    case 'thin-plate':
      return choose(1e-300, 'less', of, multiply(of, multiply(0.5, log(of))), 0);
    case 'gaussian':
      return exp(negate(of));
    case 'multiquadric':
      return negate(sqrt(add(1, of)));
  }
}

function kernelAtZero(kernel: RadialKernel): number {
  const out = { value: 0, slope: 0 };
  radialKernel(kernel, 0, out);
  return out.value;
}

/** The terms of the tail at a point; see {@link PolynomialBasis}. */
function tailTerms({ terms, center, scale }: PolynomialBasis, z: readonly Term[]): Term[] {
  const factor = (j: number) => (j < 0 ? number(1) : multiply(subtract(z[j], center[j]), scale[j]));
  return terms.map(([j, k]) => multiply(factor(j), factor(k)));
}

function transposed(of: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: of.length }, (_, at) => of[(at % rows) * columns + Math.floor(at / rows)]);
}
