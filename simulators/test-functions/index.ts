/** The test functions as simulators: `testFunctionSimulator({ name: 'branin' })`, `({ name: 'ackley', dimension: 20, instance: 3 })`. */
import { defineSimulator, type Outputs, type Parameters, type Simulator } from 'imago';
import { instance, paretoInstance } from './instance.ts';
import type { ParetoProblem } from './pareto.ts';
import { paretoProblems, testFunction } from './registry.ts';

/** Which test function. */
export interface TestFunctionOptions {
  /** A key of `testFunctions`, or `ackley`, `rosenbrock`, `michalewicz`. */
  readonly name: string;
  /** For the families of any dimension. */
  readonly dimension?: number;
  /** Which instance; default 0, the published form. */
  readonly instance?: number;
}

/** The outputs: `f` (or `f1`, `f2`, ...) to minimize, `g1`, `g2`, ... <= 0 and `h1`, `h2`, ... = 0. */
export default function testFunctionSimulator(options: TestFunctionOptions): Simulator<Parameters, Outputs> {
  const several = paretoProblems.get(options.name);
  if (several) return paretoSimulator(several, options);
  const problem = instance(testFunction(options.name, options.dimension), options.instance ?? 0);
  const { parameters, inequalities = 0, equalities = 0 } = problem;
  const inputs = Object.keys(parameters);
  const names = ['f', ...series('g', inequalities), ...series('h', equalities)];
  return defineSimulator(
    { module: import.meta.url, options: { ...options } },
    {
      name: problem.name,
      description: `Test function of [${problem.source}]`,
      parameters,
      outputs: Object.fromEntries(names.map((name) => [name, {}])),
      run(point) {
        const { f, g, h } = problem.evaluate(inputs.map((name) => Number(point[name])));
        return Object.fromEntries([f, ...g, ...h].map((value, i) => [names[i], value]));
      },
    },
  );
}

function paretoSimulator(published: ParetoProblem, options: TestFunctionOptions): Simulator<Parameters, Outputs> {
  const {
    name,
    source,
    parameters,
    objectives,
    inequalities = 0,
    evaluate,
  } = paretoInstance(published, options.instance ?? 0);
  const inputs = Object.keys(parameters);
  const names = [...series('f', objectives), ...series('g', inequalities)];
  return defineSimulator(
    { module: import.meta.url, options: { ...options } },
    {
      name,
      description: source ? `Test function of [${source}]` : 'Test function',
      parameters,
      outputs: Object.fromEntries(names.map((output) => [output, {}])),
      run(point) {
        const { f, g } = evaluate(inputs.map((input) => Number(point[input])));
        return Object.fromEntries([...f, ...g].map((value, i) => [names[i], value]));
      },
    },
  );
}

function series(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
}
