import type { Rng } from '../numerics/random.ts';
import { constantMistake } from './constant.ts';
import { checkDerivatives } from './derivative.ts';
import { ensure, ImagoError, show } from './errors.ts';
import { completed, type Formula, formulaOutputs } from './formula.ts';
import {
  type Output,
  type OutputOptions,
  type Outputs,
  type OutputValues,
  outputList,
  type RunAnswer,
} from './output.ts';
import type { Signal } from './run.ts';
import type { Constants, Parameters, Point, Scalar } from './space/parameter.ts';
import { Space } from './space/space.ts';
import { hasControls } from './text-check.ts';
import { reasonOf } from './thrown.ts';

/** A value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a worker finds the simulator: the module's default export is the simulator, or `options => simulator`. */
export interface SimulatorSource {
  /** The module's URL: `import.meta.url`. */
  readonly module: string;
  readonly options?: Json;
}

/** What `run` gets beside the point. */
export interface RunContext {
  /** The evaluation's own random stream; equal on every machine, thread and order. */
  readonly rng: Rng;
  /** A seed of 31 bits drawn from that stream, for simulators with a generator of their own: some take it for a signed number. */
  readonly seed: number;
  /** Aborted when the evaluation is cancelled or out of time. */
  readonly signal: Signal;
}

/** What a simulator's author writes; see {@link defineSimulator}. */
export interface SimulatorDefinition<
  P extends Parameters,
  O extends Outputs,
  F extends string = never,
  C extends Constants = Constants,
> {
  readonly name: string;
  readonly description?: string;
  /** Change it when answers change for a reason that the source file does not show. */
  readonly version?: string;
  /** Equal points may give different answers. Default false. */
  readonly stochastic?: boolean;
  readonly parameters: P;
  /** Values by name that `run` and formulas get beside the parameters, and nothing varies. Other constants are another simulator. */
  readonly constants?: C;
  /** What `run` returns. */
  readonly outputs: O;
  /** More outputs, which need no run. */
  readonly formulas?: { readonly [K in F]: Formula<P, C> };
  /** Called once in each worker before its first run, and counted in no run's time: the place to load an engine. */
  setup?(): void | Promise<void>;
  /** Milliseconds for one run, where the executor has no smaller limit. Default: no limit. */
  readonly timeLimit?: number;
  /** Runs after which a worker is replaced by a new one, as with an engine that leaks memory. Default: never. */
  readonly renewAfter?: number;
  run(point: Point<P> & C, context: RunContext): RunAnswer<O> | Promise<RunAnswer<O>>;
  /**
   * A point and its answers as a picture, which reports and dashboards show of the first feasible run and of the best: the text of an SVG element
   * with a `viewBox`. It is drawn once the study is done, and takes part in no result.
   */
  draw?(point: Point<P> & C, outputs: OutputValues<O & Readonly<Record<F, OutputOptions>>>): string | Promise<string>;
}

const brand = Symbol.for('imago.simulator');

/** Something that answers a point with outputs, or fails. */
export interface Simulator<P extends Parameters = Parameters, O extends Outputs = Outputs> {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly stochastic: boolean;
  readonly space: Space<P>;
  /** What `run` adds to each point. */
  readonly constants?: Constants;
  readonly outputs: readonly Output[];
  /** Without it the simulator runs inline only. */
  readonly source?: SimulatorSource;
  /** The most runs at once, whatever the executor could do, as with a license. Default: no limit. */
  readonly concurrency?: number;
  /** Runs take place on another machine: how many cores this one has is no limit. */
  readonly isRemote?: boolean;
  /** Makes ready whatever `run` needs, once in each worker; see {@link setUp}. */
  setup?(): void | Promise<void>;
  /** Milliseconds for one run, where the executor has no smaller limit. Default: no limit. */
  readonly timeLimit?: number;
  /** Runs after which a worker is replaced by a new one. Default: never. */
  readonly renewAfter?: number;
  run(point: Point<P>, context: RunContext): RunAnswer<O> | Promise<RunAnswer<O>>;
  /** A point and its answers as the text of an SVG element; see {@link SimulatorDefinition}. */
  draw?(point: Point<P>, outputs: OutputValues<O>): string | Promise<string>;
}

/** A simulator of any parameters and outputs. */
// biome-ignore lint/suspicious/noExplicitAny: run's point is contravariant, and only `any` accepts every simulator
export type AnySimulator = Simulator<any, any>;

/**
 * Registers a simulator. `source` is `import.meta.url` when it is the module's default export,
 * `{ module: import.meta.url, options }` when the default export is `options => simulator`, or null to run inline only.
 */
export function defineSimulator<
  const P extends Parameters,
  const O extends Outputs,
  F extends string = never,
  const C extends Constants = Readonly<Record<never, Scalar>>,
>(
  source: string | SimulatorSource | null,
  definition: SimulatorDefinition<P, O, F, C>,
): Simulator<P, O & Readonly<Record<F, OutputOptions>>> {
  const module = typeof source === 'string' ? source : (source?.module ?? '');
  ensure(
    source === null || (typeof module === 'string' && URL.canParse(module)),
    'invalid-simulator',
    `defineSimulator: the first argument must be import.meta.url, { module: import.meta.url, options } or null, got ${show(source)}`,
  );
  ensure(
    typeof definition === 'object' && definition !== null,
    'invalid-simulator',
    `defineSimulator: a simulator must be an object with name, parameters, outputs and run, got ${show(definition)}`,
  );
  const { name, description = '', version = '1', stochastic = false, parameters, outputs, formulas, run } = definition;
  ensure(typeof name === 'string' && name !== '', 'invalid-simulator', `a simulator needs a name, got ${show(name)}`);
  ensure(!hasControls(name), 'invalid-simulator', () => `a simulator's name is one line of text, got ${show(name)}`);
  ensure(
    typeof run === 'function',
    'invalid-simulator',
    `simulator '${name}': run must be a function, got ${show(run)}`,
  );
  const { setup, timeLimit, renewAfter, constants, draw } = definition;
  checkRunning(name, definition);
  const space = new Space(parameters);
  const list = [...outputList(outputs), ...(formulas === undefined ? [] : formulaOutputs(formulas, constants))];
  checkConstants(name, constants, space.names, list);
  for (const output of list)
    ensure(
      !space.names.includes(output.name),
      'invalid-simulator',
      `simulator '${name}': '${output.name}' is both a parameter and an output; expressions could not tell them apart`,
      [output.formula ? 'formulas' : 'outputs', output.name],
    );
  const names = list.map((output) => output.name);
  const twice = names.find((one, k) => names.indexOf(one) < k);
  ensure(
    twice === undefined,
    'invalid-simulator',
    `simulator '${name}': '${twice}' is both an output of run and a formula`,
    ['formulas', twice ?? ''],
  );
  checkDerivatives(space as Space, list);
  const simulator: Simulator<P, O & Readonly<Record<F, OutputOptions>>> = {
    name,
    description,
    version,
    stochastic,
    space,
    ...(constants !== undefined && { constants }),
    outputs: list,
    ...(source !== null && { source: typeof source === 'string' ? { module: source } : source }),
    ...(setup !== undefined && { setup }),
    ...(timeLimit !== undefined && { timeLimit }),
    ...(renewAfter !== undefined && { renewAfter }),
    run: completed<P, C, RunContext, RunAnswer<O>>(list, constants, run),
    ...(draw !== undefined && { draw: (point, outputs) => draw({ ...constants, ...point } as Point<P> & C, outputs) }),
  };
  return Object.defineProperty(simulator, brand, { value: true });
}

/** Throws where a definition asks for something about its runs that cannot be. */
function checkRunning(
  name: string,
  { setup, timeLimit, renewAfter, draw }: Pick<AnySimulator, 'setup' | 'timeLimit' | 'renewAfter' | 'draw'>,
): void {
  const mistake = (what: string, value: unknown) => `simulator '${name}': ${what}, got ${show(value)}`;
  ensure(
    setup === undefined || typeof setup === 'function',
    'invalid-simulator',
    mistake('setup must be a function', setup),
  );
  ensure(
    draw === undefined || typeof draw === 'function',
    'invalid-simulator',
    mistake('draw must be a function of a point and its outputs that returns the text of an SVG element', draw),
  );
  ensure(
    timeLimit === undefined || (typeof timeLimit === 'number' && timeLimit > 0),
    'invalid-simulator',
    mistake('timeLimit must be a positive number of milliseconds, such as 20_000', timeLimit),
  );
  ensure(
    renewAfter === undefined || (Number.isInteger(renewAfter) && renewAfter >= 1),
    'invalid-simulator',
    mistake('renewAfter must be a positive whole number of runs', renewAfter),
  );
}

/** Throws where a constant is no value, or has the name of something else. */
function checkConstants(
  simulator: string,
  constants: unknown,
  parameters: readonly string[],
  outputs: readonly Output[],
) {
  if (constants === undefined) return;
  ensure(
    typeof constants === 'object' && constants !== null && !Array.isArray(constants),
    'invalid-simulator',
    `simulator '${simulator}': constants must be an object such as { density: 7850 }, got ${show(constants)}`,
    ['constants'],
  );
  const names = outputs.map(({ name }) => name);
  for (const [name, value] of Object.entries(constants)) {
    const mistake = constantMistake(name, value, parameters, names);
    ensure(mistake === undefined, 'invalid-simulator', `simulator '${simulator}': constant '${name}' ${mistake}`, [
      'constants',
      name,
    ]);
  }
}

const ready = new WeakMap<AnySimulator, Promise<void>>();

/** Has a simulator make itself ready, once in this thread; throws `plugin` when it cannot. Whoever calls `run` calls this before. */
export async function setUp(simulator: AnySimulator): Promise<void> {
  if (!simulator.setup) return;
  const settingUp = ready.get(simulator) ?? (async () => simulator.setup?.())();
  ready.set(simulator, settingUp);
  try {
    await settingUp;
  } catch (cause) {
    throw new ImagoError('plugin', `simulator '${simulator.name}': setup failed: ${reasonOf(cause)}`, { cause });
  }
}

/** Whether a value is a simulator, also one made by another copy of this package. */
export function isSimulator(value: unknown): value is AnySimulator {
  return typeof value === 'object' && value !== null && brand in value;
}
