import { type Parameters, type Point, real, Space } from 'imago';
import grid from '../simulators/smart-grid.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';

/** Where is a function of the inputs below a number? */
export interface Problem {
  readonly name: string;
  readonly space: Space;
  readonly below: number;
  evaluate(x: readonly number[]): number;
}

const sum = (count: number, of: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => of(i)).reduce((a, b) => a + b, 0);

/** On the unit cube. */
function onCube(name: string, d: number, below: number, evaluate: Problem['evaluate']): Problem {
  const names = Array.from({ length: d }, (_, j) => [`x${j + 1}`, real(0, 1)] as const);
  return { name, space: new Space(Object.fromEntries(names)), below, evaluate };
}

/** A test function that comes with imago, another parameter range where the list has one, and what is asked of it. */
function known(name: string, of: string, below: number, other: Parameters = {}, then = (f: number) => f): Problem {
  const { parameters, evaluate } = testFunction(of);
  return { name, space: new Space({ ...parameters, ...other }), below, evaluate: (x) => then(evaluate(x).f) };
}

/** Center and weights of the ellipse of the list; five inputs play no part. */
const CENTER = [
  ...[0.9751507, 0.8432682, 0.772447, 0.3247967, 0.8051028],
  ...[0.9450661, 0.2212505, 0.7315873, 0.2888812, 0.5998075],
];
const WEIGHT = [
  ...[0.3532409, 0.4340412, 0.8993585, 0.3734097, 0.2784368],
  ...[0.1640473, 0.9266303, 0.7685996, 0.9747707, 0.6060011],
];

/** Exponents of the function of Sobol' and Levitan. */
const LEVITAN = [
  ...[2, 1.95, 1.9, 1.85, 1.8, 1.75, 1.7, 1.65, 0.4228, 0.3077, 0.2169, 0.1471, 0.0951],
  ...[0.0577, 0.0323, 0.0161, 0.0068, 0.0021, 0.0004, 0],
];

/** The function of Morris 1991 with the coefficients that he drew at random replaced by 1 and -1 in turn. */
function morris(x: readonly number[]): number {
  const w = x.map((u, i) => 2 * ([2, 4, 6].includes(i) ? (1.1 * u) / (u + 0.1) : u) - 1);
  const sign = (k: number) => (k % 2 === 0 ? 1 : -1);
  let y = sum(20, (i) => (i < 10 ? 20 : sign(i + 1)) * w[i]);
  for (let i = 0; i < 20; i++)
    for (let j = i + 1; j < 20; j++) {
      y += (j < 6 ? -15 : sign(i + j)) * w[i] * w[j];
      for (let k = j + 1; k < 5; k++) {
        y -= 10 * w[i] * w[j] * w[k];
        for (let l = k + 1; l < 4; l++) y += 5 * w[i] * w[j] * w[k] * w[l];
      }
    }
  return y;
}

/** The first ten inputs of thirty, as the list has it [Morris2006]. */
function morrisMooreMcKay(x: readonly number[]): number {
  const [alpha, beta] = [Math.sqrt(12) - 6 * Math.sqrt(0.1) * 3, 12 * Math.sqrt(0.1) * 3];
  return alpha * sum(10, (i) => x[i] + beta * x[i] * sum(9 - i, (k) => x[i + 1 + k]));
}

const names = grid.space.names;

/**
 * The deterministic functions of the list of [Arzamasov2021] whose definition is at hand, with its thresholds, and the grid of its simulations: decentral smart
 * grid control, stable where the growth is below 0.
 */
export const PROBLEMS: readonly Problem[] = [
  known('borehole', 'borehole', 1000, { rw: real(0.05, 1.15) }),
  onCube('ellipse', 15, 0.64, (x) => sum(10, (i) => WEIGHT[i] * (x[i] - CENTER[i]) ** 2)),
  known('hart3', 'hartmann-3', -1),
  known('hart4', 'hartmann-4', -0.5),
  known('hart6sc', 'hartmann-6', 1, {}, (f) => -Math.log(-f)),
  known('ishigami', 'ishigami', 1),
  onCube('linketal06dec', 10, 0.15, (x) => 0.2 * sum(8, (i) => x[i] / 2 ** i)),
  onCube('linketal06simple', 10, 0.33, (x) => 0.2 * sum(4, (i) => x[i])),
  onCube('linketal06sin', 10, 0, (x) => Math.sin(x[0]) + Math.sin(5 * x[1])),
  onCube(
    'loepetal13',
    10,
    9,
    (x) =>
      6 * x[0] +
      4 * x[1] +
      5.5 * x[2] +
      3 * x[0] * x[1] +
      2.2 * x[0] * x[2] +
      1.4 * x[1] * x[2] +
      x[3] +
      0.5 * x[4] +
      0.2 * x[5] +
      0.1 * x[6],
  ),
  onCube(
    'moon10hdc1',
    20,
    0,
    (x) => -19.71 * x[0] * x[17] + 23.72 * x[0] * x[18] - 13.34 * x[18] ** 2 + 28.99 * x[6] * x[11],
  ),
  onCube('moon10low', 3, 1.5, (x) => x[0] + x[1] + 3 * x[0] * x[2]),
  onCube('morretal06', 30, -330, morrisMooreMcKay),
  onCube('morris', 20, 20, morris),
  known('otlcircuit', 'otl-circuit', 4.5),
  known('piston', 'piston', 0.4),
  onCube('soblev99', 20, 2000, (x) => Math.exp(sum(20, (i) => LEVITAN[i] * x[i]))),
  onCube('sobol', 8, 0.7, (x) =>
    [0, 1, 4.5, 9, 99, 99, 99, 99].reduce((y, a, i) => (y * (Math.abs(4 * x[i] - 2) + a)) / (1 + a), 1),
  ),
  known('welchetal92', 'welch', 0),
  onCube('willetal06', 3, -1, (x) => (x[0] + 1) * Math.cos(Math.PI * x[1])),
  known('wingweight', 'wing-weight', 250),
  {
    name: 'smart-grid',
    space: grid.space as Space,
    below: 0,
    evaluate(x) {
      const point = Object.fromEntries(names.map((name, j) => [name, x[j]])) as Point<typeof grid.space.parameters>;
      return (grid.run(point, NOTHING) as { growth: number }).growth;
    },
  },
];

/** The grid draws nothing and is never cancelled. */
const NOTHING = {} as Parameters_;
type Parameters_ = globalThis.Parameters<typeof grid.run>[1];
