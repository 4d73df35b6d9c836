import { isKnown, number, quantity } from '../format.ts';
import { linearAxis } from './axis.ts';
import { plot, round, thin, tooltip } from './frame.ts';
import { type Parity, Z95 } from './parity-plot.ts';

/** Residuals (truth minus prediction) against predictions; in standard deviations of the prediction where those are known. */
export function residualPlot(
  parity: Parity,
  { title, unit, limit }: { readonly title: string; readonly unit: string; readonly limit?: number },
): string {
  const known = parity.filter(([value, predicted]) => isKnown(value) && isKnown(predicted));
  const standardized = known.length > 0 && known.every(([, , deviation]) => isKnown(deviation) && deviation > 0);
  const points = thin(known, limit).map(([value, predicted, deviation]) => ({
    predicted,
    residual: value - predicted,
    height: (value - predicted) / (standardized ? deviation : 1),
  }));
  const suffix = unit ? ` [${unit}]` : '';
  const summary = standardized
    ? `Residuals of ${points.length} points in standard deviations; 95 % should lie between the dashed lines.`
    : `Residuals of ${points.length} points against the predictions.`;
  return plot({ title, summary }, ({ left, right, top, bottom }) => {
    const x = linearAxis(
      `predicted${suffix}`,
      points.map(({ predicted }) => predicted),
      [left, right],
    );
    const heights = points.map(({ height }) => Math.abs(height));
    const most = Math.max(standardized ? 2.5 : 0, ...heights);
    const y = linearAxis(standardized ? 'residual / deviation' : `residual${suffix}`, [-most, most], [bottom, top]);
    const lines = [0, ...(standardized ? [-Z95, Z95] : [])].map(
      (value) => `<path class="reference${value === 0 ? '' : ' dashed'}" d="M${left} ${round(y.at(value))}H${right}"/>`,
    );
    const dots = points.map(
      ({ predicted, residual, height }) =>
        `<circle cx="${round(x.at(predicted))}" cy="${round(y.at(height))}" r="2.5">${tooltip(`predicted ${quantity(predicted, unit)}, residual ${number(residual, 3)}`)}</circle>`,
    );
    return { x, y, marks: `${lines.join('')}<g class="dots c0">${dots.join('')}</g>` };
  });
}
