import { describe, expect, it } from 'vitest';
import { boundaryLayer } from '../../simulators/aerofoil/boundary-layer.ts';
import {
  entrainmentShapeFactor,
  laminarSeparation,
  michelReynolds,
  shapeFactor,
} from '../../simulators/aerofoil/closures.ts';
import { type Curve, cubicSpline } from '../../simulators/aerofoil/spline.ts';

const plate: Curve = { value: () => 1, slope: () => 0 };

describe('the laminar layer', () => {
  it('grows on a flat plate as Blasius computed, theta sqrt(Rx) / x = 0.664', () => {
    const { theta, intermittency } = boundaryLayer(plate, 1, 1e-5);
    expect(intermittency).toBe(0);
    expect(Math.abs((theta * Math.sqrt(1e5)) / 0.664 - 1)).toBeLessThan(0.015);
  });

  it('starts from a stagnation point with theta^2 = 0.075 nu / U', () => {
    const { theta } = boundaryLayer({ value: (s) => s, slope: () => 1 }, 1, 1e-4);
    expect((theta * theta) / 1e-4).toBeCloseTo(0.075, 5);
  });

  it("follows Thwaites' integral under Howarth's retarded stream U = 1 - s", () => {
    const viscosity = 1e-5;
    const { theta } = boundaryLayer({ value: (s) => 1 - s, slope: () => -1 }, 0.05, viscosity);
    expect((theta * theta) / viscosity).toBeCloseTo(0.075 * (0.95 ** -6 - 1), 4);
  });

  it("is separated where Howarth's layer is, at s = 0.120", () => {
    const lambda = (s: number) => -0.075 * ((1 - s) ** -6 - 1);
    expect(laminarSeparation(lambda(0.1))).toBe(0);
    expect(laminarSeparation(lambda(0.12))).toBeGreaterThan(0.5);
    expect(laminarSeparation(lambda(0.14))).toBe(1);
  });
});

describe('transition', () => {
  it("is that of a flat plate in a quiet stream, between Rx = 1e6 and 4e6 by Michel's line", () => {
    const crossing = (reynolds: number) => 0.6708 * Math.sqrt(reynolds) - michelReynolds(reynolds);
    expect(crossing(1e6)).toBeLessThan(0);
    expect(crossing(4e6)).toBeGreaterThan(0);
  });

  it('comes earlier where the pressure rises and later where it falls', () => {
    const wedge = (slope: number): Curve => ({ value: (s) => 1 + slope * s, slope: () => slope });
    const shares = [0.1, 0, -0.1].map((slope) => boundaryLayer(wedge(slope), 1, 1 / 5e5).intermittency);
    expect(shares[0]).toBeLessThan(0.01);
    expect(shares[2]).toBeGreaterThan(shares[1]);
  });

  it('moves continuously with the pressures: no jump is left as a sweep through a deepening bubble is refined', {
    tags: ['slow'],
  }, () => {
    const theta = (depth: number) => {
      const dip = (s: number) => 1 - depth * Math.exp(-(((s - 0.3) / 0.05) ** 2));
      const slope = (s: number) => ((1 - dip(s)) * 2 * (s - 0.3)) / 0.05 ** 2;
      return boundaryLayer({ value: dip, slope }, 0.8, 1 / 3e6).theta;
    };
    const sweep = (steps: number) => {
      const values = Array.from({ length: steps + 1 }, (_, k) => theta((0.12 * k) / steps));
      return Math.max(...values.slice(1).map((value, k) => Math.abs(value - values[k])));
    };
    expect(theta(0.12) / theta(0)).toBeGreaterThan(1.02);
    expect(sweep(480)).toBeLessThan(sweep(30) / 6);
  });
});

describe('the turbulent layer', () => {
  // Ludwieg and Tillmann's friction with Head's H is known to lie a little below Schlichting's line.
  it.each([1e6, 3e6, 1e7])(
    'has the drag of a flat plate by Prandtl and Schlichting within 7 %% at R = %f',
    (reynolds) => {
      const { theta, shape } = boundaryLayer(plate, 1, 1 / reynolds, { tripped: true });
      const published = 0.455 / Math.log10(reynolds) ** 2.58;
      expect(Math.abs((2 * theta) / published - 1)).toBeLessThan(0.07);
      expect(shape).toBeGreaterThan(1.2);
      expect(shape).toBeLessThan(1.45);
    },
  );

  it('has a shape factor that is the inverse of H1 and continuous where its branches meet', () => {
    for (const shape of [1.2, 1.3, 1.4, 1.5]) expect(shapeFactor(entrainmentShapeFactor(shape))).toBeCloseTo(shape, 10);
    for (let entrainment = 4; entrainment < 20; entrainment += 0.01) {
      const fall = shapeFactor(entrainment) - shapeFactor(entrainment + 0.01);
      expect(fall > 0 && fall < 0.02).toBe(true);
      if (entrainment > 5) expect(fall).toBeLessThan(0.004);
    }
    expect(shapeFactor(3.3)).toBe(Number.POSITIVE_INFINITY);
  });

  it('separates where the stream is slowed too fast, and only there', () => {
    const slowed = (by: number): Curve => ({ value: (s) => 1 - by * s, slope: () => -by });
    expect(boundaryLayer(slowed(0.2), 1, 1e-7, { tripped: true }).separated).toBe(false);
    const { separated, s } = boundaryLayer(slowed(0.8), 1, 1e-7, { tripped: true });
    expect(separated).toBe(true);
    expect(s).toBeLessThan(0.9);
  });

  it('does not depend on the number of steps', () => {
    const curve: Curve = { value: (s) => 1 + s - s * s, slope: (s) => 1 - 2 * s };
    const [coarse, fine] = [400, 3200].map((steps) => boundaryLayer(curve, 0.9, 2e-7, { steps }));
    expect(Math.abs(coarse.theta / fine.theta - 1)).toBeLessThan(2e-4);
  });
});

describe('the spline', () => {
  it('reproduces a smooth function and its slope', () => {
    const t = Float64Array.from({ length: 41 }, (_, i) => (Math.PI * i) / 40);
    const curve = cubicSpline(
      t,
      t.map((v) => Math.sin(v)),
    );
    for (const at of [0.3, 1.7, 1.2, 2.9]) {
      expect(curve.value(at)).toBeCloseTo(Math.sin(at), 6);
      expect(curve.slope(at)).toBeCloseTo(Math.cos(at), 4);
    }
  });
});
