import { drawn } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';

/** Number of shades of the runs, by their distance in the inputs that the map does not show. */
const SHADES = 4;
/** At this distance in the other inputs, as a share of their ranges, a run is in the second half of the shades. */
const FAR = 0.35;

/** Dots for the runs; a cross where one failed. One path for each shade: there may be thousands. */
export class RunMarks {
  readonly root = drawn('g', { class: 'run-marks' });
  readonly #evaluator: Evaluator;
  readonly #paths = Array.from({ length: SHADES }, (_, k) => drawn('path', { class: `shade-${k}` }));

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
    this.root.append(...this.#paths.toReversed());
  }

  show(
    answer: Answer,
    axes: readonly [number, number],
    x: (share: number) => number,
    y: (share: number) => number,
  ): void {
    const { u, outputs } = this.#evaluator.data.runs;
    const parts = this.#paths.map(() => '');
    u.forEach((one, i) => {
      let square = 0;
      for (let j = 0; j < one.length; j++) if (!axes.includes(j)) square += (one[j] - answer.coordinate(j)) ** 2;
      const distance = Math.sqrt(square / Math.max(1, one.length - 2));
      const shade = Math.min(SHADES - 1, Math.floor((distance / (2 * FAR)) * SHADES));
      const [left, top] = [x(one[axes[0]]).toFixed(1), y(one[axes[1]]).toFixed(1)];
      parts[shade] += outputs[i] ? `M${left} ${top}h0` : `M${left} ${top}m-3 -3l6 6m0 -6l-6 6`;
    });
    for (const [k, path] of this.#paths.entries()) path.setAttribute('d', parts[k]);
  }
}
