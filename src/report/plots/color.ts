import { scaleLinear } from 'd3-scale';
import { isKnown, number } from '../format.ts';
import { typeset } from '../typeset.ts';
import { domainOf, logTicks } from './axis.ts';
import { type Box, label, round } from './frame.ts';

/** Steps of the sequential ramp, `--r0` (least contrast with the paper) to `--r8`. */
const STEPS = 9;

/** Colors for a quantity: round limits between the classes, and a class of the ramp for each. */
export interface Ramp {
  /** Rising; class k lies between limits k - 1 and k. */
  readonly limits: readonly number[];
  /** The style class of a value, `r0` .. `r8`, or `unknown`. */
  readonly classOf: (value: number | null) => string;
  /** The style class of the k-th of `limits.length + 1` classes. */
  readonly step: (k: number) => string;
}

/** Positive values that span more than this factor get logarithmic colors. */
const WIDE = 100;

/** A ramp over all known values: the larger a value the darker, on every plot. Logarithmic over wide ranges above 0. */
export function ramp(values: readonly (number | null)[]): Ramp {
  const domain = domainOf(values);
  const [low, high] = domain;
  const ticks = low > 0 && high > WIDE * low ? logTicks(low, high) : scaleLinear(domain, domain).ticks(STEPS - 1);
  const limits = ticks.filter((limit) => limit > low && limit < high).slice(0, STEPS + 3);
  const step = (k: number) => {
    const share = limits.length === 0 ? 0.5 : k / limits.length;
    return `r${Math.round(share * (STEPS - 1))}`;
  };
  return {
    limits,
    step,
    classOf: (value) => (isKnown(value) ? step(limits.filter((limit) => limit <= value).length) : 'unknown'),
  };
}

/** What is written beside the k-th limit of the bar, nothing where there are many. */
const barText = ({ limits }: Ramp, k: number) => (k % Math.ceil(limits.length / 9) === 0 ? number(limits[k], 3) : '');

/** From the box to the first letter beside the bar, and the width of a letter in wide fonts. */
const TEXT_LEFT = 24;
const CHARACTER = 6.7;

/** The room right of the box for the bar of a ramp and the longest number beside it. */
export function barRoom(ramp: Ramp): number {
  const lengths = ramp.limits.map((_, k) => typeset(barText(ramp, k)).length);
  return Math.max(58, Math.ceil(TEXT_LEFT + CHARACTER * Math.max(0, ...lengths)));
}

/** The ramp as a bar right of the box. */
export function colorBar(ramp: Ramp, box: Box): string {
  const { limits, step } = ramp;
  const left = box.right + 10;
  const size = (box.bottom - box.top) / (limits.length + 1);
  const at = (k: number) => round(box.bottom - k * size);
  const parts = Array.from(
    { length: limits.length + 1 },
    (_, k) => `<rect class="${step(k)}" x="${left}" y="${at(k + 1)}" width="10" height="${round(size + 0.3)}"/>`,
  );
  const texts = limits.map((_, k) => {
    const text = barText(ramp, k);
    return text && label(box.right + TEXT_LEFT, at(k + 1) + 3.5, text);
  });
  return `<g>${parts.join('')}</g><g class="tick">${texts.join('')}</g>`;
}
