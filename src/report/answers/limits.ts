import type { BestPoint } from '../../study/search/results.ts';
import type { ParameterSummary } from '../../study/summary.ts';
import { listing, measured, percent, tidy } from '../format.ts';

/** Share of its bound within which a constraint counts as active. */
const ACTIVE = 0.01;
/** The same of a constraint whose bound is 0, in its own units, and of an input in shares of its range. */
const EXACT = 1e-6;

type Constraint = BestPoint['constraints'][number];

/** Whether the value of a constraint is a share of its bound: the text compares with a number other than 0. */
function isRelative({ text }: Constraint): boolean {
  const bound = /[<>=]=?\s*(-?[\d.]+(?:e[+-]?\d+)?)[^\d<>=]*$/i.exec(text);
  return bound !== null && Number(bound[1]) !== 0;
}

/** Whether a constraint keeps the objective from getting better. */
export function isActive(constraint: Constraint): boolean {
  return constraint.holds && constraint.value >= -(isRelative(constraint) ? ACTIVE : EXACT);
}

/** How far a constraint is from being broken. */
export function stateText(constraint: Constraint): string {
  const { holds, value } = constraint;
  const amount = isRelative(constraint) && Number.isFinite(value) ? shareText(Math.abs(value)) : undefined;
  if (!holds) return amount ? `violated by ${amount}` : 'violated';
  if (isActive(constraint)) return 'active';
  return amount ? `holds, ${amount} to spare` : 'holds';
}

function shareText(share: number): string {
  return share < 1e-4 ? 'less than 0.01 %' : percent(share);
}

/** The end of its range that an input lies at: `its lower bound 0.5 m`; undefined inside, and for choices. */
export function boundText({ point }: BestPoint, { name, bounds, unit }: ParameterSummary): string | undefined {
  const value = point[name];
  if (!bounds || typeof value !== 'number' || !(bounds[0] < bounds[1])) return undefined;
  const near = EXACT * (bounds[1] - bounds[0]);
  if (value <= bounds[0] + near) return `its lower bound ${measured(bounds[0], unit)}`;
  return value >= bounds[1] - near ? `its upper bound ${measured(bounds[1], unit)}` : undefined;
}

/** What keeps the best design from being better, in sentences. */
export function limitTexts(best: BestPoint, parameters: readonly ParameterSummary[]): string[] {
  const broken = best.constraints.filter(({ holds }) => !holds);
  if (broken.length > 0)
    return [
      `No design met every limit; at the least violation ${broken.map((one) => `${tidy(one.text)} is ${stateText(one)}`).join(', ')}.`,
    ];
  const active = best.constraints.filter(isActive).map(({ text }) => tidy(text));
  const bound = parameters.flatMap((one) => {
    const at = boundText(best, one);
    return at && !active.some((text) => text.startsWith(`${one.name} `)) ? [{ name: one.name, at }] : [];
  });
  const texts = [
    ...(active.length > 0 ? [`Active: ${active.join(', ')}.`] : []),
    ...(bound.length > 0 ? [`${boundsText(bound)}.`] : []),
  ];
  if (texts.length > 0) return texts;
  return [
    best.constraints.length > 0
      ? 'No limit is active and no input lies at its bounds.'
      : 'No input lies at its bounds.',
  ];
}

/** Where inputs lie, in one sentence; of many only the first. */
function boundsText(bound: readonly { readonly name: string; readonly at: string }[]): string {
  const told = bound.slice(0, 8).map(({ name, at }, k) => `${name} ${k === 0 ? 'lies ' : ''}at ${at}`);
  const more = bound.length - told.length;
  return listing(more > 0 ? [...told, `${more} more at theirs`] : told);
}
