import { ImagoError, type Parameter, type Parameters, Rng } from 'imago';
import type { ParetoProblem } from './pareto.ts';
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
  const width = Math.max(
    smallestWindow + (1 - smallestWindow) * rng.uniform(),
    Math.max(0, ...unit) - Math.min(1, ...unit),
  );
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

/** Inputs in other places: what an instance asks for, and the published point that it stands for. */
interface ChangedInputs {
  readonly parameters: Parameters;
  published(x: readonly number[]): number[];
  back(x: readonly number[]): number[];
}

/** `kept(j)` are values of the published input j that the window of an instance must show. */
function changeInputs(published: Parameters, kept: (of: number) => readonly number[], rng: Rng): ChangedInputs {
  const specs = Object.values(published);
  const places = [...rng.permutation(specs.length)];
  const changes = places.map((of) => change(of, specs[of], kept(of), rng.child(of)));
  return {
    parameters: Object.fromEntries(places.map((of, i) => [`x${i + 1}`, specs[of]])),
    published(x) {
      const point = new Array<number>(x.length);
      changes.forEach(({ of, forward }, i) => {
        point[of] = forward(x[i]);
      });
      return point;
    },
    back: (x) => changes.map(({ of, back }) => back(x[of])),
  };
}

/**
 * Instance `k` of a problem, a pure function of its name and `k`; k = 0 is the published form. The inputs change places (and are called x1, x2, ...),
 * may be reflected, and span a window of 75 to 100 % of each published interval, placed at random with the first optimal point inside it;
 * the objective becomes a f + b with a in [0.5, 2] and b within +-max(1, |f*|). Constraints keep their values.
 */
export function instance(problem: TestFunction, k: number): TestFunction {
  const rng = instanceRng(problem.name, k);
  if (k === 0) return problem;
  const best = problem.optimum?.points[0];
  const inputs = changeInputs(problem.parameters, (of) => (best ? [best[of]] : []), rng);
  const scale = changeOutput(problem.optimum?.value ?? 0, rng);
  const { moments: _, ...kept } = problem;
  return {
    ...kept,
    name: `${problem.name}#${k}`,
    parameters: inputs.parameters,
    evaluate(x) {
      const { f, g, h } = problem.evaluate(inputs.published(x));
      return { f: scale(f), g, h };
    },
    ...(best && { optimum: { value: scale(problem.optimum!.value), points: [inputs.back(best)] } }),
  };
}

/** Instance `k` of a problem of several objectives: as {@link instance}, but showing the whole box; each objective, its reference and the ends of its front are mapped. */
export function paretoInstance(problem: ParetoProblem, k: number): ParetoProblem {
  const rng = instanceRng(problem.name, k);
  if (k === 0) return problem;
  const specs = Object.values(problem.parameters);
  const whole = (of: number) => {
    const spec = specs[of];
    return spec.kind === 'real' ? [spec.lower, spec.upper] : [];
  };
  const inputs = changeInputs(problem.parameters, whole, rng);
  const scales = problem.reference.map((value) => changeOutput(value, rng));
  const mapped = (values: readonly number[]) => values.map((value, i) => scales[i](value));
  const factors = scales.map((scale) => scale(1) - scale(0));
  return {
    ...problem,
    name: `${problem.name}#${k}`,
    parameters: inputs.parameters,
    reference: mapped(problem.reference),
    ideal: mapped(problem.ideal),
    nadir: mapped(problem.nadir),
    ...(problem.hypervolume !== undefined && {
      hypervolume: factors.reduce((product, factor) => product * factor, problem.hypervolume),
    }),
    evaluate(x) {
      const { f, g } = problem.evaluate(inputs.published(x));
      return { f: mapped(f), g };
    },
  };
}

function instanceRng(name: string, k: number): Rng {
  if (!(Number.isInteger(k) && k >= 0))
    throw new ImagoError('invalid-argument', `an instance is an integer of at least 0, got ${k}`);
  return new Rng(`instance/${name}/${k}`);
}

function changeOutput(size: number, rng: Rng): (value: number) => number {
  const factor = 2 ** (2 * rng.uniform() - 1);
  const offset = (2 * rng.uniform() - 1) * Math.max(1, Math.abs(size));
  return (value) => factor * value + offset;
}
