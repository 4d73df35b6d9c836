import { ImagoError, type Parameter, type Parameters, Rng } from 'imago';
import type { TestFunction } from './test-function.ts';

/** How one parameter of an instance becomes one of the published form, and back. */
interface Change {
  /** Position in the published order. */
  readonly of: number;
  forward(x: number): number;
  back(x: number): number;
}

const smallestWindow = 0.75;

/** A real parameter keeps its bounds, and shows a window of the published interval that contains `kept`. */
function changeReal(of: number, lower: number, upper: number, kept: readonly number[], rng: Rng): Change {
  const range = upper - lower;
  const unit = kept.map((x) => (x - lower) / range);
  const width = smallestWindow + (1 - smallestWindow) * rng.uniform();
  const least = Math.max(0, Math.max(0, ...unit) - width);
  const most = Math.min(1 - width, ...unit);
  const start = least + (most - least) * rng.uniform();
  const reflected = rng.integer(2) === 1;
  const flip = (u: number) => (reflected ? 1 - u : u);
  return {
    of,
    forward: (x) => Math.min(upper, Math.max(lower, lower + range * (start + width * flip((x - lower) / range)))),
    back: (x) => Math.min(upper, Math.max(lower, lower + range * flip(((x - lower) / range - start) / width))),
  };
}

/** A discrete parameter keeps its values, in the reverse order or not. */
function changeDiscrete(of: number, values: readonly number[], rng: Rng): Change {
  const reflected = rng.integer(2) === 1;
  const turn = (x: number) => (reflected ? values[values.length - 1 - values.indexOf(x)] : x);
  return { of, forward: turn, back: turn };
}

function change(of: number, parameter: Parameter, kept: readonly number[], rng: Rng): Change {
  if (parameter.kind === 'real') return changeReal(of, parameter.lower, parameter.upper, kept, rng);
  if (parameter.kind === 'ordinal') return changeDiscrete(of, parameter.values, rng);
  if (parameter.kind === 'categorical') throw new ImagoError('invalid-argument', 'test functions have no categories');
  const count = parameter.upper - parameter.lower + 1;
  return changeDiscrete(
    of,
    Array.from({ length: count }, (_, i) => parameter.lower + i),
    rng,
  );
}

/**
 * Instance `k` of a problem, a pure function of its name and `k`; k = 0 is the published form. The inputs change places (and are called x1, x2, ...),
 * may be reflected, and span a window of 75 to 100 % of each published interval, placed at random with the first optimal point inside it;
 * the objective becomes a f + b with a in [0.5, 2] and b within +-max(1, |f*|). Constraints keep their values.
 */
export function instance(problem: TestFunction, k: number): TestFunction {
  if (!(Number.isInteger(k) && k >= 0))
    throw new ImagoError('invalid-argument', `an instance is an integer of at least 0, got ${k}`);
  if (k === 0) return problem;
  const rng = new Rng(`instance/${problem.name}/${k}`);
  const specs = Object.values(problem.parameters);
  const best = problem.optimum?.points[0];
  const places = [...rng.permutation(specs.length)];
  const changes = places.map((of) => change(of, specs[of], best ? [best[of]] : [], rng.child(of)));
  const factor = 2 ** (2 * rng.uniform() - 1);
  const offset = (2 * rng.uniform() - 1) * Math.max(1, Math.abs(problem.optimum?.value ?? 0));
  const parameters: Parameters = Object.fromEntries(places.map((of, i) => [`x${i + 1}`, specs[of]]));
  const { moments: _, ...kept } = problem;
  return {
    ...kept,
    name: `${problem.name}#${k}`,
    parameters,
    evaluate(x) {
      const published = new Array<number>(x.length);
      changes.forEach(({ of, forward }, i) => {
        published[of] = forward(x[i]);
      });
      const { f, g, h } = problem.evaluate(published);
      return { f: factor * f + offset, g, h };
    },
    ...(best && {
      optimum: {
        value: factor * problem.optimum!.value + offset,
        points: [changes.map(({ of, back }) => back(best[of]))],
      },
    }),
  };
}
