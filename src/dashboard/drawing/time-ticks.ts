import { number } from '../../report/format.ts';

/** Units of time, longest first, each with the steps that are read at a glance. */
const UNITS: readonly (readonly [name: string, seconds: number, steps: readonly number[]])[] = [
  ['d', 86_400, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]],
  ['h', 3600, [1, 2, 3, 6, 12]],
  ['min', 60, [1, 2, 5, 10, 15, 30]],
  ['s', 1, [0.2, 0.5, 1, 2, 5, 10, 15, 30]],
  ['ms', 1e-3, [1, 2, 5, 10, 20, 50, 100]],
  ['µs', 1e-6, [1, 2, 5, 10, 20, 50, 100, 200, 500]],
];

/** About `count` ticks from 0 to `seconds`, in one unit: `0`, `15 min`, `30 min`. */
export function timeTicks(seconds: number, count: number): { readonly at: number; readonly text: string }[] {
  const rough = seconds / count;
  const steps = UNITS.flatMap(([name, size, own]) => own.map((step) => ({ name, size, step: step * size })));
  const { name, size, step } = steps.reduce((best, one) => {
    const away = (of: typeof one) => Math.abs(Math.log(of.step / rough));
    return away(one) < away(best) ? one : best;
  });
  return Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, k) => ({
    at: k * step,
    text: k === 0 ? '0' : `${number((k * step) / size, 6)} ${name}`,
  }));
}
