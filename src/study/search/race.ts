import type { Curve } from './curve.ts';

/** The assisted search against the best direct one at equal quality: how many runs each took to the same value, that of the best direct result. */
export interface Race {
  /** The direct optimizer that reached the target in the fewest runs. */
  readonly direct: string;
  /** The best value of all direct optimizers at their budget, in the user's sense; null when none found anything feasible. */
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
  if (direct.size === 0) return undefined;
  const target = equalQuality(sense, [...direct.values()]);
  const entries = [...direct].map(([name, curve]) => ({ name, curve, runs: runsTo(sense, curve, target) }));
  const cost = costIn(sense);
  const best = entries.reduce((a, b) => (cost(b.curve.at(-1)) < cost(a.curve.at(-1)) ? b : a));
  const until = ({ runs }: { readonly runs: number | null }) => runs ?? Number.POSITIVE_INFINITY;
  const first = entries.reduce((a, b) => (until(b) < until(a) ? b : a), best);
  return {
    direct: first.name,
    directBest: best.curve.at(-1) ?? null,
    target,
    directEvaluations: first.runs,
    assistedEvaluations: runsTo(sense, assisted, target),
    assistedBudget: assisted.length,
  };
}
