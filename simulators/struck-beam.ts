/** A square beam, clamped at one end and struck at the other: its motion, step by step. */
import { categorical, defineSimulator, real } from 'imago';

/** Parts of the beam; twice as many take eight times as long. */
const PARTS = 120;
/** Seconds for which the load pushes. */
const STROKE = 0.01;

export default defineSimulator(import.meta.url, {
  name: 'struck-beam',
  description: 'A square beam that is struck at its free end, by finite differences in length and time',
  parameters: {
    length: real(0.5, 3, { unit: 'm' }),
    side: real(0.02, 0.1, { unit: 'm', description: 'of the square section', scale: 'log' }),
    load: real(100, 5000, { unit: 'N', scale: 'log' }),
    material: categorical('steel', 'aluminium'),
  },
  outputs: {
    // A swing of 0.01 mm and one of 1 m are told apart equally well in decibels, by trees and by people.
    swing: { unit: 'dB', description: 'largest deflection of the end, over 1 mm: 20 dB are 1 cm, 40 dB are 10 cm' },
    mass: { unit: 'kg', valid: [0, 1e4] },
  },
  run({ length, side, load, material }) {
    const [modulus, density] = material === 'steel' ? [210e9, 7850] : [69e9, 2700];
    const stiffness = (modulus * side ** 4) / 12;
    const perLength = density * side ** 2;
    const largest = swing(length, load / stiffness, stiffness / perLength);
    return { swing: 20 * Math.log10(largest / 1e-3), mass: perLength * length };
  },
  draw({ length, side, material }, { swing, mass }) {
    const end = 1e-3 * 10 ** (swing / 20);
    const deflected = Array.from({ length: 41 }, (_, i) => {
      const x = (i / 40) * length;
      return [x, (end * x ** 2 * (3 * length - x)) / (2 * length ** 3)] as const;
    });
    return drawing(deflected, side, `${mass.toFixed(1)} kg of ${material}: ${(1000 * end).toFixed(1)} mm at most`);
  },
});

/** A beam at rest and at its largest swing as SVG, 110 units for a meter, with deflections ten times as large; `line` in m. */
function drawing(line: readonly (readonly [x: number, y: number])[], side: number, title: string): string {
  const [wall, height, scale] = [34, 74, 110];
  const path = (exaggerated: number) =>
    line
      .map(([x, y]) => `${(wall + x * scale).toFixed(1)} ${(height + Math.min(1, exaggerated * y) * scale).toFixed(1)}`)
      .join('L');
  const beam = `fill="none" stroke-width="${(side * scale).toFixed(1)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 190" font-family="system-ui,'DejaVu Sans',sans-serif" font-size="12">
<rect width="400" height="190" fill="#fff"/><text x="6" y="17" font-weight="600" fill="#222">${title}</text>
<text x="6" y="34" fill="#555">at rest, and at its largest swing (ten times as large)</text>
<path d="M${path(0)}" ${beam} stroke="#c9d3de"/><path d="M${path(10)}" ${beam} stroke="#1b5e9b" stroke-opacity="0.75"/>
<path d="M${wall} 44V180" stroke="#333" stroke-width="3"/></svg>`;
}

/** The largest deflection in m, from w_tt = -c w_xxxx and the third derivative w_xxx = -push at the free end while the load acts. */
function swing(length: number, push: number, c: number): number {
  const dx = length / PARTS;
  const dt = (0.45 * dx ** 2) / Math.sqrt(c);
  const slowest = (1.787 * length ** 2) / Math.sqrt(c);
  const steps = Math.ceil((STROKE + 0.6 * slowest) / dt);
  let [before, now, next] = [0, 1, 2].map(() => new Float64Array(PARTS + 3));
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    for (let i = 1; i <= PARTS; i++) {
      // The clamped end has no slope: beyond it the beam goes on as it came.
      const second = i === 1 ? now[1] : now[i - 2];
      const bend = second - 4 * now[i - 1] + 6 * now[i] - 4 * now[i + 1] + now[i + 2];
      next[i] = 2 * now[i] - before[i] - ((c * dt ** 2) / dx ** 4) * bend;
    }
    const shear = step * dt < STROKE ? push * dx ** 3 : 0;
    next[PARTS + 1] = 2 * next[PARTS] - next[PARTS - 1];
    next[PARTS + 2] = 2 * next[PARTS + 1] - 2 * next[PARTS - 1] + next[PARTS - 2] - 2 * shear;
    [before, now, next] = [now, next, before];
    largest = Math.max(largest, Math.abs(now[PARTS]));
  }
  return largest;
}
