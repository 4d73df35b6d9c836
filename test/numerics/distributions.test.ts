import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erfc, erfcx, logNormalCdf, normalCdf, normalPdf, normalQuantile } from '../../src/numerics/distributions.ts';

// Every table below was computed with mpmath 1.3 at 60 digits (200 where log Phi needs them) and rounded to double.

/** Relative error, where the reference is not too small to have one. */
const relative = (value: number, exact: number) => (exact === 0 ? Math.abs(value) : Math.abs(value / exact - 1));

describe('the error functions', () => {
  test.each([
    [-6.0, 2.0, 8622463094230390],
    [-2.5, 1.999593047982555, 1035.814842972623],
    [-1.0, 1.8427007929497148, 5.008980080762283],
    [-0.3, 1.3286267594591274, 1.4537492328427655],
    [-1e-10, 1.000000000112838, 1.000000000112838],
    [0.0, 1.0, 1.0],
    [1e-10, 0.999999999887162, 0.999999999887162],
    [0.1, 0.887537083981715, 0.8964569799691267],
    [0.46875, 0.507386526782062, 0.6320696892495561],
    [0.5, 0.4795001221869535, 0.6156903441929259],
    [0.84375, 0.23277433876765838, 0.4743680720269093],
    [1.0, 0.15729920705028513, 0.427583576155807],
    [1.25, 0.07709987174354177, 0.3678229164523611],
    [2.0, 0.004677734981047266, 0.25539567631050575],
    [2.857, 0.000053358260086846374, 0.1871148342026104],
    [3.9, 3.4792248597231765e-8, 0.14031418160068973],
    [4.0, 1.541725790028002e-8, 0.13699945762506138],
    [4.1, 6.700027654084918e-9, 0.133834116418652],
    [6.0, 2.1519736712498913e-17, 0.09277656780053835],
    [10.0, 2.088487583762545e-45, 0.05614099274382259],
    [20.0, 5.395865611607901e-176, 0.02817434874105132],
    [26.5, 2.2109076642637343e-307, 0.021275046685371106],
  ])('at %d are erfc %d and erfcx %d', (x, complement, scaled) => {
    expect(relative(erfc(x), complement)).toBeLessThan(1e-15);
    expect(relative(erfcx(x), scaled)).toBeLessThan(1e-15);
  });

  test.each([
    [50.0, 0.011281536265323773],
    [1e3, 0.0005641893014533876],
    [1e7, 5.6418958354775346e-8],
    [1e10, 5.641895835477563e-11],
    [1e160, 5.641895835477563e-161],
    [1e300, 5.641895835477562e-301],
  ])('leave erfcx finite far out: at %d it is %d', (x, scaled) => {
    expect(relative(erfcx(x), scaled)).toBeLessThan(1e-15);
    expect(erfc(x)).toBe(0);
  });

  test('have their limits at the infinities', () => {
    expect([erfc(-1e9), erfc(Infinity), erfc(-Infinity)]).toEqual([2, 0, 2]);
    expect([erfcx(Infinity), erfcx(-Infinity)]).toEqual([0, Infinity]);
    for (const f of [erfc, erfcx, normalCdf, normalPdf, logNormalCdf]) expect(f(Number.NaN)).toBeNaN();
  });
});

describe('the normal distribution', () => {
  test.each([
    [-37.5, 4.605353009581955e-308, -707.6689893175072],
    [-30.0, 4.906713927148187e-198, -454.3212439563432],
    [-10.0, 7.619853024160525e-24, -53.23128515051247],
    [-5.0, 2.866515718791939e-7, -15.064998393988725],
    [-2.0, 0.02275013194817921, -3.783184333682032],
    [-1.0, 0.15865525393145705, -1.8410216450092636],
    [-0.5, 0.3085375387259869, -1.1759117615936185],
    [0.0, 0.5, -Math.LN2],
    [0.3, 0.6179114221889527, -0.4814101615884812],
    [1.0, 0.8413447460685429, -0.17275377902344988],
    [2.0, 0.9772498680518208, -0.02301290932896349],
    [5.0, 0.9999997133484281, -2.866516129637636e-7],
    [8.2, 0.9999999999999999, -1.2019351542735859e-16],
  ])('at %d has the distribution function %d and its logarithm %d', (z, probability, logarithm) => {
    expect(relative(normalCdf(z), probability)).toBeLessThan(1e-15);
    expect(relative(logNormalCdf(z), logarithm)).toBeLessThan(1e-15);
  });

  test.each([
    [-50, -1254.8313611394199],
    [-1e3, -500007.82669481216],
    [-1e5, -5000000012.431864],
    [-1e8, -5000000000000019],
    [10, -7.619853024160525e-24],
    [20, -2.7536241186062337e-89],
  ])('at %d has the log distribution function %d', (z, logarithm) => {
    expect(relative(logNormalCdf(z), logarithm)).toBeLessThan(1e-15);
  });

  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-20, -9.262340089798407],
    [1e-10, -6.361340902404057],
    [0.001, -3.0902323061678136],
    [0.02425, -1.972961051311885],
    [0.05, -1.6448536269514726],
    [0.1, -1.2815515655446004],
    [0.3, -0.5244005127080408],
    [0.425, -0.18911842627279252],
    [0.5, 0.0],
    [0.575, 0.18911842627279238],
    [0.7, 0.5244005127080407],
    [0.975, 1.9599639845400538],
    [0.999, 3.090232306167813],
    [0.9999999999, 6.361340889697422],
  ])('has the quantile of %d at %d', (p, z) => {
    expect(relative(normalQuantile(p), z)).toBeLessThan(1e-15);
  });

  test('has a quantile that inverts the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
        // The quantile is determined by p only to the rounding of p: dz = dp / pdf(z).
        const slack = (normalCdf(z) * 2.3e-16) / normalPdf(z);
        expect(Math.abs(normalQuantile(normalCdf(z)) - z)).toBeLessThan(1e-14 * (1 + Math.abs(z)) + 4 * slack);
      }),
    );
  });

  test('has a density that is the slope of the distribution function', () => {
    for (const z of [-6, -2.3, -0.7, 0, 0.59, 0.61, 3]) {
      const slope = (normalCdf(z + 1e-4) - normalCdf(z - 1e-4)) / 2e-4;
      expect(Math.abs(slope - normalPdf(z))).toBeLessThan(1e-8 * (1 + z * z) * normalPdf(z) + 1e-12);
    }
    expect(normalPdf(0)).toBe(1 / Math.sqrt(2 * Math.PI));
    expect([normalPdf(Infinity), normalPdf(-1e200), normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 0, 0, 1]);
  });

  test('refuses what is not a probability', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});
