import { describe, expect, test } from 'vitest';
import { domainOf, logAxis } from '../../src/report/plots/axis.ts';
import { ramp } from '../../src/report/plots/color.ts';
import { convergencePlot } from '../../src/report/plots/convergence-plot.ts';
import { designPlot, parallelPlot } from '../../src/report/plots/design-plot.ts';
import { effectsPlot, profilePlot } from '../../src/report/plots/effects-plot.ts';
import { thin } from '../../src/report/plots/frame.ts';
import { frontPlot } from '../../src/report/plots/front-plot.ts';
import { inputAxis, inputsOf } from '../../src/report/plots/input.ts';
import { parityPlot } from '../../src/report/plots/parity-plot.ts';
import { hatching } from '../../src/report/plots/region.ts';
import { calibrationError, reliabilityBins, reliabilityPlot } from '../../src/report/plots/reliability-plot.ts';
import { residualPlot } from '../../src/report/plots/residual-plot.ts';
import { slicePlot } from '../../src/report/plots/slice-plot.ts';
import { sobolPlot } from '../../src/report/plots/sobol-plot.ts';
import type { EvaluationSummary, ParameterSummary } from '../../src/study/summary.ts';

const inputs = ['a', 'b', 'c'].map((name) => ({
  name,
  label: `${name} [m]`,
  ticks: [0, 0.5, 1].map((u) => ({ u, text: String(10 * u) })),
  ends: ['0', '10'] as const,
}));
const titled = { title: 'A title', unit: 'kg', truth: 'answered' };
const point = (value: number | null, failed = false) => ({ u: [0.2, 0.5, 1], value, failed, note: 'a note' });
const design = (values: (number | null)[]) => ({
  points: values.map((value) => point(value, value === null)),
  inputs,
  quantity: 'mass',
  falling: true,
});
const grid = (value: (r: number, c: number) => number) =>
  Array.from({ length: 5 }, (_, r) => Array.from({ length: 5 }, (_, c) => value(r, c)));
const steps = [0, 0.25, 0.5, 0.75, 1];
const slice = (values: number[][], levels: number[] = steps) => ({
  slice: { inputs: [0, 2] as const, levels: [levels, steps] as const, values },
  inputs,
  quantity: 'mass',
  mark: { u: [0, 0.5, 1], name: 'best point' },
});
const effects = (value: number) => ({
  first: [value, value, value],
  total: [value, value, value],
  levels: [steps, [0.25, 0.75], [0.5]],
  main: [steps.map(() => value), [value, value], [value]],
});
const convergence = (...curves: (number | null)[][]) => ({
  curves: curves.map((curve, k) => ({ name: `search ${k}`, curve })),
  quantity: 'mass',
  unit: 'kg',
  designSize: 2,
});

const plots: Readonly<Record<string, string>> = {
  'parity of nothing': parityPlot([], titled),
  'parity of one point': parityPlot([[1, 1, 0]], titled),
  'parity of constants': parityPlot(
    [
      [5, 5, 1],
      [5, 5, 1],
    ],
    titled,
  ),
  'parity of zeros': parityPlot(
    [
      [0, 0, Number.NaN],
      [0, 0, Number.NaN],
    ],
    titled,
  ),
  'parity of unknowns': parityPlot(
    [
      [1, Number.NaN, 1],
      [2, 2, Number.NaN],
      [3, 3, Number.POSITIVE_INFINITY],
    ],
    titled,
  ),
  'parity over 600 decades': parityPlot(
    [
      [1e-300, 1e300, 1e300],
      [-1e300, 0, 1],
    ],
    titled,
  ),
  'residuals of nothing': residualPlot([], titled),
  'residuals of one exact point': residualPlot([[1, 1, 0]], titled),
  'residuals of an interpolating model': residualPlot(
    [
      [1, 1, 1e-9],
      [2, 2, 1e-9],
    ],
    titled,
  ),
  'classes of nothing': reliabilityPlot([], titled),
  'classes beyond [0, 1]': reliabilityPlot(
    [
      [1, 1.2, Number.NaN],
      [0, -0.1, Number.NaN],
      [1, 1, Number.NaN],
    ],
    titled,
  ),
  'convergence of nothing': convergencePlot(convergence()),
  'convergence of nothing feasible': convergencePlot(convergence([null, null], [null])),
  'convergence of one run': convergencePlot(convergence([3])),
  'convergence of a constant': convergencePlot(convergence([0, 0, 0], new Array(90).fill(0))),
  'convergence over decades': convergencePlot(convergence([null, 1e6, 1e3, 1], new Array(90).fill(1e-9))),
  'a design of one point': designPlot(design([3]), [0, 1]),
  'a design that failed': designPlot(design([null, null]), [0, 1]),
  'an empty design': parallelPlot(design([])),
  'a design in parallel': parallelPlot(design([3, null, 3])),
  'effects of a constant': effectsPlot(effects(0), inputs, { title: 'Effects', quantity: 'mass' }),
  'effects unknown': effectsPlot(effects(Number.NaN), inputs, { title: 'Effects', quantity: 'mass' }),
  'indices of a constant': sobolPlot(
    inputs.map(({ name }) => ({ name, first: 0, total: 0 })),
    titled,
  ),
  'indices unknown': sobolPlot([{ name: 'a', first: Number.NaN, total: -0.01 }], titled),
  'indices beyond 1': sobolPlot([{ name: 'a', first: 40, total: 70 }], titled),
  'a slice of a plane': slicePlot(slice(grid((r, c) => r + c))),
  'a slice of a constant': slicePlot(slice(grid(() => 7))),
  'a slice with holes': slicePlot(slice(grid((r, c) => (r === c ? Number.NaN : r / c)))),
  'a slice of unknowns': slicePlot(slice(grid(() => Number.NaN))),
  'a slice over levels': slicePlot(
    slice(
      grid((r, c) => r * c),
      [0.1, 0.3, 0.5, 0.7, 0.9],
    ),
  ),
};

test.each(Object.entries(plots))('%s is drawn at finite places inside its picture', (_, svg) => {
  expect(svg).not.toMatch(/NaN|undefined|null|Infinity/);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  expect(svg).toMatch(/role="img" aria-label="[^"]+"/);
  const horizontal = [...svg.matchAll(/ (?:x|cx)="([^"]*)"/g)].map(([, at]) => Number(at));
  const vertical = [...svg.matchAll(/ (?:y|cy)="([^"]*)"/g)].map(([, at]) => Number(at));
  for (const at of horizontal) expect(at).toBeGreaterThanOrEqual(-10);
  for (const at of horizontal) expect(at).toBeLessThanOrEqual(width);
  for (const at of vertical) expect(at).toBeGreaterThanOrEqual(-10);
  for (const at of vertical) expect(at).toBeLessThanOrEqual(height);
  for (const [, size] of svg.matchAll(/ (?:width|height|r)="([^"]*)"/g)) expect(Number(size)).toBeGreaterThanOrEqual(0);
  for (const [, path] of svg.matchAll(/ d="([^"]*)"/g))
    for (const place of path.split(/[MLHVZmlhv ]/)) expect(place === '' || Number.isFinite(Number(place))).toBe(true);
});

test('a parity plot puts equal values on its diagonal and the interval around the prediction', () => {
  const svg = parityPlot(
    [
      [0, 0, 1],
      [10, 10, 1],
    ],
    titled,
  );
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
  const [, left, bottom, right, top] = /class="reference" d="M(\d+) (\d+)L(\d+) (\d+)"/.exec(svg)!.map(Number);
  expect(dots).toEqual([
    [left, bottom],
    [right, top],
  ]);
  expect(svg).toContain('<title>10 kg, predicted 10 ± 2</title>');
});

test('a convergence plot draws a step where the curve changes, and nothing while it is null', () => {
  const svg = convergencePlot(convergence([null, 5, 5, 1, 1]));
  const [path] = [...svg.matchAll(/class="curve c0" d="(M[^"]*)"><title>/g)].map(([, d]) => d);
  expect(path).toMatch(/^M[\d.]+ [\d.]+H[\d.]+V[\d.]+H[\d.]+$/);
  expect(svg).toContain('end of design');
  expect(svg).toContain('search 0: 1 kg after 5 runs');
});

test('many runs of a baseline make the axis logarithmic', () => {
  const label = (svg: string) => />(simulator runs[^<]*)</.exec(svg)?.[1];
  expect(label(convergencePlot(convergence([3, 2], [3, 2, 1])))).toBe('simulator runs');
  expect(label(convergencePlot(convergence([3, 2], new Array(50).fill(1))))).toBe('simulator runs (logarithmic)');
});

describe('axes', () => {
  test('push equal bounds apart and forget what is unknown', () => {
    expect(domainOf([])).toEqual([0, 1]);
    expect(domainOf([null, Number.NaN])).toEqual([0, 1]);
    expect(domainOf([4, 4])).toEqual([2, 6]);
    expect(domainOf([0])).toEqual([-1, 1]);
    expect(domainOf([3, null, -1])).toEqual([-1, 3]);
    expect(logAxis('', [1, 1000], [0, 300]).at(10)).toBeCloseTo(100, 9);
  });

  test('thin keeps the first, the last and the order', () => {
    const kept = thin(
      Array.from({ length: 1001 }, (_, i) => i),
      11,
    );
    expect(kept).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    expect(thin([1, 2, 3], 11)).toEqual([1, 2, 3]);
  });

  test('a ramp is the darker the larger a value is, on every plot', () => {
    const values = [0, 2.5, 10];
    expect(values.map(ramp(values).classOf)).toEqual(['r0', 'r2', 'r8']);
    expect(ramp(values).classOf(null)).toBe('unknown');
  });

  test.each([
    ['a slice', (values: number[]) => slicePlot(slice(grid((r, c) => values[(r + c) % 3])))],
    ['a design', (values: number[]) => designPlot(design(values), [0, 1])],
    ['a design in parallel', (values: number[]) => parallelPlot(design(values))],
  ])('the numbers beside the colors of %s are not cut', (_, drawn) => {
    const spans = [
      [0, 3e-4, 7e-4],
      [0, 4, 10],
      [-12_000, -30_000, -60_000],
      [1.1e-7, 1.3e-7, 1.7e-7],
    ];
    for (const span of spans) {
      const svg = drawn(span);
      const [, width] = /viewBox="0 0 (\d+) /.exec(svg)!.map(Number);
      const bar = svg.slice(svg.lastIndexOf('<g class="tick">'));
      const texts = [...bar.matchAll(/<text x="([\d.]+)"[^>]*>([^<]+)</g)];
      expect(texts.length).toBeGreaterThan(2);
      for (const [, x, text] of texts) expect(Number(x) + 6.6 * text.length, text).toBeLessThanOrEqual(width);
    }
  });

  test('a ramp over decades goes by powers of ten', () => {
    const values = [1e-5, 2e-4, 3e-3, 0.5, 10];
    const { limits, classOf } = ramp(values);
    expect(limits).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(new Set(values.map(classOf)).size).toBe(5);
  });
});

describe('what a limit forbids', () => {
  const box = { left: 0, right: 90, top: 0, bottom: 90 };
  const places = (path: string) => [...path.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

  test('is hatched where it holds, and only there', () => {
    const marks = places(hatching(box, (x) => x > 60));
    expect(marks.length).toBeGreaterThan(4);
    expect(Math.min(...marks.map(([x]) => x))).toBeGreaterThan(60);
    expect(hatching(box, () => false)).toBe('');
  });

  test('begins at a line of the slice, on a grid and on tiles', () => {
    const excess = grid((_, c) => c - 2.5);
    const drawn = (own: number[][], levels?: number[]) => {
      const data = slice(
        grid((r, c) => r + c),
        levels,
      );
      return slicePlot({ ...data, slice: { ...data.slice, excess: own } });
    };
    const smooth = drawn(excess);
    expect(smooth).toContain('not allowed');
    const [, line] = /class="limit" d="([^"]*)"/.exec(smooth)!;
    const xs = places(line).map(([x]) => x);
    expect(xs.length).toBeGreaterThan(4);
    // From 54 to 302, five eighths of the way.
    for (const x of xs) expect(Math.abs(x - (54 + (248 * 5) / 8))).toBeLessThan(0.2);
    expect(drawn(grid(() => -1))).not.toContain('class="hatch"');
    const [, hatched] = /class="hatch" d="(M[\d][^"]{60,})"/.exec(drawn(excess, [0.1, 0.3, 0.5, 0.7, 0.9]))!;
    expect(Math.min(...places(hatched).map(([x]) => x))).toBeGreaterThan(54 + 248 * 0.59);
  });
});

test('a reliability diagram has a dot for each bin, where its points are, and the mean difference', () => {
  const parity = [
    ...Array.from({ length: 40 }, (_, i) => [i < 30 ? 1 : 0, 0.95, Number.NaN] as const),
    ...Array.from({ length: 60 }, (_, i) => [i < 6 ? 1 : 0, 0.1, Number.NaN] as const),
    [Number.NaN, 0.5, Number.NaN] as const,
  ];
  const bins = reliabilityBins(parity);
  expect(bins.map(({ count, observed }) => [count, observed])).toEqual([
    [60, 0.1],
    [40, 0.75],
  ]);
  // 60 points are right, 40 are off by 0.2.
  expect(calibrationError(bins)).toBeCloseTo(0.08, 10);
  expect(calibrationError([])).toBeNaN();
  const svg = reliabilityPlot(parity, titled);
  expect([...svg.matchAll(/<circle class="c0" cx="([\d.]+)"/g)].map(([, x]) => Number(x))).toEqual([83.4, 333.3]);
  expect(svg).toContain('observed 75 % of 40 points (95 % interval 59.8 % to 85.8 %)');
});

test('labels of panels side by side do not meet, and keep their units', () => {
  const long = inputs.map((input) => ({ ...input, name: 'baseThickness', label: 'baseThickness [mm]' }));
  const svg = effectsPlot(effects(1), long, { title: 'Effects', quantity: 'mass' });
  const labels = [...svg.matchAll(/class="label middle" x="([\d.]+)"[^>]*>([^<]+)</g)];
  expect(labels.length).toBe(3);
  const [spacing] = labels.slice(1).map(([, x], i) => Number(x) - Number(labels[i][1]));
  for (const [, , text] of labels) {
    expect(6.6 * [...text].length).toBeLessThan(spacing);
    expect(text).toMatch(/^baseT.*… \[mm\]$/);
  }
});

test('a profile has the band of the model, the best point, and hatching where a limit does not hold', () => {
  const profile = {
    input: 0,
    levels: steps,
    values: [1, 2, 3, 4, 5],
    deviations: [0.1, 0, 0.1, 0, 0.1],
    excess: [-1, -1, -1, 1, 1],
  };
  const told = { title: 'Through the best point', quantity: 'mass [kg]', mark: [0.5, 0.5, 0.5] };
  const svg = profilePlot([profile, { ...profile, input: 1 }], inputs, told);
  // In each panel, and in the legend.
  expect(svg.match(/class="band c0"/g)).toHaveLength(2 + 1);
  expect(svg.match(/class="hatch"/g)).toHaveLength(2 + 1);
  expect(svg).toContain('± 1.96 standard deviations');
  // The legend is one line.
  expect(svg).toContain('viewBox="0 0 360 165"');
  const intervals = profile.values.map((value) => [value - 1, value + 2] as const);
  const claimed = profilePlot([{ ...profile, intervals }], inputs, told);
  expect(claimed).toContain('95 % interval of the model');
  expect(claimed).not.toContain('standard deviations');
  expect(svg.match(/class="reference dashed"/g)).toHaveLength(2);
  const bare = { input: 0, levels: steps, values: profile.values };
  expect(profilePlot([bare], inputs, { ...told, mark: null })).not.toMatch(/band|hatch|dashed/);
});

/** What stands along the vertical axis, and how far left each text begins, by the width of a letter. */
function sideOf(svg: string) {
  const [, side] =
    /<g class="tick end">((?:<text[^>]*>[^<]*<\/text>)+)<\/g>(?=<text class="label middle"|<path|<g class="dots)/.exec(
      svg,
    )!;
  return [...side.matchAll(/<text x="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, text]) => ({
    text,
    begins: Number(x) - 5.7 * text.length,
  }));
}

test('numbers along an axis do not run into its name where they are long', () => {
  const long = {
    name: 'b',
    label: 'b [Pa]',
    ticks: [0, 1].map((u) => ({ u, text: ['1,000', '1,000,000'][u] })),
    ends: ['1', '2'] as const,
  };
  const data = slice(grid((r, c) => r + c));
  const pictures = [
    slicePlot({ ...data, inputs: [inputs[0], long, long] }),
    slicePlot(data),
    profilePlot([{ input: 0, levels: [0, 1], values: [1e-4, 0.9] }], inputs, { title: 't', quantity: 'q', mark: null }),
  ];
  // The turned name ends at 14.
  for (const svg of pictures)
    for (const { text, begins } of sideOf(svg)) expect([text, begins > 14]).toEqual([text, true]);
  expect(sideOf(pictures[0]).map(({ text }) => text)).toEqual(['1,000', '1,000,000']);
});

test('a title of any length ends inside its picture', () => {
  const data = slice(grid((r, c) => r + c));
  const svg = slicePlot({ ...data, quantity: 'standard deviation of the deflection of a plate [m]' });
  const [, width, title] = /viewBox="0 0 (\d+) .*?<text class="title" x="2" y="14">([^<]*)</.exec(svg)!;
  expect(title).toMatch(/^standard deviation of the deflection.*…$/);
  expect(title.length * 7.3).toBeLessThanOrEqual(Number(width));
});

test('probabilities stand along a linear axis, quantities of many decades along a logarithmic one', () => {
  const drawn = (quantity: string) =>
    profilePlot([{ input: 0, levels: [0, 0.5, 1], values: [1e-9, 0.4, 1] }], inputs, {
      title: 't',
      quantity,
      mark: null,
    });
  expect(sideOf(drawn('probability of kind = soft')).map(({ text }) => text)).toEqual(['0', '0.5', '1']);
  expect(sideOf(drawn('leak [kg]')).map(({ text }) => text)[0]).toMatch(/^10⁻/);
});

test('a front over many decades has a logarithmic axis', () => {
  const objective = (name: string) => ({ objective: name, sense: 'minimize' as const, unit: 'm' });
  const at = (id: string, a: number, b: number) => ({ id, objectives: [a, b] });
  const svg = frontPlot(
    { objectives: [objective('a'), objective('b')], front: [at('1', 1, 0.2), at('2', 2, 1e-4)], rest: [] },
    [0, 1],
  );
  expect(sideOf(svg).map(({ text }) => text)).toEqual(expect.arrayContaining(['0.001', '0.1']));
  const [x] = [...svg.matchAll(/<g class="tick middle">(.*?)<\/g>/g)].map(([, own]) => own);
  expect(x).toContain('>1.2<');
});

describe('inputs', () => {
  const parameter = (name: string, kind: ParameterSummary['kind'], range: string, rest = {}): ParameterSummary => ({
    name,
    kind,
    range,
    bounds: null,
    scale: null,
    choices: null,
    ...rest,
    unit: '',
    description: '',
  });
  const evaluation = (u: number[], values: EvaluationSummary['point']): EvaluationSummary => ({
    id: '1',
    point: values,
    u,
    outputs: null,
    failure: null,
  });

  test('read in the author’s units: linear, logarithmic and chosen', () => {
    const [linear, log, choice] = inputsOf(
      [
        parameter('linear', 'real', 'a number in [1, 100]', { bounds: [1, 100], scale: 'linear' }),
        parameter('log', 'real', 'a number in [1, 100] N', { bounds: [1, 100], scale: 'log' }),
        parameter('choice', 'categorical', 'one of steel, aluminium'),
      ],
      [
        evaluation([0.5, 0.5, 0.25], { linear: 50.5, log: 10, choice: 'steel' }),
        evaluation([0.1, 0.9, 0.75], { linear: 10.9, log: 63.1, choice: 'aluminium' }),
      ],
    );
    expect(linear.ticks.find(({ text }) => text === '40')?.u).toBeCloseTo(39 / 99, 12);
    expect(log.ticks.find(({ text }) => text === '10')?.u).toBeCloseTo(0.5, 12);
    expect([log.ends, choice.ends]).toEqual([
      ['1', '100'],
      ['steel', 'aluminium'],
    ]);
    expect(choice.ticks).toEqual([
      { u: 0.25, text: 'steel' },
      { u: 0.75, text: 'aluminium' },
    ]);
    expect(inputAxis(choice, [0, 200]).at(0.75)).toBe(150);
  });

  test('that were inactive everywhere have an axis without ticks', () => {
    expect(inputsOf([parameter('side', 'integer', 'an integer in 1 .. 4')], [evaluation([0.5], {})])[0].ticks).toEqual(
      [],
    );
  });
});
