import { linearAxis } from './axis.ts';
import { barRoom, colorBar, ramp } from './color.ts';
import { plot, round, thin, tooltip } from './frame.ts';
import { type Input, inputAxis } from './input.ts';

/** One point of a design: its unit-cube vector, the quantity there (null when it failed) and what a tooltip says. */
export interface DesignPoint {
  readonly u: readonly number[];
  readonly value: number | null;
  readonly failed: boolean;
  readonly note: string;
}

/** What a picture of a design shows. */
export interface DesignData {
  readonly points: readonly DesignPoint[];
  readonly inputs: readonly Input[];
  /** What the points are colored by, with its unit. */
  readonly quantity: string;
  /** Whether the least value is the best: it is drawn on top of others. */
  readonly falling: boolean;
}

const CROSS = 'm-3.5 -3.5l7 7m0 -7l-7 7';

/** The design over two inputs, colored by a quantity, crosses where the evaluation failed. */
export function designPlot({ points: all, inputs, quantity }: DesignData, [a, b]: readonly [number, number]): string {
  const points = thin(all);
  const colors = ramp(points.map(({ value }) => value));
  const failed = points.filter((point) => point.failed);
  const title = `Design over ${inputs[a].name} and ${inputs[b].name}`;
  const summary = `${points.length} points colored by ${quantity}; ${failed.length} of them failed.`;
  const legend = [
    { name: quantity, swatch: '<circle class="r6" r="4"/>' },
    ...(failed.length > 0 ? [{ name: 'failed', swatch: `<path class="cross" d="M0 0${CROSS}"/>` }] : []),
  ];
  return plot({ title, summary, legend, right: barRoom(colors) }, (box) => {
    const x = inputAxis(inputs[a], [box.left, box.right]);
    const y = inputAxis(inputs[b], [box.bottom, box.top]);
    const dots = points
      .filter((point) => !point.failed)
      .map(
        ({ u, value, note }) =>
          `<circle class="${colors.classOf(value)}" cx="${round(x.at(u[a]))}" cy="${round(y.at(u[b]))}" r="4">${tooltip(note)}</circle>`,
      );
    const crosses = failed.map(
      ({ u, note }) => `<path d="M${round(x.at(u[a]))} ${round(y.at(u[b]))}${CROSS}">${tooltip(note)}</path>`,
    );
    return {
      x,
      y,
      marks: `<g class="ringed">${dots.join('')}</g><g class="cross">${crosses.join('')}</g>${colorBar(colors, box)}`,
    };
  });
}

/** The design over the inputs at once: a line for each point, dashed where the evaluation failed. */
export function parallelPlot(
  { points: all, inputs, quantity, falling }: DesignData,
  title: string = 'Design over all inputs',
): string {
  const points = thin(all, 200);
  const colors = ramp(points.map(({ value }) => value));
  const failed = points.filter((point) => point.failed).length;
  const summary = `A line for each of ${points.length} points, colored by ${quantity}; ${failed} of them failed.`;
  const legend = [
    { name: quantity, swatch: '<path class="line r6" d="M-9 0H9"/>' },
    ...(failed > 0 ? [{ name: 'failed', swatch: '<path class="line failed" d="M-9 0H9"/>' }] : []),
  ];
  const longest = Math.min(16, Math.max(...inputs.map(({ label }) => label.length)));
  const options = {
    title,
    summary,
    legend,
    right: barRoom(colors),
    left: 26 + longest * 5.8,
    height: 130 + inputs.length * 30,
  };
  return plot(options, (box) => {
    const { left, right, top, bottom } = box;
    const step = (bottom - top) / Math.max(1, inputs.length);
    const yAt = (k: number) => top + (k + 0.5) * step;
    const x = { ...linearAxis('from lower to upper bound', [0, 1], [left, right]), ticks: [] };
    const y = { label: '', at: yAt, ticks: inputs.map(({ label }, k) => ({ value: k, text: label.slice(0, 16) })) };
    const rank = ({ failed, value }: DesignPoint) => (failed ? 2 : 0) + (value === null ? 1 : 0);
    const order = (one: DesignPoint, other: DesignPoint) =>
      rank(one) - rank(other) || (falling ? -1 : 1) * ((one.value ?? 0) - (other.value ?? 0));
    const lines = [...points].sort(order).map(({ u, value, failed: isFailed, note }) => {
      const path = inputs.map((_, k) => `${round(x.at(u[k]))} ${round(yAt(k))}`).join('L');
      return `<path class="${isFailed ? 'failed' : colors.classOf(value)}" d="M${path}">${tooltip(note)}</path>`;
    });
    const rails = inputs.map((_, k) => `M${left} ${round(yAt(k))}H${right}`).join('');
    return {
      x,
      y,
      grid: false,
      marks: `<path class="grid" d="${rails}"/><g class="line">${lines.join('')}</g>${colorBar(colors, box)}`,
    };
  });
}
