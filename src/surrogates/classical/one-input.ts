import { multiply, subtract, type Term } from '../../core/graph/term.ts';
import { decodeValue } from '../../core/space/coordinate.ts';
import { decodedTerm, type PointTerms } from '../../core/space/point-terms.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { median } from '../../numerics/statistics.ts';
import { curveThrough, type Regressions } from './curves.ts';
import { type CurveState, curveAt } from './formulas.ts';
import type { CurveKind } from './kinds.ts';

/** A coordinate that is a number, and how it stands in a curve: as plain data. */
export interface NumericInput {
  readonly name: string;
  readonly coordinate: number;
  /** In the author's units; else from -1 to 1, along its logarithm where that is its scale. */
  readonly inUnits: boolean;
}

/** The numeric inputs: a power law takes them in the author's units, all other curves from -1 to 1. */
export function numericInputs(kind: CurveKind, space: Space): NumericInput[] {
  return space.columns.flatMap(({ name, kind: type }, coordinate): NumericInput[] =>
    type === 'categorical' ? [] : [{ name, coordinate, inUnits: kind === 'power' }],
  );
}

/** What a curve is a function of, at a point. */
export function inputAt(space: Space, { name, coordinate, inUnits }: NumericInput, u: ArrayLike<number>): number {
  return inUnits ? (decodeValue(space.parameters[name], u[coordinate]) as number) : 2 * u[coordinate] - 1;
}

/** The same as arithmetic. */
export function inputTerm(space: Space, { name, coordinate, inUnits }: NumericInput, { u }: PointTerms): Term {
  return inUnits ? decodedTerm(space.parameters[name], u[coordinate]) : subtract(multiply(2, u[coordinate]), 1);
}

/** A curve and the input that it is of. */
export interface OneInput {
  readonly input: NumericInput;
  readonly curve: CurveState;
}

/**
 * The curve of the input whose curve is closest to the rows: by squared residuals, or by the median absolute one where the kind disregards
 * outliers. Undefined where no input has one.
 */
export function closestCurve(
  kind: CurveKind,
  degree: number,
  of: Regressions,
  inputs: readonly NumericInput[],
  space: Space,
  x: Matrix,
  y: Float64Array,
  rng: Rng,
): OneInput | undefined {
  const isRobust = kind === 'theil-sen' || kind === 'robust-polynomial';
  let best: OneInput | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const input of inputs) {
    const values = Float64Array.from({ length: x.rows }, (_, i) => inputAt(space, input, x.row(i)));
    const curve = curveThrough(kind, of, values, y, { degree, rng: rng.child(input.name) });
    if (!curve) continue;
    const residuals = Array.from(y, (answer, i) => Math.abs(answer - curveAt(curve, values[i])));
    const distance = isRobust ? median(residuals) : residuals.reduce((sum, r) => sum + r * r, 0);
    if (distance < least) [best, least] = [{ input, curve }, distance];
  }
  return best;
}
