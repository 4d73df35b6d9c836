import { real } from 'imago';
import { free, sum, type TestFunction } from './test-function.ts';

/** Ishigami's function with a = 7, b = 0.1: variance a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 [Ishigami1990]. */
export const ishigami: TestFunction = {
  name: 'ishigami',
  source: 'Ishigami1990',
  parameters: { x1: real(-Math.PI, Math.PI), x2: real(-Math.PI, Math.PI), x3: real(-Math.PI, Math.PI) },
  evaluate: ([x1, x2, x3]) => free(Math.sin(x1) + 7 * Math.sin(x2) ** 2 + 0.1 * x3 ** 4 * Math.sin(x1)),
  moments: { mean: 3.5, sd: Math.sqrt(49 / 8 + Math.PI ** 4 / 50 + Math.PI ** 8 / 1800 + 0.5) },
};

/** Midpoint voltage (V) of a push-pull circuit without output transformer [BenAri2007]. */
export const otlCircuit: TestFunction = {
  name: 'otl-circuit',
  source: 'BenAri2007',
  parameters: {
    Rb1: real(50, 150, { unit: 'kohm' }),
    Rb2: real(25, 70, { unit: 'kohm' }),
    Rf: real(0.5, 3, { unit: 'kohm' }),
    Rc1: real(1.2, 2.5, { unit: 'kohm' }),
    Rc2: real(0.25, 1.2, { unit: 'kohm' }),
    beta: real(50, 300, { description: 'current gain' }),
  },
  evaluate([Rb1, Rb2, Rf, Rc1, Rc2, beta]) {
    const base = (12 * Rb2) / (Rb1 + Rb2);
    const gain = beta * (Rc2 + 9);
    return free(((base + 0.74) * gain + 11.35 * Rf + (0.74 * Rf * gain) / Rc1) / (gain + Rf));
  },
  moments: { mean: 5.43405, sd: 1.1432 },
};

/** Cycle time (s) of a piston in a cylinder [BenAri2007]. */
export const piston: TestFunction = {
  name: 'piston',
  source: 'BenAri2007',
  parameters: {
    M: real(30, 60, { unit: 'kg', description: 'piston mass' }),
    S: real(0.005, 0.02, { unit: 'm^2', description: 'surface' }),
    V0: real(0.002, 0.01, { unit: 'm^3', description: 'initial gas volume' }),
    k: real(1000, 5000, { unit: 'N/m', description: 'spring coefficient' }),
    P0: real(90000, 110000, { unit: 'N/m^2', description: 'atmospheric pressure' }),
    Ta: real(290, 296, { unit: 'K', description: 'ambient temperature' }),
    T0: real(340, 360, { unit: 'K', description: 'filling gas temperature' }),
  },
  evaluate([M, S, V0, k, P0, Ta, T0]) {
    const force = P0 * S + 19.62 * M - (k * V0) / S;
    const gas = ((P0 * V0) / T0) * Ta;
    const volume = (S / (2 * k)) * (Math.sqrt(force ** 2 + 4 * k * gas) - force);
    return free(2 * Math.PI * Math.sqrt(M / (k + (S ** 2 * gas) / volume ** 2)));
  },
  moments: { mean: 0.462496, sd: 0.139495 },
};

/** Water flow (m^3/year) through a borehole that connects two aquifers [Harper1983]. */
export const borehole: TestFunction = {
  name: 'borehole',
  source: 'Harper1983',
  parameters: {
    rw: real(0.05, 0.15, { unit: 'm', description: 'radius of the borehole' }),
    r: real(100, 50000, { unit: 'm', description: 'radius of influence' }),
    Tu: real(63070, 115600, { unit: 'm^2/year', description: 'transmissivity of the upper aquifer' }),
    Hu: real(990, 1110, { unit: 'm', description: 'head of the upper aquifer' }),
    Tl: real(63.1, 116, { unit: 'm^2/year', description: 'transmissivity of the lower aquifer' }),
    Hl: real(700, 820, { unit: 'm', description: 'head of the lower aquifer' }),
    L: real(1120, 1680, { unit: 'm', description: 'length of the borehole' }),
    Kw: real(9855, 12045, { unit: 'm/year', description: 'hydraulic conductivity of the borehole' }),
  },
  evaluate([rw, r, Tu, Hu, Tl, Hl, L, Kw]) {
    const log = Math.log(r / rw);
    return free((2 * Math.PI * Tu * (Hu - Hl)) / (log * (1 + Tu / Tl) + (2 * L * Tu) / (rw ** 2 * Kw)));
  },
  moments: { mean: 77.6513, sd: 45.5953 },
};

/** Weight (lb) of a light aircraft's wing [Forrester2008]. */
export const wingWeight: TestFunction = {
  name: 'wing-weight',
  source: 'Forrester2008',
  parameters: {
    Sw: real(150, 200, { unit: 'ft^2', description: 'wing area' }),
    Wfw: real(220, 300, { unit: 'lb', description: 'fuel in the wing' }),
    A: real(6, 10, { description: 'aspect ratio' }),
    sweep: real(-10, 10, { unit: 'deg', description: 'quarter-chord sweep' }),
    q: real(16, 45, { unit: 'lb/ft^2', description: 'dynamic pressure at cruise' }),
    taper: real(0.5, 1, { description: 'taper ratio' }),
    tc: real(0.08, 0.18, { description: 'thickness to chord' }),
    Nz: real(2.5, 6, { description: 'ultimate load factor' }),
    Wdg: real(1700, 2500, { unit: 'lb', description: 'gross design weight' }),
    Wp: real(0.025, 0.08, { unit: 'lb/ft^2', description: 'paint' }),
  },
  evaluate([Sw, Wfw, A, sweep, q, taper, tc, Nz, Wdg, Wp]) {
    const cosine = Math.cos((sweep * Math.PI) / 180);
    const shape = (A / cosine ** 2) ** 0.6 * taper ** 0.04 * ((100 * tc) / cosine) ** -0.3;
    return free(0.036 * Sw ** 0.758 * Wfw ** 0.0035 * q ** 0.006 * shape * (Nz * Wdg) ** 0.49 + Sw * Wp);
  },
  moments: { mean: 268.075, sd: 48.0822 },
};

const angle = real(0, 2 * Math.PI, { unit: 'rad' });
const segment = real(0, 1);

/** Distance of a four-segment robot arm's hand from its shoulder [An2001]. */
export const robotArm: TestFunction = {
  name: 'robot-arm',
  source: 'An2001',
  parameters: {
    ...{ angle1: angle, angle2: angle, angle3: angle, angle4: angle },
    ...{ length1: segment, length2: segment, length3: segment, length4: segment },
  },
  evaluate(x) {
    const direction = (i: number) => sum(i + 1, (j) => x[j]);
    return free(
      Math.hypot(
        sum(4, (i) => x[4 + i] * Math.cos(direction(i))),
        sum(4, (i) => x[4 + i] * Math.sin(direction(i))),
      ),
    );
  },
  moments: { mean: 1.02602, sd: 0.529713 },
};

const screened = real(-0.5, 0.5);

/** Twenty inputs, of which two have no effect and most a linear one [Welch1992]. */
export const welch: TestFunction = {
  name: 'welch',
  source: 'Welch1992',
  parameters: Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`x${j + 1}`, screened])),
  evaluate(x) {
    const slopes = [
      0, 0.05, 0.08, 0, 1, -0.03, 0.03, 0, -0.09, -0.01, -0.07, 0, 0, -0.04, 0.06, 0, -0.01, -0.03, -5, 0,
    ];
    const linear = sum(20, (j) => slopes[j] * x[j]);
    return free((5 * x[11]) / (1 + x[0]) + 5 * (x[3] - x[19]) ** 2 + 40 * x[18] ** 3 + 0.25 * x[12] ** 2 + linear);
  },
  moments: { mean: 5 / 6 + 1 / 48, sd: Math.sqrt(25 / 9 + 35 / 36 + 1 / 12 + 55 / 84 + 0.0025 + 1 / 2880) },
};
