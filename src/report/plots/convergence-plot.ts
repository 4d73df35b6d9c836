import type { Curve } from '../../study/search/curve.ts';
import { isKnown, plural, quantity } from '../format.ts';
import { linearAxis, logAxis } from './axis.ts';
import { type Box, plot, round, tooltip } from './frame.ts';

/** A best-so-far curve and who made it. */
export interface NamedCurve {
  readonly name: string;
  readonly curve: Curve;
}

/** What a convergence plot shows. */
export interface ConvergenceData {
  /** The first curve is drawn strongest. */
  readonly curves: readonly NamedCurve[];
  readonly quantity: string;
  readonly unit: string;
  /** Evaluations of the design that the first curve begins with. */
  readonly designSize: number;
}

const DASHES = ['', '7 3', '2 2.5', '9 3 2 3', '4 2', '1 2'];

/** Best value so far against simulator runs: steps from where something feasible is known, the end of the design marked. */
export function convergencePlot({ curves, quantity: name, unit, designSize }: ConvergenceData): string {
  const longest = Math.max(1, ...curves.map(({ curve }) => curve.length));
  const first = Math.max(1, curves[0]?.curve.length ?? 1);
  const values = curves.flatMap(({ curve }) => curve.filter(isKnown));
  const stretched = longest > 3 * first;
  const steep = values.length > 0 && Math.min(...values) > 0 && Math.max(...values) > 30 * Math.min(...values);
  const style = (k: number) => `class="curve c${k % 6}"${DASHES[k % 6] ? ` stroke-dasharray="${DASHES[k % 6]}"` : ''}`;
  const legend = curves.map((one, k) => ({ name: one.name, swatch: `<path ${style(k)} d="M-10 0H10"/>` }));
  const summary = curves
    .map(({ name, curve }) => `${name}: ${quantity(curve.at(-1), unit)} after ${plural(curve.length, 'run')}`)
    .join('; ');
  const options = { title: 'Best value so far', summary, width: 460, height: 330, legend };
  return plot(options, ({ left, right, top, bottom }) => {
    const runs = `simulator runs${stretched ? ' (logarithmic)' : ''}`;
    const start = Math.max(1, Math.min(designSize, firstKnown(curves)));
    const x = stretched
      ? logAxis(runs, [start, longest], [left, right])
      : linearAxis(runs, [0, longest], [left, right], { tight: true });
    const best = `best ${name}${unit ? ` [${unit}]` : ''}`;
    const y = steep ? logAxis(best, values, [bottom, top]) : linearAxis(best, values, [bottom, top]);
    const end =
      designSize > 0 && designSize <= longest
        ? designEnd(x.at(designSize), { left, right, top, bottom }, y.at(curves[0]?.curve.at(-1) ?? 0))
        : '';
    const lines = [...curves.entries()].reverse().map(([k, one]) => {
      const path = stepsOf(one.curve, (run) => Math.max(left, x.at(run)), y.at);
      return path
        ? `<path ${style(k)} d="${path}">${tooltip(`${one.name}: ${quantity(one.curve.at(-1), unit)}`)}</path>`
        : '';
    });
    return { x, y, marks: end + lines.join('') };
  });
}

/** Where the design ended, its name away from the end of the first curve. */
function designEnd(at: number, { right, top, bottom }: Box, last: number): string {
  const x = round(at);
  const side = right - x < 80 ? 'end' : 'start';
  return `<path class="reference dashed" d="M${x} ${top}V${bottom}"/><text class="tick ${side}" x="${x + (side === 'end' ? -4 : 4)}" y="${last > (top + bottom) / 2 ? top + 12 : bottom - 6}">end of design</text>`;
}

function firstKnown(curves: readonly NamedCurve[]): number {
  return Math.min(...curves.map(({ curve }) => curve.findIndex(isKnown) + 1).filter((run) => run > 0));
}

/** The steps of a curve, drawn only where it changes. */
function stepsOf(curve: Curve, xAt: (run: number) => number, yAt: (value: number) => number): string {
  let path = '';
  let last: number | null = null;
  curve.forEach((value, i) => {
    if (!isKnown(value) || value === last) return;
    const x = round(xAt(i + 1));
    path += last === null ? `M${x} ${round(yAt(value))}` : `H${x}V${round(yAt(value))}`;
    last = value;
  });
  return last === null ? '' : `${path}H${round(xAt(curve.length))}`;
}
