import {
  type Condition,
  categorical,
  integer,
  ordinal,
  type Parameter,
  real,
  resolution,
} from '../../core/space/parameter.ts';
import type { CommandBlock } from './scenario-schema.ts';

/** A parameter as a file describes it. */
export function parameterOf(spec: CommandBlock['parameters'][string]): Parameter {
  const { real: range, integer: whole, ordinal: numbers, categorical: choices, scale, periodic, ...others } = spec;
  const { resolution: levels, cost, ...rest } = others;
  const options = rest as { unit?: string; description?: string; activeWhen?: Condition };
  if (range)
    return real(...range, {
      ...options,
      ...(scale && { scale }),
      ...(periodic !== undefined && { periodic }),
    }) as Parameter;
  if (whole) return integer(...whole, options) as Parameter;
  if (numbers) return ordinal(numbers, options) as Parameter;
  if (levels) return resolution(levels, { ...options, cost: cost as number[] }) as Parameter;
  return { ...categorical(...(choices as string[])), ...options } as Parameter;
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Milliseconds of a text such as `20 s`. */
export function millisecondsOf(text: string): number {
  const [, amount, unit] = /^([\d.]+)\s*(\w+)$/.exec(text) as RegExpExecArray;
  return Number(amount) * MILLISECONDS[unit];
}
