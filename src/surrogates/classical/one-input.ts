import { decodeValue } from '../../core/space/coordinate.ts';
import type { Parameter } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { median } from '../../numerics/statistics.ts';
import { type Curve, curveThrough, type Regressions } from './curves.ts';
import type { CurveKind } from './kinds.ts';

/** A coordinate that is a number, and how it stands in a curve. */
export interface NumericInput {
  readonly name: string;
  readonly coordinate: number;
  /** What the curve is a function of, from the coordinate. */
  at(u: number): number;
}

/**
 * The numeric inputs: a power law takes them in the author's units, all other curves from -1 to 1, along their logarithm where that is
 * their scale.
 */
export function numericInputs(kind: CurveKind, space: Space): NumericInput[] {
  const specs: readonly Parameter[] = Object.values(space.parameters);
  return space.columns.flatMap(({ name, kind: type }, coordinate): NumericInput[] => {
    if (type === 'categorical') return [];
    const spec = specs[coordinate];
    return [{ name, coordinate, at: kind === 'power' ? (u) => decodeValue(spec, u) as number : (u) => 2 * u - 1 }];
  });
}

/** A curve and the input that it is of. */
export interface OneInput {
  readonly input: NumericInput;
  readonly curve: Curve;
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
  x: Matrix,
  y: Float64Array,
  rng: Rng,
): OneInput | undefined {
  const isRobust = kind === 'theil-sen' || kind === 'robust-polynomial';
  let best: OneInput | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const input of inputs) {
    const values = x.column(input.coordinate).map(input.at);
    const curve = curveThrough(kind, of, values, y, { degree, rng: rng.child(input.name) });
    if (!curve) continue;
    const residuals = Array.from(y, (answer, i) => Math.abs(answer - curve(values[i])));
    const distance = isRobust ? median(residuals) : residuals.reduce((sum, r) => sum + r * r, 0);
    if (distance < least) [best, least] = [{ input, curve }, distance];
  }
  return best;
}
