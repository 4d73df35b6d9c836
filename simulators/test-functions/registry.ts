import { ImagoError } from 'imago';
import * as accuracy from './accuracy.ts';
import * as engineering from './engineering.ts';
import * as gFunctions from './g-functions.ts';
import * as pareto from './pareto.ts';
import type { TestFunction } from './test-function.ts';
import * as unconstrained from './unconstrained.ts';

const { ackley, rosenbrock, michalewicz, ...plain } = unconstrained;
const families: Readonly<Record<string, (dimension: number) => TestFunction>> = { ackley, rosenbrock, michalewicz };

/** Every test function of a fixed dimension, by name: `branin`, `welded-beam`, `g07`, `borehole`, ... */
export const testFunctions: ReadonlyMap<string, TestFunction> = new Map(
  [plain, engineering, gFunctions, accuracy]
    .flatMap((module): TestFunction[] => Object.values(module))
    .map((problem) => [problem.name, problem]),
);

/** Every problem of several objectives by name: `branin-currin`, `zdt1`, ... */
export const paretoProblems: ReadonlyMap<string, pareto.ParetoProblem> = new Map(
  Object.values(pareto).map((problem) => [problem.name, problem]),
);

/** The test function called `name`; `dimension` is for `ackley`, `rosenbrock` and `michalewicz`, and needed there. */
export function testFunction(name: string, dimension?: number): TestFunction {
  const family = Object.hasOwn(families, name) ? families[name] : undefined;
  if (family) {
    const least = name === 'rosenbrock' ? 2 : 1;
    if (dimension === undefined || !Number.isInteger(dimension) || dimension < least)
      throw new ImagoError(
        'invalid-argument',
        `${name} needs a dimension, an integer of at least ${least}, got ${dimension}`,
      );
    return family(dimension);
  }
  const problem = testFunctions.get(name);
  if (!problem) {
    const known = [...testFunctions.keys(), ...Object.keys(families), ...paretoProblems.keys()].join(', ');
    throw new ImagoError('invalid-argument', `no test function is called '${name}': there are ${known}`);
  }
  const own = Object.keys(problem.parameters).length;
  if (dimension !== undefined && dimension !== own)
    throw new ImagoError('invalid-argument', `${name} has ${own} dimensions, not ${dimension}`);
  return problem;
}
