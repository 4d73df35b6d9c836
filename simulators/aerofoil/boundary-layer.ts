import {
  bubbleReynolds,
  entrainmentShapeFactor,
  entrainmentVelocity,
  frictionCoefficient,
  laminarSeparation,
  michelReynolds,
  shapeFactor,
  spotProduction,
  transitionReynolds,
  turbulentSeparation,
  youngShapeFactor,
} from './closures.ts';
import type { Curve } from './spline.ts';

/** A boundary layer where it leaves the surface. */
interface BoundaryLayer {
  /** Distance from the start. */
  s: number;
  /** Momentum thickness. */
  theta: number;
  /** Shape factor of its turbulent part. */
  shape: number;
  /** Share of the time that it is turbulent, in [0, 1]. */
  intermittency: number;
  /** It separates at `s`; otherwise `s` is the end of the surface. */
  separated: boolean;
}

/** How a layer is marched. */
interface MarchOptions {
  /** Runge-Kutta steps; their length grows linearly from the start. Default 400. */
  steps?: number;
  /** Turbulent from the first step, as on a rough surface. Default false. */
  tripped?: boolean;
}

/** Steps at the start that are left to quadrature: Thwaites' equation is stiff there. */
const quadratureSteps = 12;

// The unknowns: momentum thickness, Head's H1, Integral U^5 ds, the part of a bubble's length run, the transition zone run.
const [THETA, SHAPE, FIFTH, BUBBLE, ZONE] = [0, 1, 2, 3, 4];
const unknowns = 5;

/**
 * The boundary layer under the edge velocity `edge` from `s = 0` (a stagnation point or a sharp leading edge) to `length`.
 *
 * Laminar part: Thwaites, `dtheta/ds = nu (0.45 - 6 lambda) / (2 U theta)`, `lambda = theta^2 U' / nu` [Thwaites1949].
 * Turbulent part: momentum `dtheta/ds = cf / 2 - (H + 2) theta U' / U` with Ludwieg & Tillmann's friction, and Head's
 * entrainment `d(U theta H1)/ds = U F(H1)` [Head1958].
 * The two are weighted with Dhawan & Narasimha's intermittency `1 - exp(-0.412 z^2)`, where `z` counts the distance run in
 * transition in lengths of the zone [DhawanNarasimha1958]. A layer is in transition where its fractions of the two roads to
 * turbulence, `Rtheta` over Michel's value and the length run separated over Horton's, add up to about 1. A bubble thus
 * hastens transition instead of switching it, and everything downstream is a continuous function of the pressures.
 */
export function boundaryLayer(
  edge: Curve,
  length: number,
  viscosity: number,
  options: MarchOptions = {},
): BoundaryLayer {
  const { steps = 400, tripped = false } = options;
  const march = rungeKutta((s, y, rate) => rates(edge, viscosity, s, y, rate));
  const station = (i: number) => length * (i / steps) ** 2;
  const y = start(edge, station(quadratureSteps), viscosity, tripped);
  let shape = youngShapeFactor;
  for (let i = quadratureSteps; i < steps; i++) {
    const s = station(i);
    const h = station(i + 1) - s;
    march(s, h, y);
    const next = shapeFactor(y[SHAPE]);
    if (!(next < turbulentSeparation)) {
      const part = (turbulentSeparation - shape) / (next - shape);
      return leaving(s + part * h, turbulentSeparation, y);
    }
    shape = next;
  }
  return leaving(length, shape, y);
}

function leaving(s: number, shape: number, y: Float64Array): BoundaryLayer {
  const separated = !(shape < turbulentSeparation);
  return { s, theta: y[THETA], shape, intermittency: intermittency(y[ZONE]), separated };
}

function intermittency(zone: number): number {
  return 1 - Math.exp(-0.412 * zone * zone);
}

/** The unknowns at `s` by Simpson's rule for Thwaites' integral, `theta^2 = 0.45 nu U^-6 Integral U^5 ds`. */
function start(edge: Curve, s: number, viscosity: number, tripped: boolean): Float64Array {
  const h = s / 16;
  let fifth = 0;
  for (let i = 0; i < 16; i++) {
    fifth += (h / 6) * (edge.value(i * h) ** 5 + 4 * edge.value((i + 0.5) * h) ** 5 + edge.value((i + 1) * h) ** 5);
  }
  const y = new Float64Array(unknowns);
  y[THETA] = Math.sqrt((0.45 * viscosity * fifth) / edge.value(s) ** 6);
  y[SHAPE] = entrainmentShapeFactor(youngShapeFactor);
  y[FIFTH] = fifth;
  y[ZONE] = tripped ? Number.POSITIVE_INFINITY : 0;
  return y;
}

/** Writes into `rate` the derivatives of the unknowns `y` at `s`. */
function rates(edge: Curve, viscosity: number, s: number, y: Float64Array, rate: Float64Array): void {
  const speed = edge.value(s);
  const slope = edge.slope(s);
  const unitReynolds = speed / viscosity;
  const theta = y[THETA];
  const turbulent = intermittency(y[ZONE]);
  const laminarGrowth = (0.45 / theta - (6 * theta * slope) / viscosity) / (2 * unitReynolds);
  const shape = shapeFactor(y[SHAPE]);
  const strain = (theta * slope) / speed;
  const turbulentGrowth = frictionCoefficient(shape, unitReynolds * theta) / 2 - (shape + 2) * strain;
  rate[THETA] = laminarGrowth + turbulent * (turbulentGrowth - laminarGrowth);
  rate[SHAPE] = (turbulent * (entrainmentVelocity(y[SHAPE]) - y[SHAPE] * (turbulentGrowth + strain))) / theta;
  const laminarTheta = Math.sqrt((0.45 * viscosity * y[FIFTH]) / speed ** 6);
  const separated = laminarSeparation((laminarTheta * laminarTheta * meanSlope(edge, s)) / viscosity);
  const fraction = (unitReynolds * laminarTheta) / michelReynolds(unitReynolds * s) + y[BUBBLE];
  const past = spotProduction(fraction);
  rate[FIFTH] = speed ** 5;
  rate[BUBBLE] = (separated * unitReynolds) / bubbleReynolds;
  rate[ZONE] = past * (unitReynolds / transitionReynolds(unitReynolds * s) + rate[BUBBLE]);
}

/**
 * The slope of the edge velocity, averaged over 5 % of the distance run to either side. Where the two parabolas of the
 * mean line meet its curvature jumps, and the slope of the potential velocity has a logarithmic pole that is too narrow to
 * separate a layer and too sharp for any grid.
 */
function meanSlope(edge: Curve, s: number): number {
  const reach = Math.min(0.05 * s, 0.02);
  return (edge.value(s + reach) - edge.value(s - reach)) / (2 * reach);
}

/** The classical method of fourth order; the returned function advances `y` from `s` by `h` in place. */
function rungeKutta(f: (s: number, y: Float64Array, rate: Float64Array) => void) {
  const [a, b, c, d, probe] = Array.from({ length: 5 }, () => new Float64Array(unknowns));
  const ahead = (y: Float64Array, h: number, rate: Float64Array) => {
    for (let k = 0; k < unknowns; k++) probe[k] = y[k] + h * rate[k];
    return probe;
  };
  return (s: number, h: number, y: Float64Array): void => {
    f(s, y, a);
    f(s + h / 2, ahead(y, h / 2, a), b);
    f(s + h / 2, ahead(y, h / 2, b), c);
    f(s + h, ahead(y, h, c), d);
    for (let k = 0; k < unknowns; k++) y[k] += (h / 6) * (a[k] + 2 * b[k] + 2 * c[k] + d[k]);
  };
}
