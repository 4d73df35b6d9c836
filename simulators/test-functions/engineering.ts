import { integer, ordinal, type Parameters, real } from 'imago';
import { bounded, type TestFunction } from './test-function.ts';

/**
 * Cost of a welded beam, constrained by shear, bending, geometry, deflection and buckling [Ragsdell1976].
 * The buckling load is 4.013 E t b^3 / (6 L^2) (1 - t / (2 L) sqrt(E / 4 G)): the six belongs under the fraction bar.
 */
export const weldedBeam: TestFunction = {
  name: 'welded-beam',
  source: 'Ragsdell1976',
  parameters: {
    h: real(0.1, 2, { unit: 'in', description: 'weld thickness' }),
    l: real(0.1, 10, { unit: 'in', description: 'weld length' }),
    t: real(0.1, 10, { unit: 'in', description: 'bar height' }),
    b: real(0.1, 2, { unit: 'in', description: 'bar thickness' }),
  },
  inequalities: 7,
  evaluate([h, l, t, b]) {
    const [P, L, E, G] = [6000, 14, 30e6, 12e6];
    const radius = Math.sqrt(l ** 2 / 4 + ((h + t) / 2) ** 2);
    const inertia = 2 * Math.SQRT2 * h * l * (l ** 2 / 12 + ((h + t) / 2) ** 2);
    const direct = P / (Math.SQRT2 * h * l);
    const torsion = (P * (L + l / 2) * radius) / inertia;
    const shear = Math.sqrt(direct ** 2 + (direct * torsion * l) / radius + torsion ** 2);
    const buckling = ((4.013 * E * t * b ** 3) / (6 * L ** 2)) * (1 - (t / (2 * L)) * Math.sqrt(E / (4 * G)));
    const bar = 0.04811 * t * b * (14 + l);
    return bounded(1.10471 * h ** 2 * l + bar, [
      shear - 13600,
      (6 * P * L) / (b * t ** 2) - 30000,
      h - b,
      0.10471 * h ** 2 + bar - 5,
      0.125 - h,
      (4 * P * L ** 3) / (E * t ** 3 * b) - 0.25,
      P - buckling,
    ]);
  },
  optimum: {
    value: 1.724852308597365,
    points: [[0.20572963978607947, 3.470488665628002, 9.036623910357633, 0.20572963978607947]],
  },
};

/** Weight of a tension/compression spring: wire d, coil D, N active coils [Belegundu1982]. */
export const spring: TestFunction = {
  name: 'spring',
  source: 'Belegundu1982',
  parameters: {
    d: real(0.05, 2, { unit: 'in', description: 'wire diameter' }),
    D: real(0.25, 1.3, { unit: 'in', description: 'mean coil diameter' }),
    N: real(2, 15, { description: 'active coils' }),
  },
  inequalities: 4,
  evaluate: ([d, D, N]) =>
    bounded((N + 2) * D * d ** 2, [
      1 - (D ** 3 * N) / (71785 * d ** 4),
      (4 * D ** 2 - d * D) / (12566 * (D * d ** 3 - d ** 4)) + 1 / (5108 * d ** 2) - 1,
      1 - (140.45 * d) / (D ** 2 * N),
      (d + D) / 1.5 - 1,
    ]),
  optimum: { value: 0.012665232788319417, points: [[0.05168906108276346, 0.3567177397994408, 11.28896575161334]] },
};

/** The pressure vessel with plates `thickness`, its length up to `longest`: the published limit x4 <= 240 is left to the bound, which decides the optimum. */
function vessel(
  name: string,
  thickness: Parameters[string],
  longest: number,
  optimum: TestFunction['optimum'],
): TestFunction {
  return {
    name,
    source: 'Sandgren1990',
    parameters: {
      shell: thickness,
      head: thickness,
      radius: real(10, 200, { unit: 'in' }),
      length: real(10, longest, { unit: 'in' }),
    },
    inequalities: 3,
    evaluate: ([x1, x2, x3, x4]) =>
      bounded(0.6224 * x1 * x3 * x4 + 1.7781 * x2 * x3 ** 2 + 3.1661 * x1 ** 2 * x4 + 19.84 * x1 ** 2 * x3, [
        0.0193 * x3 - x1,
        0.00954 * x3 - x2,
        1296000 - Math.PI * x3 ** 2 * x4 - (4 / 3) * Math.PI * x3 ** 3,
      ]),
    optimum,
  };
}

const plates = ordinal(
  Array.from({ length: 99 }, (_, i) => (i + 1) / 16),
  { unit: 'in' },
);
const sheet = real(1 / 16, 99 / 16, { unit: 'in' });

/** Cost of a pressure vessel of plates in sixteenths of an inch, length <= 200 in [Sandgren1990]. */
export const pressureVessel: TestFunction = vessel('pressure-vessel', plates, 200, {
  value: 6059.714335048435,
  points: [[0.8125, 0.4375, 42.09844559585492, 176.6365958424394]],
});

/** The pressure vessel with plates of any thickness, length <= 200 in. */
export const pressureVesselContinuous: TestFunction = vessel('pressure-vessel-continuous', sheet, 200, {
  value: 5885.332773616458,
  points: [[0.7781686413751053, 0.384649162627902, 40.3196187240987, 200]],
});

/** The pressure vessel with plates of any thickness, length <= 240 in. */
export const pressureVesselLong: TestFunction = vessel('pressure-vessel-long', sheet, 240, {
  value: 5804.376216756255,
  points: [[0.7275909293536158, 0.35964857336961115, 37.69901188360704, 240]],
});

/** The speed reducer, its second shaft at least `shortest` cm between bearings: both bounds are in print [Golinski1970]. */
function reducer(name: string, shortest: number, optimum: TestFunction['optimum']): TestFunction {
  return {
    name,
    source: 'Golinski1970',
    parameters: {
      x1: real(2.6, 3.6, { unit: 'cm', description: 'face width' }),
      x2: real(0.7, 0.8, { unit: 'cm', description: 'module of teeth' }),
      x3: integer(17, 28, { description: 'teeth of the pinion' }),
      x4: real(7.3, 8.3, { unit: 'cm', description: 'first shaft between bearings' }),
      x5: real(shortest, 8.3, { unit: 'cm', description: 'second shaft between bearings' }),
      x6: real(2.9, 3.9, { unit: 'cm', description: 'diameter of the first shaft' }),
      x7: real(5, 5.5, { unit: 'cm', description: 'diameter of the second shaft' }),
    },
    inequalities: 11,
    evaluate([x1, x2, x3, x4, x5, x6, x7]) {
      const gear = 0.7854 * x1 * x2 ** 2 * (3.3333 * x3 ** 2 + 14.9334 * x3 - 43.0934);
      const shafts = 7.4777 * (x6 ** 3 + x7 ** 3) + 0.7854 * (x4 * x6 ** 2 + x5 * x7 ** 2);
      return bounded(gear - 1.508 * x1 * (x6 ** 2 + x7 ** 2) + shafts, [
        27 / (x1 * x2 ** 2 * x3) - 1,
        397.5 / (x1 * x2 ** 2 * x3 ** 2) - 1,
        (1.93 * x4 ** 3) / (x2 * x3 * x6 ** 4) - 1,
        (1.93 * x5 ** 3) / (x2 * x3 * x7 ** 4) - 1,
        Math.sqrt(((745 * x4) / (x2 * x3)) ** 2 + 16.9e6) / (110 * x6 ** 3) - 1,
        Math.sqrt(((745 * x5) / (x2 * x3)) ** 2 + 157.5e6) / (85 * x7 ** 3) - 1,
        (x2 * x3) / 40 - 1,
        (5 * x2) / x1 - 1,
        x1 / (12 * x2) - 1,
        (1.5 * x6 + 1.9) / x4 - 1,
        (1.1 * x7 + 1.9) / x5 - 1,
      ]);
    },
    optimum,
  };
}

/** Weight of a speed reducer, x5 >= 7.3 [Golinski1970]. */
export const speedReducer: TestFunction = reducer('speed-reducer', 7.3, {
  value: 2994.47106614682,
  points: [[3.5, 0.7, 17, 7.3, 7.715319911478244, 3.350214666096447, 5.286654464980222]],
});

/** The speed reducer with x5 >= 7.8. */
export const speedReducerLong: TestFunction = reducer('speed-reducer-long', 7.8, {
  value: 2996.34816496853,
  points: [[3.5, 0.7, 17, 7.3, 7.8, 3.350214666096447, 5.286683229757916]],
});
