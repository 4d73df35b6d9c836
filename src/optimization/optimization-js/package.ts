import { ImagoError } from '../../core/errors.ts';
import { isMissing, type Load, loadPackage } from '../../core/platform/optional-package.ts';

type Value = (x: number[]) => number;
type Slopes = (x: number[]) => number[];

/** What is used of optimization-js, which has no declarations of its own. */
export interface OptimizationJs {
  minimize_Powell(value: Value, start: number[]): unknown;
  minimize_GradientDescent(value: Value, slopes: Slopes, start: number[]): unknown;
  minimize_L_BFGS(value: Value, slopes: Slopes, start: number[]): unknown;
  Real(low: number, high: number): unknown;
  RandomOptimizer(dimensions: readonly unknown[]): AskTell;
  OMGOptimizer(dimensions: readonly unknown[]): AskTell;
}

/** A search that is asked for points and told their values. */
export interface AskTell {
  ask(): number[];
  tell(points: readonly number[][], values: readonly number[]): void;
}

/** The package; throws `plugin` where it is not installed. */
export async function loadOptimizationJs(load: Load = loadPackage): Promise<OptimizationJs> {
  try {
    const module = (await load('optimization-js')) as OptimizationJs & { readonly default?: OptimizationJs };
    return module.default ?? module;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ImagoError(
      'plugin',
      'optimizationJs needs the package optimization-js, which is not installed beside imago: npm install optimization-js',
    );
  }
}
