import { describe, expect, it } from 'vitest';
import { aerodynamics, panelCount } from '../../simulators/aerofoil/aerodynamics.ts';
import type { Section } from '../../simulators/aerofoil/geometry.ts';
import aerofoil from '../../simulators/aerofoil/index.ts';
import { Rng } from '../../src/numerics/random.ts';

const naca = (camber: number, camberPosition: number, thickness: number): Section => ({
  camber,
  camberPosition,
  thickness,
});
const naca0012 = naca(0, 0.4, 0.12);

describe('drag', () => {
  // Abbott & von Doenhoff, Theory of Wing Sections, appendix IV: least drag of the smooth sections, read from the polars.
  it.each([
    ['NACA 0012', naca0012, 0, 3e6, 0.0062],
    ['NACA 0012', naca0012, 0, 6e6, 0.0058],
    ['NACA 0012', naca0012, 0, 9e6, 0.0057],
    ['NACA 2412', naca(0.02, 0.4, 0.12), 0, 5.7e6, 0.006],
    ['NACA 4412', naca(0.04, 0.4, 0.12), 0, 6e6, 0.006],
  ])('of %s is within a tenth of the wind tunnel', (_name, section, alpha, reynolds, measured) => {
    expect(Math.abs(aerodynamics(section, { alpha, reynolds }).cd / measured - 1)).toBeLessThan(0.1);
  });

  it('is the same at plus and minus the angle of attack of a symmetrical section', () => {
    const up = aerodynamics(naca0012, { alpha: 5, reynolds: 4e6 });
    const down = aerodynamics(naca0012, { alpha: -5, reynolds: 4e6 });
    expect(up.cd).toBeCloseTo(down.cd, 9);
    expect(up.cl).toBeCloseTo(-down.cl, 9);
  });

  it('has no jumps along a sweep of the angle of attack', { tags: ['slow'] }, () => {
    const section = naca(0.04, 0.4, 0.1);
    const cd = Array.from({ length: 61 }, (_, k) => aerodynamics(section, { alpha: -2 + k / 7.5, reynolds: 4e6 }).cd);
    const largest = Math.max(...cd.slice(1).map((value, k) => Math.abs(value - cd[k])));
    expect(largest).toBeLessThan(0.1 * (Math.max(...cd) - Math.min(...cd)));
  });
});

describe('the panel count', () => {
  // camber, position, thickness, alpha, Reynolds number: spread over the box, transition fore and aft.
  const sections = [
    [0, 0.4, 0.12, 4, 3e6],
    [0.02, 0.4, 0.12, 0, 6e6],
    [0.02, 0.4, 0.12, 6, 2e6],
    [0.04, 0.4, 0.12, 2, 6e6],
    [0.04, 0.3, 0.15, 3, 3e6],
    [0.06, 0.5, 0.1, 2, 8e6],
    [0.03, 0.6, 0.18, 5, 1.5e6],
    [0.01, 0.35, 0.09, -1, 4e6],
    [0.05, 0.45, 0.14, 4, 9e6],
    [0.02, 0.5, 0.08, 6, 6e6],
    [0.06, 0.3, 0.16, 0, 2e6],
    [0.035, 0.55, 0.11, 7, 5e6],
  ];
  const at = (panels: number) =>
    sections.map(([camber, position, thickness, alpha, reynolds]) =>
      aerodynamics(naca(camber, position, thickness), { alpha, reynolds }, panels),
    );

  it('leaves errors below 0.5 % in lift, drag and moment against 480 panels, and half of it would not', {
    tags: ['slow'],
  }, () => {
    const fine = at(480);
    const error = (panels: number) =>
      Math.max(
        ...at(panels).flatMap(({ cl, cd, cm }, k) => [
          Math.abs(cl / fine[k].cl - 1),
          Math.abs(cd / fine[k].cd - 1),
          Math.abs(cm - fine[k].cm) / 0.05,
        ]),
      );
    expect(error(panelCount)).toBeLessThan(0.005);
    expect(error(panelCount / 2)).toBeGreaterThan(0.005);
  });
});

describe('the simulator', () => {
  const context = () => ({ rng: new Rng('aerofoil'), seed: 1, signal: new AbortController().signal });
  const point = { camber: 0.03, camberPosition: 0.45, thickness: 0.12, alpha: 5, reynolds: 5e6 };

  it('answers equal points equally, with plausible coefficients', async () => {
    const once = await aerofoil.run(point, context());
    const again = await aerofoil.run(point, context());
    expect(again).toEqual(once);
    expect(once.cl).toBeGreaterThan(0.8);
    expect(once.cd).toBeGreaterThan(0.004);
    expect(once.cm).toBeLessThan(-0.05);
  });

  it('fails where a turbulent layer separates, naming the place', () => {
    const stalled = { ...point, camber: 0.05, thickness: 0.17, alpha: 10 };
    expect(() => aerofoil.run(stalled, context())).toThrow(
      /^turbulent separation on the upper surface at x\/c = 0\.[6-9]/,
    );
  });

  it('fails in a small part of its box', { tags: ['slow'] }, () => {
    let failed = 0;
    for (let k = 0; k < 100; k++) {
      // Points of the Kronecker lattice of the root of x^6 = x + 1: even and reproducible.
      const u = Float64Array.from({ length: 5 }, (_, j) => (0.5 + (k + 1) * 1.1347241384015194 ** -(j + 1)) % 1);
      try {
        aerofoil.run(aerofoil.space.decode(u), context());
      } catch (error) {
        expect(String(error)).toMatch(/separation/);
        failed++;
      }
    }
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(failed).toBeLessThanOrEqual(12);
  });
});
