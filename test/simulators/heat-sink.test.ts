import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelFlow, channelNusselt, developedFriction } from '../../simulators/heat-sink/air-flow.ts';
import { type Section, solveConduction } from '../../simulators/heat-sink/conduction.ts';
import heatSinkSimulator, { heatSinkOfCells } from '../../simulators/heat-sink/index.ts';
import { defaultCells, type HeatSink, heatSink, plate, sectionOf } from '../../simulators/heat-sink/plate-fin.ts';
import { conjugateGradients } from '../../simulators/heat-sink/sparse.ts';
import { Rng } from '../../src/numerics/random.ts';

const even = (from: number, to: number, n: number) =>
  Float64Array.from({ length: n + 1 }, (_, k) => from + ((to - from) * k) / n);

/** The order of convergence seen between two meshes, the second twice as fine. */
const order = (coarse: number, fine: number) => Math.log2(Math.abs(coarse / fine));

describe('conjugate gradients', () => {
  test('solve random systems of the kind that conduction makes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        const rng = new Rng(seed);
        const diagonal = Float64Array.from({ length: n }, () => 0.01 + rng.uniform());
        const [start, column, value] = [[0], [] as number[], [] as number[]];
        const dense = Array.from({ length: n }, () => new Float64Array(n));
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < i; j++) {
            if (rng.uniform() > 0.2) continue;
            const conductance = 10 ** (2 * rng.uniform());
            column.push(j);
            value.push(-conductance);
            dense[i][j] = dense[j][i] = -conductance;
            diagonal[i] += conductance;
            diagonal[j] += conductance;
          }
          start.push(column.length);
        }
        for (let i = 0; i < n; i++) dense[i][i] = diagonal[i];
        const exact = Float64Array.from({ length: n }, () => rng.normal());
        const b = Float64Array.from(dense, (row) => row.reduce((sum, a, j) => sum + a * exact[j], 0));
        const matrix = {
          diagonal,
          start: Int32Array.from(start),
          column: Int32Array.from(column),
          value: Float64Array.from(value),
        };
        const { x } = conjugateGradients(matrix, b, { tolerance: 1e-13 });
        for (let i = 0; i < n; i++) expect(Math.abs(x[i] - exact[i])).toBeLessThan(1e-7);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  const chain = (diagonal: number[]) => ({
    diagonal: Float64Array.from(diagonal),
    start: Int32Array.from([0, ...diagonal.map((_, i) => i)]),
    column: Int32Array.from(diagonal.slice(1), (_, i) => i),
    value: new Float64Array(diagonal.length - 1).fill(-1),
  });

  test('need one iteration where the factorization is exact', () => {
    const { iterations, residual } = conjugateGradients(chain([2, 2, 2, 2, 2]), Float64Array.of(1, 0, 3, 0, -2));
    expect(iterations).toBe(1);
    expect(residual).toBeLessThan(1e-10);
  });

  test('refuse a matrix that is not positive definite, and stop at the limit', () => {
    expect(() => conjugateGradients(chain([1, 0.5]), Float64Array.of(1, 1))).toThrow(/not positive definite.* row 1/);
    expect(() => conjugateGradients(chain([2, 2]), Float64Array.of(1, 1), { limit: 0 })).toThrow(/after 0 iterations/);
  });
});

describe('conduction', () => {
  test('through a slab under air is exact on any grid', () => {
    // One row of air above two uneven rows of metal: T(bottom) = q (1 / h + d / k).
    const section: Section = {
      x: Float64Array.of(0, 0.01, 0.025),
      y: Float64Array.of(0, 0.001, 0.004, 0.005),
      solid: Uint8Array.of(1, 1, 1, 1, 0, 0),
      conductivity: 20,
      film: 50,
      source: Float64Array.of(0.01 * 1000, 0.015 * 1000),
    };
    const { bottom, released } = solveConduction(section);
    for (const temperature of bottom) expect(temperature).toBeCloseTo(1000 * (1 / 50 + 0.004 / 20), 8);
    expect(released).toBeCloseTo(25, 8);
  });

  /** Half a straight fin, insulated at its axis and tip, a column of air beside it, an even flux into its root. */
  function fin(half: number, length: number, conductivity: number, film: number, n: number): Section {
    const x = Float64Array.from([...even(0, half, n), 1.1 * half]);
    const solid = Uint8Array.from({ length: (n + 1) * 2 * n }, (_, cell) => (cell % (n + 1) < n ? 1 : 0));
    const source = Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? (half / n) * 1e4 : 0));
    return { x, y: even(0, length, 2 * n), solid, conductivity, film, source };
  }

  test('in a thin straight fin has the efficiency tanh(m L) / (m L)', () => {
    for (const [half, length, conductivity, film] of [
      [0.0005, 0.03, 200, 40],
      [0.0003, 0.05, 70, 80],
      [0.001, 0.02, 400, 200],
    ]) {
      const mL = length * Math.sqrt(film / (conductivity * half));
      const { bottom, released } = solveConduction(fin(half, length, conductivity, film, 16));
      const root = bottom.slice(0, 16).reduce((sum, temperature) => sum + temperature / 16, 0);
      const efficiency = released / (film * length * root);
      expect(Math.abs(efficiency / (Math.tanh(mL) / mL) - 1)).toBeLessThan(2e-3);
    }
  });

  test('in a thick fin converges to its exact series with order two', () => {
    // T = sum C_n cos(l_n x) cosh(l_n (L - y)), l_n a tan(l_n a) = Bi: the even flux q at the root is sum c_n cos(l_n x).
    const [half, length, conductivity, film] = [0.01, 0.015, 10, 400];
    const biot = (film * half) / conductivity;
    let exact = 0;
    for (let n = 0; n < 4000; n++) {
      let [low, high] = [n * Math.PI, (n + 0.5) * Math.PI];
      for (let k = 0; k < 60; k++) {
        const middle = (low + high) / 2;
        if (middle * Math.sin(middle) < biot * Math.cos(middle) === (n % 2 === 0)) low = middle;
        else high = middle;
      }
      const mu = (low + high) / 2;
      const c = (2 * Math.sin(mu)) / (mu + Math.sin(mu) * Math.cos(mu));
      exact += (1e4 * c * half) / (conductivity * mu * Math.tanh((mu * length) / half));
    }
    const error = (n: number) => {
      const { bottom } = solveConduction(fin(half, length, conductivity, film, n));
      // The temperature is even about the axis: extrapolate from the first two faces, at 1/2 and 3/2 widths.
      return (9 * bottom[0] - bottom[1]) / 8 - exact;
    };
    const [e16, e32, e64] = [16, 32, 64].map(error);
    expect(Math.abs(e64 / exact)).toBeLessThan(2e-4);
    expect(order(e16, e32)).toBeGreaterThan(1.7);
    expect(order(e32, e64)).toBeGreaterThan(1.8);
    expect(order(e32, e64)).toBeLessThan(2.3);
  });

  test('spreads from a strip like the exact cosine series, with order two', () => {
    // A slab of half width a under air, flux q on |x| < s: the mean temperature of the strip by separation of variables.
    const [a, d, s, conductivity, film] = [0.05, 0.006, 0.0125, 72, 300];
    const flux = 5e4;
    let exact = (flux * s * (1 / film + d / conductivity)) / a;
    for (let n = 1; n < 20000; n++) {
      const l = (n * Math.PI) / a;
      const t = Math.tanh(l * d);
      const amplitude = (2 * flux * Math.sin(l * s)) / (n * Math.PI * conductivity * l);
      const depth = (1 + (film / (conductivity * l)) * t) / (t + film / (conductivity * l));
      exact += (amplitude * depth * Math.sin(l * s)) / (l * s);
    }
    const error = (n: number) => {
      const nx = 8 * n;
      const section: Section = {
        x: even(0, a, nx),
        y: Float64Array.from([...even(0, d, n), d + 0.001]),
        solid: Uint8Array.from({ length: nx * (n + 1) }, (_, cell) => (cell < nx * n ? 1 : 0)),
        conductivity,
        film,
        source: Float64Array.from({ length: nx }, (_, i) => (i < nx / 4 ? (flux * a) / nx : 0)),
      };
      const { bottom } = solveConduction(section);
      return bottom.slice(0, nx / 4).reduce((sum, temperature) => sum + temperature, 0) / (nx / 4) - exact;
    };
    const [e8, e16] = [8, 16].map(error);
    expect(Math.abs(e16 / exact)).toBeLessThan(5e-4);
    expect(order(e8, e16)).toBeGreaterThan(1.7);
    expect(order(e8, e16)).toBeLessThan(2.3);
  });
});

describe('the air', () => {
  test('takes up no more heat than warming it to the temperature of the fins allows, and comes near where the gap is narrow', () => {
    // Nu = Re* Pr / 2 says that all the air leaves as warm as the fins.
    expect(channelNusselt(0.1, 0.72) / ((0.1 * 0.72) / 2)).toBeGreaterThan(0.99);
    for (const reynolds of [0.1, 1, 10, 100])
      expect(channelNusselt(reynolds, 0.72)).toBeLessThan((reynolds * 0.72) / 2);
    // Developing flow: a flat plate on both sides, 0.664 Re^(1/2) Pr^(1/3).
    expect(channelNusselt(1e7, 0.72) / (0.664 * Math.sqrt(1e7) * Math.cbrt(0.72))).toBeCloseTo(1, 2);
  });

  test('rubs like flow between plates and in a square duct', () => {
    // 24 exactly; 14.227 is the exact series for the square duct [ShahLondon1978].
    expect(developedFriction(0)).toBe(24);
    expect(developedFriction(1)).toBeCloseTo(14.227, 1);
    const [gap, length, speed, openness] = [0.001, 10, 1, 0.999];
    const { pressureDrop } = channelFlow({ gap, height: 10, length, openness, approachSpeed: speed * openness });
    expect(pressureDrop / ((12 * 1.846e-5 * speed * length) / gap ** 2)).toBeCloseTo(1, 2);
  });
});

const sinks: HeatSink[] = [
  { finHeight: 0.03, finThickness: 0.001, fins: 20, baseThickness: 0.005, metal: 'aluminium', airSpeed: 3 },
  { finHeight: 0.015, finThickness: 0.002, fins: 15, baseThickness: 0.012, metal: 'copper', airSpeed: 1 },
  { finHeight: 0.06, finThickness: 0.0005, fins: 33, baseThickness: 0.002, metal: 'magnesium', airSpeed: 4 },
];

describe('the heat sink', () => {
  test('gives off to the air what the source puts in', () => {
    for (const sink of sinks)
      expect((2 * heatSink(sink, 6).field.released * plate.length) / plate.power).toBeCloseTo(1, 9);
  });

  test('of a perfect conductor has the temperature that its wetted surface needs', () => {
    for (const sink of sinks) {
      const film = 37;
      const { bottom } = solveConduction({ ...sectionOf(sink, film, 4), conductivity: 1e7 });
      // The gaps' floors, and both sides of every fin but the flanks of the outermost.
      const floors = plate.width - sink.fins * sink.finThickness;
      const area = (floors + 2 * (sink.fins - 1) * sink.finHeight) * plate.length;
      for (const temperature of bottom) expect((temperature * film * area) / plate.power).toBeCloseTo(1, 3);
    }
  });

  test('weighs what its metal weighs', () => {
    const [{ mass }] = sinks.map((sink) => heatSink(sink, 2));
    expect(mass).toBeCloseTo(2690 * 0.1 * (0.1 * 0.005 + 20 * 0.001 * 0.03), 12);
  });

  test('is resolved below 0.2 % by its mesh, where a third of the cells would leave more, with order two', {
    tags: ['slow'],
  }, () => {
    for (const sink of [sinks[0], sinks[2]]) {
      const [rise4, rise12, rise20] = [4, defaultCells, 20].map((cells) => heatSink(sink, cells).rise);
      // Richardson: the error falls like cells^-2.
      const exact = rise20 - (rise12 - rise20) / ((20 / defaultCells) ** 2 - 1);
      expect(Math.abs(rise12 / exact - 1)).toBeLessThan(2e-3);
      expect(Math.abs(rise4 / exact - 1)).toBeGreaterThan(2e-3);
      expect(Math.log((rise4 - exact) / (rise12 - exact)) / Math.log(3)).toBeGreaterThan(1.7);
      expect(Math.log((rise4 - exact) / (rise12 - exact)) / Math.log(3)).toBeLessThan(2.3);
    }
  });
});

describe('the simulator', () => {
  const context = { rng: new Rng('heat-sink'), seed: 1, signal: new AbortController().signal };
  const point = {
    finHeight: 30,
    finThickness: 1,
    fins: 20,
    baseThickness: 5,
    airSpeed: 3,
    metal: 'aluminium',
  } as const;

  test('answers in its units what the model answers', async () => {
    const { rise, resistance, mass, pressureDrop } = heatSink(sinks[0]);
    expect(await heatSinkSimulator.run(point, context)).toEqual({ rise, resistance, mass, pressureDrop });
    expect(resistance * plate.power).toBeLessThan(rise);
  });

  test('cools better and holds up more air the more fins it has', () => {
    const answers = [14, 24, 36].map((fins) => heatSink({ ...sinks[0], fins }, 4));
    for (const [few, many] of [answers.slice(0, 2), answers.slice(1)]) {
      expect(many.rise).toBeLessThan(few.rise);
      expect(many.pressureDrop).toBeGreaterThan(few.pressureDrop);
    }
  });

  test('comes with other meshes, which workers can load', async () => {
    const coarse = heatSinkOfCells({ cells: 4 });
    expect(coarse.source?.options).toEqual({ cells: 4 });
    expect((await coarse.run(point, context)).rise).toBe(heatSink(sinks[0], 4).rise);
    expect(() => heatSinkOfCells({ cells: 5 })).toThrow(/even number of cells, at least 2, got 5/);
  });
});
