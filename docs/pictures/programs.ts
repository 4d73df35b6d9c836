import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hydraulics } from '../../simulators/water-network/hydraulics.ts';
import { costOf, junctions, pipes } from '../../simulators/water-network/network.ts';
import { picture, round } from '../../src/report/plots/frame.ts';
import { chart, colorBar, colorOf, pathOf, standalone } from './chart.ts';

const simulators = new URL('../../simulators/', import.meta.url);

type Values = Readonly<Record<string, number>>;

/** A shipped deck with its places filled. */
function rendered(path: string, values: Values): string {
  return readFileSync(new URL(path, simulators), 'utf8').replace(/\{\{(\w+)(?:\|([\d.]+))?\}\}/g, (_, name, other) =>
    String(values[name] ?? other),
  );
}

/** Runs a program in a folder of its own, and gives its standard output and what `read` takes from the folder. */
function run<T>(
  files: Readonly<Record<string, string>>,
  [program, ...args]: readonly string[],
  read: (stdout: string, folder: string) => T,
  copied: readonly string[] = [],
): T {
  const folder = mkdtempSync(join(tmpdir(), 'imago-picture-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const path of copied)
      copyFileSync(new URL(path, simulators), join(folder, path.slice(path.lastIndexOf('/') + 1)));
    const { stdout, status, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
    if (error || status !== 0) throw error ?? new Error(`${program} ended with ${status}: ${stdout.slice(-400)}`);
    return read(stdout, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pattern of the best antenna known. */
export function yagi(): string {
  const halves = { h_r: 0.502937, h_dr: 0.484872, h_d1: 0.457203, h_d2: 0.458052, h_d3: 0.448549 };
  const spacings = { s1: 0.429128, s2: 0.380522, s3: 0.595699, s4: 0.506416 };
  const files = { 'deck.nec.in': rendered('yagi/deck.nec', { ndir: 3, ...halves, ...spacings }) };
  const gains = run(
    files,
    ['sh', 'run.sh'],
    (_, folder) => {
      const [, , pattern] = readFileSync(join(folder, 'deck.out'), 'utf8').split('RADIATION PATTERNS');
      return [...pattern.matchAll(/^\s+90\.00\s+([\d.]+)\s+\S+\s+\S+\s+(-?[\d.]+)/gm)].map(
        ([, angle, gain]) => [Number(angle), Number(gain)] as const,
      );
    },
    ['yagi/run.sh'],
  );
  const [x, y, radius, floor, top] = [300, 172, 130, -25, 12];
  const at = (angle: number, gain: number) => {
    const r = (radius * Math.max(0, gain - floor)) / (top - floor);
    return [x + r * Math.cos((angle * Math.PI) / 180), y - r * Math.sin((angle * Math.PI) / 180)] as const;
  };
  const lobe = [...gains, ...gains.toReversed().map(([angle, gain]) => [-angle, gain] as const)];
  const rings = [-15, -5, 5].map((gain) => {
    const r = round((radius * (gain - floor)) / (top - floor));
    return `<circle class="grid" cx="${x}" cy="${y}" r="${r}"/><text class="tick" x="${round(x - 0.75 * r - 30)}" y="${round(y - 0.75 * r)}">${gain} dBi</text>`;
  });
  const scale = 90;
  let place = x - 150 - 0.5 * scale * 1.912;
  const elements = Object.values(halves).map((half, k) => {
    place += k === 0 ? 0 : Object.values(spacings)[k - 1] * scale;
    return `<path class="outline" d="M${round(place)} ${round(y - half * scale)}V${round(y + half * scale)}"/>`;
  });
  const boom = `<path class="outline" d="M${round(x - 150 - 0.956 * scale)} ${y}H${round(place)}"/>`;
  const best = Math.max(...gains.map(([, gain]) => gain));
  const shape = lobe.map(([angle, gain]) => {
    const [a, b] = at(angle, gain);
    return [a + 110, b] as const;
  });
  const marks = [
    `<g transform="translate(110 0)">${rings.join('')}</g>`,
    `<path d="${pathOf(shape)}Z" fill="#1b5e9b" fill-opacity=".18" stroke="#1b5e9b" stroke-width="1.8"/>`,
    ...elements,
    boom,
    `<text class="middle" x="${x - 150}" y="${y + 80}">boom 1.91 m</text>`,
  ];
  const summary = `Gain at 146 MHz in the plane of the elements, at most ${best} dBi, of the best antenna known`;
  return standalone(
    picture({ title: 'yagi: gain in the plane of the elements, 146 MHz', summary }, 600, 320, marks.join('')),
  );
}

/** The waveforms of the smallest converter known, when it has settled. */
export function buckConverter(): string {
  const values = { fsw: 720.09, duty: 0.270546, inductance: 4.569, capacitance: 19.382, width: 5, deadTime: 12.63 };
  const deck = rendered('buck-converter/converter.cir', values).replace(/^\.end$/m, '.print tran v(out) i(L1)\n.end');
  const rows = run({ 'converter.cir': deck }, ['ngspice', '-b', 'converter.cir'], (stdout) =>
    [...stdout.matchAll(/^\d+\s+(\S+)\s+(\S+)\s+(\S+)\s*$/gm)].map(([, ...cells]) => cells.map(Number)),
  );
  const period = 1 / (values.fsw * 1e3);
  const end = rows[rows.length - 1][0];
  const kept = rows.filter(([t], k) => t > end - 3 * period && k % 3 === 0);
  return chart({
    ...{
      title: 'buck-converter: three cycles at the end',
      summary: 'Of the smallest converter known: ripple and current',
    },
    ...{ x: 'time [µs]', y: 'ripple [10 mV], current [A]' },
    series: [
      {
        name: 'current of the inductor, A',
        points: kept.map(([t, , i]) => [(t - end + 3 * period) * 1e6, i] as const),
      },
      {
        name: 'output above 3.288 V, 10 mV',
        points: kept.map(([t, v]) => [(t - end + 3 * period) * 1e6, (v - 3.288) * 100] as const),
      },
    ],
  });
}

/** The stress in the lightest bracket known. */
export function bracket(): string {
  const values = {
    ...{ thick: 4.2045, h_right: 42.417213, x1: 56.340191, y1: 59.26192, r1: 11.977228 },
    ...{ x2: 93.5199, y2: 63.671484, a2: 12.50907, b2: 12.803506 },
  };
  // The deck's own field is 0 up to the line from which stress is read; the picture shows it all.
  const deck = `${rendered('bracket/bracket.edp', values).replace('real n=4;', 'real n=2;')}
Ph all=sqrt(sx^2-sx*sy+sy^2+3*sxy^2);
for(int k=0;k<Th.nt;k++){cout<<"TRI";for(int i=0;i<3;i++)cout<<" "<<Th[k][i].x<<" "<<Th[k][i].y<<" "<<all[][Ph(k,i)];cout<<endl;}`;
  const triangles = run({ 'bracket.edp': deck }, ['FreeFem++-nw', '-nw', '-v', '0', 'bracket.edp'], (stdout) =>
    [...stdout.matchAll(/^TRI (.*)$/gm)].map(([, line]) => line.split(' ').map(Number)),
  );
  const byColor = new Map<string, string>();
  const [left, bottom, scale] = [20, 262, 2.3];
  for (const [x1, y1, s1, x2, y2, s2, x3, y3, s3] of triangles) {
    const color = colorOf((s1 + s2 + s3) / 3, 0, 200);
    const corner = (x: number, y: number) => `${round(left + x * scale)} ${round(bottom - y * scale)}`;
    const path = `M${corner(x1, y1)}L${corner(x2, y2)}L${corner(x3, y3)}Z`;
    byColor.set(color, (byColor.get(color) ?? '') + path);
  }
  // A thin stroke of the same color closes the seams that antialiasing leaves.
  const marks = [...byColor].map(
    ([color, path]) => `<path fill="${color}" stroke="${color}" stroke-width=".5" d="${path}"/>`,
  );
  const read = round(left + 8 * scale);
  marks.push(`<path class="outline" stroke-dasharray="4 3" d="M${read} 30V${bottom}"/>`);
  marks.push(`<text class="tick" x="${read + 4}" y="27">stress is read right of this line</text>`);
  marks.push(colorBar(520, 70, 150, '0 MPa', '200'));
  const summary = 'Equivalent stress in the lightest bracket known: clamped at the left, 6 kN down at the right';
  return standalone(picture({ title: 'bracket: equivalent stress', summary }, 620, 270, marks.join('')));
}

/** The network of least cost. */
export async function waterNetwork(): Promise<string> {
  const chosen = [18, 10, 16, 4, 16, 10, 10, 1];
  const { pressures, speeds } = (await hydraulics())(chosen);
  const places: Readonly<Record<number, readonly [number, number]>> = {
    ...{ 1: [520, 60], 2: [370, 60], 3: [190, 60], 4: [370, 170], 5: [190, 170], 6: [370, 280], 7: [190, 280] },
  };
  const lines = pipes.map(({ from, to }, k) => {
    const [[x1, y1], [x2, y2]] = [places[from], places[to]];
    const wide = 1 + chosen[k] / 2;
    const flat = y1 === y2;
    const text = `${chosen[k]}″  ${speeds[k].toFixed(2)} m/s`;
    return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="#3770a3" stroke-width="${wide}"/><text class="${flat ? 'middle' : ''}" x="${flat ? (x1 + x2) / 2 : (x1 + x2) / 2 + 11}" y="${flat ? y1 - 12 : (y1 + y2) / 2 + 4}">${text}</text>`;
  });
  const nodes = Object.entries(places).map(([id, [x, y]]) => {
    const k = junctions.findIndex((one) => one.id === Number(id));
    const text = k < 0 ? '210 m' : `${pressures[k].toFixed(1)} m`;
    return `<circle cx="${x}" cy="${y}" r="11" fill="#fff" stroke="#333" stroke-width="1.5"/><text class="middle" x="${x}" y="${y + 4}">${id}</text><text class="tick" x="${x > 300 && id !== '2' ? x + 15 : x - 50}" y="${y + (y === 60 && id !== '2' ? -14 : 24)}">${text}</text>`;
  });
  const title = `water-network: the design of least cost, ${costOf(chosen).toLocaleString('en-US')}`;
  const summary = 'Diameter and speed in each pipe, pressure head at each node, all at least 30 m';
  return standalone(picture({ title, summary }, 600, 320, lines.join('') + nodes.join('')));
}
