/** Michel's momentum-thickness Reynolds number at transition, `1.174 (1 + 22400 / Rx) Rx^0.46` [Michel1951], [CebeciSmith1974]. */
export function michelReynolds(distanceReynolds: number): number {
  return 1.174 * (1 + 22400 / distanceReynolds) * distanceReynolds ** 0.46;
}

/** Length of the transition zone between a quarter and three quarters turbulent, as a Reynolds number: `5 Rx^0.8` [DhawanNarasimha1958]. */
export function transitionReynolds(distanceReynolds: number): number {
  return 5 * distanceReynolds ** 0.8;
}

/** Reynolds number of the length that a separated laminar layer runs before it turns turbulent, `4e4` [Horton1968]. */
export const bubbleReynolds = 4e4;

/**
 * From 0 (attached) to 1 (separated) as Thwaites' `lambda` of a laminar layer falls from -0.07 to -0.10; published limits
 * lie between -0.08 and -0.09.
 */
export function laminarSeparation(lambda: number): number {
  return smoothStep((-0.07 - lambda) / 0.03);
}

/**
 * Rate, in [0, 1], at which turbulent spots are born in a layer that is `fraction` of the way to transition: none below
 * 0.85, all at 1, a cubic step between. Michel's criterion marks observed transition, so the first spots come earlier.
 */
export function spotProduction(fraction: number): number {
  return smoothStep((fraction - 0.85) / 0.15);
}

/** Shape factor (displacement over momentum thickness) at which a turbulent layer is taken to separate. */
export const turbulentSeparation = 2.4;

/** Shape factor of a turbulent layer that was laminar just before. */
export const youngShapeFactor = 1.4;

/** Ludwieg & Tillmann's friction coefficient of a turbulent layer, `0.246 10^(-0.678 H) Rtheta^-0.268` [LudwiegTillmann1950]. */
export function frictionCoefficient(shape: number, thetaReynolds: number): number {
  return 0.246 * 10 ** (-0.678 * shape) * thetaReynolds ** -0.268;
}

/** Head's dimensionless entrainment velocity, `0.0306 (H1 - 3)^-0.6169` [Head1958], [CebeciBradshaw1977]. */
export function entrainmentVelocity(entrainmentShape: number): number {
  return 0.0306 * (entrainmentShape - 3) ** -0.6169;
}

/** Head's second shape factor H1 > 3.3 of a layer with shape factor H < 1.6 [CebeciBradshaw1977]. */
export function entrainmentShapeFactor(shape: number): number {
  return 3.3 + 0.8234 * (shape - 1.1) ** -1.287;
}

/** H1 - 3.3 where the branches of the published fit meet, at H = 1.585; at its nominal H = 1.6 they are 0.02 apart. */
const branchExcess = 2.091421237243012;

/** The shape factor H that belongs to Head's H1, infinite for `H1 <= 3.3`; the inverse of the fit of [CebeciBradshaw1977]. */
export function shapeFactor(entrainmentShape: number): number {
  const excess = entrainmentShape - 3.3;
  if (!(excess > 0)) return Number.POSITIVE_INFINITY;
  if (excess < branchExcess) return 0.6778 + (excess / 1.5501) ** (-1 / 3.064);
  return 1.1 + (excess / 0.8234) ** (-1 / 1.287);
}

/** `3 t^2 - 2 t^3` on [0, 1], constant outside. */
function smoothStep(t: number): number {
  const part = Math.min(Math.max(t, 0), 1);
  return part * part * (3 - 2 * part);
}
