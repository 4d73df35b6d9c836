import { Rng } from 'imago';
import { drawing } from '../../simulators/aerofoil/drawing.ts';
import { runDepartment } from '../../simulators/emergency-department/department.ts';
import { town } from '../../simulators/emergency-department/quality.ts';
import { heatSink, plate, sectionOf } from '../../simulators/heat-sink/plate-fin.ts';
import { cascade, filled, width as values } from '../../simulators/reactor/cascade.ts';
import { integrate } from '../../simulators/reactor/rosenbrock.ts';
import { tankCount } from '../../simulators/reactor/start-up.ts';
import { slowestDecay } from '../../simulators/smart-grid/growth.ts';
import { picture, round } from '../../src/report/plots/frame.ts';
import { chart, colorBar, colorOf, standalone } from './chart.ts';

const steps = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));

/** Pressures on NACA 4412 at 4 degrees, over the section. */
export function aerofoil(): string {
  return `${drawing({ camber: 0.04, camberPosition: 0.4, thickness: 0.12 }, 4, 'aerofoil: NACA 4412 at 4°')}\n`;
}

/** The temperature of a heat sink's cross-section. */
export function heatSinkField(): string {
  const sink = {
    ...{ finHeight: 0.03, finThickness: 0.001, fins: 18, baseThickness: 0.005, airSpeed: 2.5 },
    metal: 'aluminium' as const,
  };
  const cells = 4;
  const { field, rise } = heatSink(sink, cells);
  const { x, y, solid } = sectionOf(sink, 1, cells);
  const nx = x.length - 1;
  const hot = Math.max(...field.cells);
  const low = Math.min(...field.cells.filter((_, cell) => solid[cell] === 1));
  const [left, bottom, scale] = [16, 222, 5000];
  const mark = (cell: number, from: number, to: number) => {
    const j = Math.floor(cell / nx);
    const [top, under] = [bottom - y[j + 1] * scale, bottom - y[j] * scale];
    return `<rect x="${round(from)}" y="${round(top)}" width="${round(to - from + 0.3)}" height="${round(under - top + 0.3)}" fill="${colorOf(field.cells[cell], low, hot)}"/>`;
  };
  const marks: string[] = [];
  const middle = left + (plate.width / 2) * scale;
  for (let cell = 0; cell < solid.length; cell++) {
    if (!solid[cell]) continue;
    const i = cell % nx;
    marks.push(mark(cell, middle + x[i] * scale, middle + x[i + 1] * scale));
    marks.push(mark(cell, middle - x[i + 1] * scale, middle - x[i] * scale));
  }
  const chip = (plate.sourceWidth / 2) * scale;
  marks.push(`<rect x="${middle - chip}" y="${bottom + 3}" width="${2 * chip}" height="9" fill="#444"/>`);
  marks.push(`<text class="middle" x="${middle}" y="${bottom + 26}">150 W</text>`);
  marks.push(colorBar(left + 0.1 * scale + 22, 60, 150, `${low.toFixed(0)} K`, `${hot.toFixed(0)} K`));
  const summary = `Temperature above the air of 18 aluminium fins of 30 mm; at most ${rise.toFixed(1)} K`;
  return standalone(picture({ title: 'heat-sink: temperature above the air', summary }, 600, 260, marks.join('')));
}

/** How fast disturbances of the grid grow, over the reaction time. */
export function smartGrid(): string {
  const star = { alpha: 0.1, k: Math.sqrt(63) };
  const growth = (tau: number, g: number) => slowestDecay(Array(4).fill({ tau, T: 2, g }), star).re;
  return chart({
    ...{ title: 'smart-grid: growth of a disturbance', summary: 'Four equal consumers that average over 2 s' },
    ...{ x: 'reaction time [s]', y: 'growth [1/s]; stable below 0' },
    series: [0.1, 0.4, 0.8].map((g) => ({
      name: `elasticity ${g} 1/s`,
      points: steps(180, 0.5, 5).map((tau) => [tau, growth(tau, g)] as const),
    })),
    under: ({ left, right }, _, y) => `<path class="zero" d="M${left} ${round(y(0))}H${right}"/>`,
  });
}

/** Temperatures along the reactor while it starts. */
export function reactor(): string {
  const operation = {
    ...{ dilution: 30, feedConcentration: 5.1, feedTemperature: 385, coolantTemperature: 375, coolantFlow: 300 },
    countercurrent: true,
  };
  const tanks = [0, 3, 7, 15];
  const points = tanks.map((): (readonly [number, number])[] => [[0, operation.coolantTemperature]]);
  integrate(cascade(operation, tankCount), filled(operation, tankCount), 0.15, {
    watch: (t, y) => {
      for (const [k, tank] of tanks.entries()) points[k].push([60 * t, y[tank * values + 2]]);
    },
  });
  return chart({
    ...{
      title: 'reactor: temperatures while it starts',
      summary: 'Four of the sixteen tanks, coolant against the flow',
    },
    ...{ x: 'time [min]', y: 'temperature [K]' },
    series: tanks.map((tank, k) => ({ name: `tank ${tank + 1}`, points: points[k] })),
  });
}

/** Patients inside the department over five days. */
export function emergencyDepartment(): string {
  const staff = { nurses: 2, doctors: 5, fastDoctors: 2, beds: 22, xrays: 2, fastTrackBelow: 0.5 };
  const [day, first, last] = [24 * 60, 2, 7];
  const inside = (doctors: number) => {
    const { visits } = runDepartment({ ...staff, doctors }, town, (last + 1) * day, new Rng('picture'));
    return steps(361, first * day, last * day).map((now) => {
      const here = visits.filter(({ patient, departure = Infinity }) => patient.arrival <= now && departure > now);
      return [now / day - first, here.length] as const;
    });
  };
  return chart({
    ...{ title: 'emergency-department: patients inside', summary: 'Five days with three doctors and with five' },
    ...{ x: 'days', y: 'patients', yAlso: [0] },
    series: [3, 5].map((doctors) => ({ name: `${doctors} doctors`, points: inside(doctors) })),
  });
}

/** How two beams bend. */
export function cantileverBeam(): string {
  const [length, side, load] = [1.5, 0.04, 1000];
  const bend = (modulus: number) => (x: number) =>
    (-1000 * load * x ** 2 * (3 * length - x)) / (6 * modulus * (side ** 4 / 12));
  const shape = (modulus: number) => steps(60, 0, length).map((x) => [x, bend(modulus)(x)] as const);
  return chart({
    ...{ title: 'cantilever-beam: how it bends', summary: 'A square beam of 40 mm and 1.5 m under 1 kN at its end' },
    ...{ x: 'from the wall [m]', y: 'deflection [mm]', height: 260 },
    series: [
      { name: 'steel', points: shape(210e9) },
      { name: 'aluminium', points: shape(69e9) },
    ],
  });
}
