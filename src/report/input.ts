import { scaleLinear } from 'd3-scale';
import type { EvaluationSummary, ParameterSummary } from '../study/study.ts';
import { isKnown, labelled, number, scalar, short } from './format.ts';
import { type Axis, type Extent, logTicks } from './plots/axis.ts';

/** How one coordinate of the unit cube reads in the author's units. */
export interface Input {
  readonly name: string;
  /** The name and the unit. */
  readonly label: string;
  /** Numbers with their places in the unit cube, or the choices at theirs. */
  readonly ticks: readonly { readonly u: number; readonly text: string }[];
}

/**
 * The inputs of a study. A range is read from its description, and whether it is logarithmic from the evaluations: a value
 * between the bounds is the arithmetic or the geometric mean at its u.
 */
export function inputsOf(parameters: readonly ParameterSummary[], evaluations: readonly EvaluationSummary[]): Input[] {
  return parameters.map((parameter, k) => {
    const { name, kind, unit } = parameter;
    const seen = evaluations.flatMap(({ point, u }) =>
      name in point && isKnown(u[k]) ? [[u[k], point[name]] as const] : [],
    );
    const ticks = kind === 'real' ? realTicks(parameter, seen) : choiceTicks(seen);
    return { name, label: labelled(name, unit), ticks };
  });
}

/** The axis of an input over [0, 1]; at most `most` ticks (default 6). */
export function inputAxis({ label, ticks }: Input, [from, to]: Extent, most = 6): Axis {
  const every = Math.ceil(ticks.length / most);
  return {
    label,
    at: (u) => from + u * (to - from),
    ticks: ticks.filter((_, i) => i % every === 0).map(({ u, text }) => ({ value: u, text: short(text, 12) })),
  };
}

type Seen = readonly (readonly [u: number, value: number | string])[];

function realTicks({ range }: ParameterSummary, seen: Seen): Input['ticks'] {
  const [, low, high] = /\[(\S+), (\S+)\]/.exec(range) ?? [];
  const lower = Number(low);
  const upper = Number(high);
  if (!(lower < upper)) return [0, 0.5, 1].map((u) => ({ u, text: number(u) }));
  const toU = isLogarithmic(lower, upper, seen)
    ? (value: number) => Math.log(value / lower) / Math.log(upper / lower)
    : (value: number) => (value - lower) / (upper - lower);
  const values = isLogarithmic(lower, upper, seen)
    ? logTicks(lower, upper)
    : scaleLinear([lower, upper], [0, 1]).ticks(5);
  return values.map((value) => ({ u: toU(value), text: number(value) }));
}

function isLogarithmic(lower: number, upper: number, seen: Seen): boolean {
  if (lower <= 0) return false;
  let linear = 0;
  let logarithmic = 0;
  for (const [u, value] of seen) {
    if (typeof value !== 'number') continue;
    linear += Math.abs(value - (lower + u * (upper - lower)));
    logarithmic += Math.abs(value - lower * (upper / lower) ** u);
  }
  return logarithmic < linear;
}

function choiceTicks(seen: Seen): Input['ticks'] {
  const texts = new Map(seen.map(([u, value]) => [u, scalar(value)]));
  return [...texts].sort(([a], [b]) => a - b).map(([u, text]) => ({ u, text }));
}
