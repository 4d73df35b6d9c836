import { isKnown, quantity } from '../format.ts';
import { linearAxis } from './axis.ts';
import { plot, round, thin, tooltip } from './frame.ts';

/** Truth, prediction and its standard deviation. */
export type Parity = readonly (readonly [truth: number, predicted: number, deviation: number])[];

/** Half a two-sided 95 % interval in standard deviations. */
export const Z95 = 1.96;

/** Predictions against truths, with the model's 95 % intervals where it has them. */
export function parityPlot(
  parity: Parity,
  {
    title,
    unit,
    truth,
    limit,
  }: { readonly title: string; readonly unit: string; readonly truth: string; readonly limit?: number },
): string {
  const points = thin(
    parity.filter(([value, predicted]) => isKnown(value) && isKnown(predicted)),
    limit,
  );
  const suffix = unit ? ` [${unit}]` : '';
  const wide = points.filter(([, , deviation]) => isKnown(deviation));
  const summary = `Predictions against ${truth} for ${points.length} points; on the diagonal they agree.`;
  return plot({ title, summary }, ({ left, right, top, bottom }) => {
    const values = [...points.map(([value]) => value), ...points.map(([, predicted]) => predicted)];
    const x = linearAxis(`${truth}${suffix}`, values, [left, right]);
    const y = linearAxis(`predicted${suffix}`, values, [bottom, top]);
    const clamp = (at: number) => round(Math.min(bottom, Math.max(top, at)));
    const bars = wide.map(([value, predicted, deviation]) => {
      const half = Z95 * deviation;
      return `M${round(x.at(value))} ${clamp(y.at(predicted - half))}V${clamp(y.at(predicted + half))}`;
    });
    const dots = points.map(([value, predicted, deviation]) => {
      const interval = isKnown(deviation) ? ` ± ${quantity(Z95 * deviation, '', 2)}` : '';
      return `<circle cx="${round(x.at(value))}" cy="${round(y.at(predicted))}" r="2.5">${tooltip(`${quantity(value, unit)}, predicted ${quantity(predicted, '')}${interval}`)}</circle>`;
    });
    return {
      x,
      y,
      marks: `<path class="reference" d="M${left} ${bottom}L${right} ${top}"/><path class="interval c0" d="${bars.join('')}"/><g class="dots c0">${dots.join('')}</g>`,
    };
  });
}
