import type { Contour } from './geometry.ts';
import { solveInPlace } from './linear-system.ts';

/** Plane potential flow of unit speed past a closed contour. */
export interface PotentialFlow {
  /** Speed along the surface at each node, towards the trailing edge: positive above, negative below the stagnation point. */
  velocity: Float64Array;
  /** Arc length from the upper trailing edge to each node, in chords. */
  arc: Float64Array;
  /** Lift coefficient from the pressures. */
  cl: number;
  /** Pitching moment coefficient about the quarter chord, nose up positive. */
  cm: number;
}

/**
 * Potential flow by a vortex sheet of linearly varying strength on each panel, at the angle of attack `alpha` (radians).
 *
 * The sheet makes the contour a streamline: at every node `y cos a - x sin a + 1/2pi Integral g ln r ds = psi0`, with
 * the node strengths `g` and the constant `psi0` unknown. As the flow inside is at rest, `g` is the surface velocity.
 * Kutta's condition is `g(first) + g(last) = 0`; both edge nodes of a sharp trailing edge give the same equation, so the
 * second is replaced by `g` above and below having opposite second differences there [Drela1989].
 */
export function potentialFlow({ x, y }: Contour, alpha: number): PotentialFlow {
  const nodes = x.length;
  const size = nodes + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const arc = new Float64Array(nodes);
  for (let j = 1; j < nodes; j++) arc[j] = arc[j - 1] + Math.hypot(x[j] - x[j - 1], y[j] - y[j - 1]);
  const cos = Math.cos(alpha);
  const sin = Math.sin(alpha);
  for (let i = 0; i < nodes - 1; i++) {
    fillInfluence(matrix.subarray(i * size, (i + 1) * size), x, y, arc, i);
    matrix[i * size + nodes] = -1;
    right[i] = x[i] * sin - y[i] * cos;
  }
  const edge = (nodes - 1) * size;
  matrix.set([1, -2, 1], edge);
  matrix.set([-1, 2, -1], edge + nodes - 3);
  matrix[nodes * size] = 1;
  matrix[nodes * size + nodes - 1] = 1;
  const velocity = solveInPlace(matrix, right).subarray(0, nodes);
  return { velocity, arc, ...loads(x, y, velocity, cos, sin) };
}

/** Writes into `row` the stream function at node `i` due to a unit strength of each node of the sheet. */
function fillInfluence(row: Float64Array, x: Float64Array, y: Float64Array, arc: Float64Array, i: number): void {
  const nodes = x.length;
  const px = x[i];
  const py = y[i];
  let square = (px - x[0]) ** 2 + (py - y[0]) ** 2;
  let log = square > 0 ? Math.log(square) : 0;
  for (let j = 0; j < nodes - 1; j++) {
    const length = arc[j + 1] - arc[j];
    const tx = (x[j + 1] - x[j]) / length;
    const ty = (y[j + 1] - y[j]) / length;
    const along = (px - x[j]) * tx + (py - y[j]) * ty;
    const beyond = along - length;
    const across = j === i || j + 1 === i ? 0 : (py - y[j]) * tx - (px - x[j]) * ty;
    const nextSquare = (px - x[j + 1]) ** 2 + (py - y[j + 1]) ** 2;
    const nextLog = nextSquare > 0 ? Math.log(nextSquare) : 0;
    const angle = Math.atan2(across * length, across * across + along * beyond);
    const zeroth = 0.5 * (along * log - beyond * nextLog) - length + across * angle;
    const first = along * zeroth - 0.25 * (square * (log - 1) - nextSquare * (nextLog - 1));
    row[j] += (zeroth - first / length) / (2 * Math.PI);
    row[j + 1] += first / length / (2 * Math.PI);
    square = nextSquare;
    log = nextLog;
  }
}

/** Integrates `Cp = 1 - g^2`, exactly for `g` linear on each panel; the constant 1 adds nothing round a closed contour. */
function loads(
  x: Float64Array,
  y: Float64Array,
  g: Float64Array,
  cos: number,
  sin: number,
): { cl: number; cm: number } {
  let fx = 0;
  let fy = 0;
  let moment = 0;
  for (let j = 0; j < x.length - 1; j++) {
    const a = g[j];
    const b = g[j + 1];
    const dx = x[j + 1] - x[j];
    const dy = y[j + 1] - y[j];
    const whole = (a * a + a * b + b * b) / 3;
    const part = (a * a + 2 * a * b + 3 * b * b) / 12;
    fx += whole * dy;
    fy -= whole * dx;
    moment += whole * ((x[j] - 0.25) * dx + y[j] * dy) + part * (dx * dx + dy * dy);
  }
  return { cl: fy * cos - fx * sin, cm: moment };
}
