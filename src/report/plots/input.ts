import { scaleLinear } from 'd3-scale';
import type { EvaluationSummary, ParameterSummary } from '../../study/summary.ts';
import { isKnown, labeled, number, scalar, short } from '../format.ts';
import { type Axis, type Extent, logTicks } from './axis.ts';

/** How one coordinate of the unit cube reads in the author's units. */
export interface Input {
  readonly name: string;
  /** The name and the unit. */
  readonly label: string;
  /** Numbers with their places in the unit cube, or the choices at theirs. */
  readonly ticks: readonly { readonly u: number; readonly text: string }[];
  /** What stands at 0 and at 1: the bounds, or the first and the last choice; empty when it is not known. */
  readonly ends: readonly [string, string];
  /** The numbers there, and whether they are spaced by their logarithms; absent of choices. */
  readonly scale?: { readonly bounds: readonly [number, number]; readonly log: boolean };
}

/** The inputs of a study, their places in the unit cube as the parameters say. */
export function inputsOf(parameters: readonly ParameterSummary[], evaluations: readonly EvaluationSummary[]): Input[] {
  return parameters.map((parameter, k) => {
    const { name, kind, unit } = parameter;
    const seen = evaluations.flatMap(({ point, u }) =>
      name in point && isKnown(u[k]) ? [[u[k], point[name]] as const] : [],
    );
    return { name, label: labeled(name, unit), ...(kind === 'real' ? realScale(parameter) : choiceScale(seen)) };
  });
}

/** The axis of an input over [0, 1]; at most `most` ticks (default 6). */
export function inputAxis({ label, ticks, scale }: Input, [from, to]: Extent, most = 6): Axis {
  const every = Math.ceil(ticks.length / most);
  return {
    label,
    at: (u) => from + u * (to - from),
    ...(scale && { ends: scale.bounds, log: scale.log }),
    ticks: ticks.filter((_, i) => i % every === 0).map(({ u, text }) => ({ value: u, text: short(text, 12) })),
  };
}

type Seen = readonly (readonly [u: number, value: number | string])[];

function realScale({ bounds, scale }: ParameterSummary): Pick<Input, 'ticks' | 'ends' | 'scale'> {
  // A study that was stored by an early version does not say.
  if (!bounds || !(bounds[0] < bounds[1]))
    return { ticks: [0, 0.5, 1].map((u) => ({ u, text: number(u) })), ends: ['', ''] };
  const [lower, upper] = bounds;
  const toU =
    scale === 'log'
      ? (value: number) => Math.log(value / lower) / Math.log(upper / lower)
      : (value: number) => (value - lower) / (upper - lower);
  const values = scale === 'log' ? logTicks(lower, upper) : scaleLinear([lower, upper], [0, 1]).ticks(5);
  return {
    ticks: values.map((value) => ({ u: toU(value), text: number(value) })),
    ends: [number(lower, 3), number(upper, 3)],
    scale: { bounds, log: scale === 'log' },
  };
}

function choiceScale(seen: Seen): Pick<Input, 'ticks' | 'ends'> {
  const texts = new Map(seen.map(([u, value]) => [u, scalar(value)]));
  const ticks = [...texts].sort(([a], [b]) => a - b).map(([u, text]) => ({ u, text }));
  return { ticks, ends: [ticks[0]?.text ?? '', ticks.length > 1 ? ticks[ticks.length - 1].text : ''] };
}
