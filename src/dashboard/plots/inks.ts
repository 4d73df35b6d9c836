import { dark } from '../live/hooks.ts';

/** Asked once in each scheme: a question makes the browser work out all styles. */
const known = new Map<string, readonly number[]>();
dark.addEventListener('change', () => known.clear());

/** A color of the page, such as `--c0`, as a number for a picture. */
export function inkOf(name: string, alpha = 1): number {
  const [r, g, b] = known.get(name) ?? asked(name);
  return ((Math.round(alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function asked(name: string): readonly number[] {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ink = [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  known.set(name, ink);
  return ink;
}
