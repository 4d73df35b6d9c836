import { describe, expect, it } from 'vitest';
import { type Contour, contour, type Section } from '../../simulators/aerofoil/geometry.ts';
import { solveInPlace } from '../../simulators/aerofoil/linear-system.ts';
import { potentialFlow } from '../../simulators/aerofoil/panel-method.ts';

const degree = Math.PI / 180;
const naca = (camber: number, camberPosition: number, thickness: number): Section => ({
  camber,
  camberPosition,
  thickness,
});
const flow = (section: Section, alpha: number, panels = 200) => potentialFlow(contour(section, panels), alpha * degree);

/** Speed at the station `at` of the upper (nodes 0..n/2) or lower surface, linear between nodes. */
function speedAt(shape: Contour, velocity: Float64Array, at: number, side: 'upper' | 'lower'): number {
  const half = (shape.x.length - 1) / 2;
  const node = (i: number) => (side === 'upper' ? half - i : half + i);
  let i = 0;
  while (shape.x[node(i + 1)] < at) i++;
  const part = (at - shape.x[node(i)]) / (shape.x[node(i + 1)] - shape.x[node(i)]);
  return Math.abs(velocity[node(i)] + part * (velocity[node(i + 1)] - velocity[node(i)]));
}

/** Thin-aerofoil theory of a four-digit mean line: zero-lift angle (radians) and cm about the quarter chord, by quadrature. */
function thinAerofoil(camber: number, p: number): { zeroLift: number; cm: number } {
  const moments = [0, 0, 0];
  const steps = 200_000;
  for (let i = 0; i < steps; i++) {
    const t = (Math.PI * (i + 0.5)) / steps;
    const x = (1 - Math.cos(t)) / 2;
    const slope = (2 * camber * (p - x)) / (x < p ? p * p : (1 - p) * (1 - p));
    for (let k = 0; k < 3; k++) moments[k] += (slope * Math.cos(k * t)) / steps;
  }
  return { zeroLift: moments[0] - moments[1], cm: (Math.PI / 2) * (moments[2] - moments[1]) };
}

describe('the linear solver', () => {
  it('pivots where the diagonal is zero', () => {
    const x = solveInPlace(Float64Array.of(0, 2, 1, 1, 0, 1, 3, 1, 0), Float64Array.of(7, 4, 5));
    for (const [i, value] of [1, 2, 3].entries()) expect(x[i]).toBeCloseTo(value, 12);
  });

  it('names a singular matrix', () => {
    expect(() => solveInPlace(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1))).toThrow(/singular/);
  });
});

describe('NACA four-digit geometry', () => {
  it('has the published ordinates of NACA 0012', () => {
    // Abbott & von Doenhoff, Theory of Wing Sections, appendix I: x, y in per cent of the chord.
    const published = [1.25, 1.894, 5, 3.555, 10, 4.683, 30, 6.002, 50, 5.294, 80, 2.623];
    const { x, y } = contour(naca(0, 0.4, 0.12), 2000);
    for (let k = 0; k < published.length; k += 2) {
      const i = x.findIndex((at) => at <= published[k] / 100);
      expect(100 * y[i]).toBeCloseTo(published[k + 1], 1);
    }
  });

  it('closes at the trailing edge and puts the mean line at its camber', () => {
    const { x, y } = contour(naca(0.04, 0.4, 0.12), 200);
    expect([x[0], y[0], x[200], y[200]].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([1, 0, 1, 0]);
    const thin = contour(naca(0.04, 0.4, 1e-9), 2000);
    expect(Math.max(...thin.y)).toBeCloseTo(0.04, 6);
  });
});

describe('the panel method', () => {
  it('matches the exact flow round a Karman-Trefftz section', () => {
    const { shape, speed, cl } = karmanTrefftz({ x: -0.08, y: 0.06 }, 12 * degree, 5 * degree, 240);
    const { velocity, cl: computed } = potentialFlow(shape, 5 * degree);
    expect(computed).toBeCloseTo(cl, 2);
    const worst = Math.max(...speed.slice(4, -4).map((exact, k) => Math.abs(Math.abs(velocity[k + 4]) - exact)));
    expect(worst).toBeLessThan(0.01);
  });

  it('tends to the lift slope 2 pi of thin-aerofoil theory as thickness vanishes', () => {
    const slope = (thickness: number) => flow(naca(0, 0.4, thickness), 1).cl / Math.sin(degree);
    expect(slope(0.01) / (2 * Math.PI)).toBeCloseTo(1.008, 2);
    expect(Math.abs(2 * slope(0.02) - slope(0.04) - 2 * Math.PI) / (2 * Math.PI)).toBeLessThan(0.003);
  });

  it.each([
    [0.02, 0.4],
    [0.04, 0.4],
    [0.03, 0.55],
  ])(
    'has the zero-lift angle and moment of thin-aerofoil theory for a thin section of camber %f at %f',
    (camber, p) => {
      const theory = thinAerofoil(camber, p);
      const { cl, cm } = flow(naca(camber, p, 0.01), theory.zeroLift / degree);
      expect(Math.abs(cl)).toBeLessThan(0.01);
      expect(cm / theory.cm).toBeCloseTo(1, 1);
    },
  );

  it('gives NACA 0012 its potential lift slope of about 6.9 per radian', () => {
    expect(flow(naca(0, 0.4, 0.12), 10).cl / Math.sin(10 * degree)).toBeCloseTo(6.9, 1);
  });

  // Abbott & von Doenhoff, Theory of Wing Sections, appendix I, NACA 0012: x, v/V at zero lift, and the increment per unit cl.
  const table: [number, number, number][] = [
    [0.05, 1.174, 0.685],
    [0.1, 1.188, 0.479],
    [0.2, 1.183, 0.319],
    [0.3, 1.162, 0.239],
    [0.4, 1.135, 0.187],
    [0.5, 1.108, 0.149],
    [0.6, 1.08, 0.118],
    [0.7, 1.053, 0.092],
    [0.8, 1.022, 0.068],
    [0.9, 0.978, 0.044],
  ];

  it('has the published velocities of NACA 0012 at zero lift', () => {
    const shape = contour(naca(0, 0.4, 0.12), 200);
    const { velocity } = potentialFlow(shape, 0);
    for (const [x, published] of table) {
      expect(Math.abs(speedAt(shape, velocity, x, 'upper') - published)).toBeLessThan(0.01);
    }
  });

  it('has the published velocities of NACA 0012 on both sides under lift', () => {
    const shape = contour(naca(0, 0.4, 0.12), 200);
    const { velocity, cl } = potentialFlow(shape, 4 * degree);
    for (const [x, still, increment] of table) {
      expect(Math.abs(speedAt(shape, velocity, x, 'upper') - still - cl * increment)).toBeLessThan(0.015);
      expect(Math.abs(speedAt(shape, velocity, x, 'lower') - still + cl * increment)).toBeLessThan(0.015);
    }
  });

  it('mirrors a symmetrical section', () => {
    const up = flow(naca(0, 0.4, 0.15), 6);
    const down = flow(naca(0, 0.4, 0.15), -6);
    expect(up.cl).toBeCloseTo(-down.cl, 9);
    expect(up.cm).toBeCloseTo(-down.cm, 9);
    expect(up.velocity[30]).toBeCloseTo(-down.velocity[170], 9);
  });
});

interface Complex {
  x: number;
  y: number;
}

/**
 * The Karman-Trefftz section of a circle about `center` through 1: nodes ordered as a contour, scaled to a chord of about 1
 * with the trailing edge last, its exact surface speeds at incidence `alpha`, and `cl = 8 pi R sin(alpha + beta) / chord`.
 */
function karmanTrefftz(center: Complex, edgeAngle: number, alpha: number, panels: number) {
  const n = 2 - edgeAngle / Math.PI;
  const radius = Math.hypot(1 - center.x, center.y);
  const beta = Math.asin(center.y / radius);
  const x = new Float64Array(panels + 1);
  const y = new Float64Array(panels + 1);
  const speed: number[] = [];
  for (let i = 0; i <= panels; i++) {
    const angle = (2 * Math.PI * i) / panels;
    const zeta = { x: center.x + radius * Math.cos(angle - beta), y: center.y + radius * Math.sin(angle - beta) };
    const a = power({ x: zeta.x + 1, y: zeta.y }, n);
    const b = power({ x: zeta.x - 1, y: zeta.y }, n);
    const difference = { x: a.x - b.x, y: a.y - b.y };
    const ratio = divide({ x: a.x + b.x, y: a.y + b.y }, difference);
    x[i] = n * ratio.x;
    y[i] = n * ratio.y;
    // |dz/dzeta| = 4 n^2 |zeta^2 - 1|^(n - 1) / |(zeta + 1)^n - (zeta - 1)^n|^2
    const product = Math.hypot(zeta.x + 1, zeta.y) * Math.hypot(zeta.x - 1, zeta.y);
    const stretch = (4 * n * n * product ** (n - 1)) / (difference.x ** 2 + difference.y ** 2);
    speed.push(Math.abs(2 * Math.sin(angle - beta - alpha) + 2 * Math.sin(alpha + beta)) / stretch);
  }
  const chord = Math.max(...x) - Math.min(...x);
  const shape = { x: x.map((v) => 1 + (v - n) / chord), y: y.map((v) => v / chord) };
  return { shape, speed, cl: (8 * Math.PI * radius * Math.sin(alpha + beta)) / chord };
}

function power(z: Complex, n: number): Complex {
  const size = Math.hypot(z.x, z.y) ** n;
  const angle = n * Math.atan2(z.y, z.x);
  return { x: size * Math.cos(angle), y: size * Math.sin(angle) };
}

function divide(a: Complex, b: Complex): Complex {
  const square = b.x * b.x + b.y * b.y;
  return { x: (a.x * b.x + a.y * b.y) / square, y: (a.y * b.x - a.x * b.y) / square };
}
