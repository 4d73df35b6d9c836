import { panelCount } from './aerodynamics.ts';
import { contour, type Section } from './geometry.ts';
import { potentialFlow } from './panel-method.ts';

const [WIDTH, HEIGHT] = [400, 330];
const [LEFT, RIGHT] = [46, 388];
/** Pictures of different sections have one scale: suction -Cp from the top of the frame to its foot. */
const [HIGHEST, LOWEST] = [4, -1.2];
const [TOP, FOOT] = [44, 214];
/** Where the chord lies under the pressures. */
const CHORD = 268;

const STYLE = `<style>
text{font:11px system-ui,'DejaVu Sans',sans-serif;fill:#444}.title{font-size:12.5px;font-weight:600;fill:#222}
.middle{text-anchor:middle}.end{text-anchor:end}.grid{stroke:#e4e4e4;fill:none}.curve{fill:none;stroke-width:1.8;stroke-linejoin:round}
.above{stroke:#1b5e9b}.below{stroke:#c2571a}.section{fill:#e8edf3;stroke:#333;stroke-width:1.2;stroke-linejoin:round}
</style>`;

const x = (chord: number) => LEFT + chord * (RIGHT - LEFT);
const y = (suction: number) => FOOT - ((suction - LOWEST) / (HIGHEST - LOWEST)) * (FOOT - TOP);
const path = (points: readonly (readonly [number, number])[]) =>
  points.map(([a, b], k) => `${k === 0 ? 'M' : 'L'}${a.toFixed(1)} ${b.toFixed(1)}`).join('');

/** The pressures on a section, over the section itself at its angle of attack (degrees), as SVG. */
export function drawing(section: Section, alpha: number, title: string): string {
  const shape = contour(section, panelCount);
  const angle = (alpha * Math.PI) / 180;
  const { velocity } = potentialFlow(shape, angle);
  const nodes = [...shape.x.keys()];
  const side = (above: boolean) =>
    path(nodes.filter((k) => velocity[k] > 0 === above).map((k) => [x(shape.x[k]), y(velocity[k] ** 2 - 1)]));
  const size = RIGHT - LEFT;
  const outline = nodes.map((k) => {
    const [along, up] = [shape.x[k] - 0.25, shape.y[k]];
    return [
      x(0.25) + (along * Math.cos(angle) + up * Math.sin(angle)) * size,
      CHORD + (along * Math.sin(angle) - up * Math.cos(angle)) * size,
    ] as const;
  });
  const levels = [-1, 0, 1, 2, 3, 4];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">${STYLE}<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text class="title" x="6" y="17">${title}</text><text x="6" y="34">suction -Cp: <tspan fill="#1b5e9b">above</tspan>, <tspan fill="#c2571a">below</tspan></text>`,
    `<path class="grid" d="${levels.map((level) => `M${LEFT} ${y(level).toFixed(1)}H${RIGHT}`).join('')}"/>`,
    levels
      .map((level) => `<text class="end" x="${LEFT - 7}" y="${(y(level) + 4).toFixed(1)}">${level}</text>`)
      .join(''),
    `<clipPath id="frame"><rect x="${LEFT}" y="${TOP}" width="${size}" height="${FOOT - TOP}"/></clipPath>`,
    `<g clip-path="url(#frame)"><path class="curve above" d="${side(true)}"/><path class="curve below" d="${side(false)}"/></g>`,
    `<path class="section" d="${path(outline)}Z"/></svg>`,
  ].join('');
}
