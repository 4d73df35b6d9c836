import type { Outputs } from '../core/output.ts';
import type { AnySimulator, SimulatorSource } from '../core/simulator.ts';
import type { Constants, Parameters } from '../core/space/parameter.ts';

/** What of a simulator survives the way from one process to another. */
export interface Declaration {
  readonly source?: SimulatorSource;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly stochastic: boolean;
  readonly concurrency?: number;
  readonly timeLimit?: number;
  readonly renewAfter?: number;
  readonly parameters: Parameters;
  readonly constants?: Constants;
  readonly outputs: Outputs;
  /** The names of the outputs that have a formula, which is a function. */
  readonly formulas: readonly string[];
}

/** The declaration of a simulator, without what cannot leave the process. */
export function declarationOf(simulator: AnySimulator): Declaration {
  const { name, description, version, stochastic, source, concurrency, timeLimit, renewAfter, constants, space } =
    simulator;
  const outputs = simulator.outputs.map(({ name, formula: _, ...options }) => [name, options]);
  return {
    ...{ name, description, version, stochastic, source, concurrency, timeLimit, renewAfter, constants },
    parameters: space.parameters,
    outputs: Object.fromEntries(outputs),
    formulas: simulator.outputs.filter(({ formula }) => formula).map((output) => output.name),
  };
}
