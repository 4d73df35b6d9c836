import type { Curve } from './curve.ts';

/** The assisted search against the best direct one at equal quality: how many runs each took to the same value. */
export interface Race {
  /** The direct optimizer that came out best. */
  readonly direct: string;
  /** Its best value at its budget, in the user's sense; null when it found nothing feasible. */
  readonly directBest: number | null;
  /** What counts as reached: within `RACE_TOLERANCE` of `directBest`. */
  readonly target: number | null;
  /** Simulator runs until the target, failed runs included; null when it was not reached (censored). */
  readonly directEvaluations: number | null;
  readonly assistedEvaluations: number | null;
  /** Runs that the assisted search made in all: the censoring bound. */
  readonly assistedBudget: number;
}

/** Share of the direct optimizer's best value within which both sides count as having reached it. */
export const RACE_TOLERANCE: number = 0.01;

/** The value as something to be minimized, Infinity where nothing feasible is known. */
function costIn(sense: 'minimize' | 'maximize'): (value: number | null | undefined) => number {
  const sign = sense === 'maximize' ? -1 : 1;
  return (value) => (value === null || value === undefined ? Number.POSITIVE_INFINITY : sign * value);
}

/** What counts as reached: within {@link RACE_TOLERANCE} of the best final value of the curves; null when none is feasible. */
export function equalQuality(sense: 'minimize' | 'maximize', curves: readonly Curve[]): number | null {
  const cost = costIn(sense);
  const finals = curves.flatMap((curve) => curve.at(-1) ?? []).sort((a, b) => cost(a) - cost(b));
  if (finals.length === 0) return null;
  return finals[0] + (sense === 'maximize' ? -1 : 1) * RACE_TOLERANCE * Math.abs(finals[0]);
}

/** Runs until a curve has reached the target, failed ones included; null when it has not (censored), or when there is no target. */
export function runsTo(sense: 'minimize' | 'maximize', curve: Curve, target: number | null): number | null {
  if (target === null) return null;
  const cost = costIn(sense);
  const at = curve.findIndex((value) => value !== null && cost(value) <= cost(target));
  return at < 0 ? null : at + 1;
}

/** Compares best-so-far curves (user's sense; null while infeasible). Undefined without a direct curve. */
export function race(
  sense: 'minimize' | 'maximize',
  assisted: Curve,
  direct: ReadonlyMap<string, Curve>,
): Race | undefined {
  const cost = costIn(sense);
  const names = [...direct.keys()].sort((a, b) => cost(direct.get(a)?.at(-1)) - cost(direct.get(b)?.at(-1)));
  if (names.length === 0) return undefined;
  const curve = direct.get(names[0]) as Curve;
  const target = equalQuality(sense, [curve]);
  return {
    direct: names[0],
    directBest: curve.at(-1) ?? null,
    target,
    directEvaluations: runsTo(sense, curve, target),
    assistedEvaluations: runsTo(sense, assisted, target),
    assistedBudget: assisted.length,
  };
}
