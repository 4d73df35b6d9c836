import { ensure, ImagoError, show } from '../core/errors.ts';
import type { OutputOptions, Outputs, RunAnswer } from '../core/output.ts';
import { defineSimulator, type RunContext, type Simulator } from '../core/simulator.ts';
import type { Parameter, Parameters, Scalar } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { Rng } from '../numerics/random.ts';
import { type Config, type ModelShape, UmBridgeServer } from './um-bridge-server.ts';

/** A model behind a URL; see {@link umBridgeSimulator}. */
export interface UmBridgeDefinition<P extends Parameters = Parameters, O extends Outputs = Outputs> {
  /** Of the server, such as `http://localhost:4242`. User and password in it are sent, and never told. */
  readonly url: string;
  /** The name of the model there. */
  readonly model: string;
  /** Default: that of the model. */
  readonly name?: string;
  readonly description?: string;
  /** Change it when the server's answers change: it is a part of the identity of its answers, which its URL is not. */
  readonly version?: string;
  /** In the order of the numbers of the model's input vectors; of a choice the server gets the index. */
  readonly parameters: P;
  /**
   * In the order of the numbers of the model's output vectors; a class is the index of its name there. What is the `derivative` of another
   * output is in no vector: the server is asked for the gradient.
   */
  readonly outputs: O;
  /** Entries that go with each request. */
  readonly config?: Config;
  /** Parameters that the server takes by name in its config, and not in a vector. Default: the resolution, where there is one. */
  readonly configured?: readonly string[];
  /** The entry of the config that carries the seed of each run, of a server that draws random numbers. */
  readonly seed?: string;
  /** Equal points may give different answers. Default: whether there is a `seed`. */
  readonly stochastic?: boolean;
  /** Adds the derivative of each number by each real parameter, `f_by_x`, of a server that has gradients. Default false. */
  readonly derivatives?: boolean;
  /** Milliseconds for one run, where the executor has no smaller limit. Default: no limit. */
  readonly timeLimit?: number;
  /** How many runs the server takes at once. Default 1, as most servers answer one after the other. */
  readonly concurrency?: number;
}

const KEYS = [
  ...['url', 'model', 'name', 'description', 'version', 'parameters', 'outputs', 'config', 'configured', 'seed'],
  ...['stochastic', 'derivatives', 'timeLimit', 'concurrency'],
];

/**
 * A model of a server that speaks UM-Bridge 1.0 [Seelinger2023] as a simulator, in Node and in browsers. It has no source: it runs inline, where
 * as many runs wait at once as the executor's and its own `concurrency` say. Before the first run the server is asked for its model, and
 * throws `plugin` where sizes do not fit. A run whose answer has an error, other sizes or no numbers fails with that reason; one without an
 * answer, since the connection is gone or the server says it cannot now, fails as `infrastructure`, which executors try again.
 */
export function umBridgeSimulator<const P extends Parameters, const O extends Outputs>(
  definition: UmBridgeDefinition<P, O>,
): Simulator<P, O> {
  const checked = check(definition);
  const {
    name,
    model,
    description,
    version = '1',
    parameters,
    config = {},
    seed,
    timeLimit,
    concurrency = 1,
  } = checked;
  const server = new UmBridgeServer(checked.url, model);
  const remote = new RemoteModel(server, checked);
  const identity = new Rng(JSON.stringify([model, config, remote.configured])).uint32().toString(16);
  const simulator = defineSimulator(null, {
    name: name ?? model,
    ...(description !== undefined && { description }),
    version: `${version} ${identity}`,
    stochastic: checked.stochastic ?? seed !== undefined,
    parameters,
    outputs: remote.outputs as O,
    ...(timeLimit !== undefined && { timeLimit }),
    setup: () => remote.open(),
    run: (point, context) =>
      remote.run(point as Readonly<Record<string, Scalar | undefined>>, context) as Promise<RunAnswer<O>>,
  }) as unknown as Simulator<P, O>;
  return Object.defineProperties(simulator, {
    concurrency: { value: concurrency, enumerable: true },
    isRemote: { value: true, enumerable: true },
  });
}

function check<P extends Parameters, O extends Outputs>(definition: UmBridgeDefinition<P, O>) {
  const wrong = (what: string, value: unknown) => `umBridgeSimulator: ${what}, got ${show(value)}`;
  const fail = (condition: unknown, what: string, value: unknown, place?: string) =>
    ensure(condition, 'invalid-simulator', () => wrong(what, value), place === undefined ? undefined : [place]);
  fail(
    typeof definition === 'object' && definition !== null,
    'it needs url, model, parameters and outputs',
    definition,
  );
  for (const key of Object.keys(definition)) fail(KEYS.includes(key), `it knows ${KEYS.join(', ')}`, key);
  const { url, model, config, configured, seed, concurrency, parameters, derivatives } = definition;
  const isUrl = typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  // A text that cannot be read may still hold a password.
  fail(isUrl, 'url must be an address such as http://localhost:4242', isUrl ? url : `a ${typeof url}`, 'url');
  fail(typeof model === 'string' && model !== '', 'model must be the name of a model of the server', model, 'model');
  const isRecord = config === undefined || (typeof config === 'object' && config !== null && !Array.isArray(config));
  fail(isRecord, 'config must be an object', config, 'config');
  fail(
    seed === undefined || (typeof seed === 'string' && seed !== ''),
    'seed must be the name of an entry of the config',
    seed,
    'seed',
  );
  fail(
    derivatives === undefined || typeof derivatives === 'boolean',
    'derivatives must be true or false',
    derivatives,
    'derivatives',
  );
  fail(
    concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1),
    'concurrency must be a whole number of at least 1',
    concurrency,
    'concurrency',
  );
  const names = Object.keys(new Space(parameters).parameters);
  const isKnown =
    configured === undefined || (Array.isArray(configured) && configured.every((one) => names.includes(one)));
  fail(isKnown, `configured must list some of ${names.join(', ')}`, configured, 'configured');
  for (const name of [...(configured ?? []), ...(seed === undefined ? [] : [seed])])
    fail(
      config === undefined || !Object.hasOwn(config, name),
      'an entry of the config is given for each run',
      name,
      'config',
    );
  return definition;
}

/** The vectors of a server's model as named parameters and outputs. */
class RemoteModel {
  readonly outputs: Outputs;
  /** Parameters that go with the config. */
  readonly configured: readonly string[];
  readonly #server: UmBridgeServer;
  readonly #config: Config;
  readonly #seed: string | undefined;
  /** Those in the vectors. */
  readonly #parameters: readonly (readonly [name: string, spec: Parameter])[];
  /** Outputs in the vectors. */
  readonly #values: readonly (readonly [name: string, options: OutputOptions])[];
  readonly #derivatives: readonly { readonly name: string; readonly of: number; readonly by: number }[];
  readonly #specs: Parameters;
  #shape: ModelShape | undefined;

  constructor(server: UmBridgeServer, definition: UmBridgeDefinition) {
    const { parameters, outputs, config = {}, seed, derivatives = false } = definition;
    const space = new Space(parameters);
    this.configured = definition.configured ?? (space.resolution ? [space.resolution.name] : []);
    this.#server = server;
    this.#config = config;
    this.#seed = seed;
    this.#specs = parameters;
    this.#parameters = Object.entries(parameters).filter(([name]) => !this.configured.includes(name));
    this.#values = Object.entries(outputs).filter(([, { derivative }]) => !derivative);
    this.outputs = derivatives ? { ...outputs, ...allDerivatives(this.#values, this.#parameters) } : outputs;
    this.#derivatives = Object.entries(this.outputs).flatMap(([name, { derivative }]) => {
      if (!derivative) return [];
      const of = this.#values.findIndex(([one]) => one === derivative.of);
      const by = this.#parameters.findIndex(([one]) => one === derivative.by);
      ensure(
        by >= 0 || !this.configured.includes(derivative.by),
        'invalid-simulator',
        `umBridgeSimulator: '${name}' is a derivative by '${derivative.by}', which goes with the config`,
        ['outputs', name],
      );
      return [{ name, of, by }];
    });
  }

  /** Asks the server for its model, and compares. */
  async open(): Promise<void> {
    const specs = Object.entries(this.#specs).filter(([name]) => this.configured.includes(name));
    // Sizes may depend on the config: any values will do, as they have to be the same at all points.
    const some = specs.map(([name, spec]) => [
      name,
      'values' in spec ? spec.values[0] : 'lower' in spec ? spec.lower : 0,
    ]);
    const shape = await this.#server.shape({ ...this.#config, ...Object.fromEntries(some) });
    const { place } = this.#server;
    const compare = (sizes: readonly number[], names: readonly (readonly [string, unknown])[], what: string) => {
      const count = sizes.reduce((sum, one) => sum + one, 0);
      const told = `${what} of the model has ${count} numbers${sizes.length > 1 ? ` (${sizes.join(' + ')})` : ''}`;
      if (count !== names.length)
        throw new ImagoError(
          'plugin',
          `${place}: the ${told}, and ${names.length} are declared: ${names.map(([name]) => name).join(', ')}`,
        );
    };
    compare(shape.inputs, this.#parameters, 'input');
    compare(shape.outputs, this.#values, 'output');
    if (this.#derivatives.length > 0 && !shape.hasGradient)
      throw new ImagoError(
        'plugin',
        `${place}: the model has no gradient, of which ${this.#derivatives[0].name} would be a part`,
      );
    this.#shape = shape;
  }

  async run(
    point: Readonly<Record<string, Scalar | undefined>>,
    context: RunContext,
  ): Promise<Record<string, unknown>> {
    // Who calls `run` has called `setup` before; one that did not does now.
    if (!this.#shape) await this.open();
    const { inputs, outputs } = this.#shape!;
    const { signal } = context;
    const config = this.#configAt(point, context);
    const input = cut(
      this.#parameters.map(([name, spec]) => numberOf(spec, point[name])),
      inputs,
    );
    const values = await this.#server.evaluate(input, config, this.#values.length, signal);
    const answer: Record<string, unknown> = {};
    this.#values.forEach(([name, { classes }], k) => {
      answer[name] = classes ? (classes[values[k]] ?? `index ${values[k]}`) : values[k];
    });
    const rows = new Map<string, number[]>();
    for (const { name, of, by } of this.#derivatives) {
      const [outWrt, k] = placeIn(outputs, of);
      const [inWrt, j] = placeIn(inputs, by);
      const key = `${of} ${inWrt}`;
      const sens = Array.from({ length: outputs[outWrt] }, (_, i) => (i === k ? 1 : 0));
      const row = rows.get(key) ?? (await this.#server.gradient({ outWrt, inWrt, sens }, input, config, signal));
      rows.set(key, row);
      answer[name] = row[j];
    }
    return answer;
  }

  #configAt(point: Readonly<Record<string, Scalar | undefined>>, context: RunContext): Config {
    const own = this.configured.flatMap((name) => {
      const value = point[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...this.#config,
      ...Object.fromEntries(own),
      ...(this.#seed !== undefined && { [this.#seed]: context.seed }),
    };
  }
}

function allDerivatives(
  values: readonly (readonly [string, OutputOptions])[],
  parameters: readonly (readonly [string, Parameter])[],
): Outputs {
  const real = parameters.filter(([, { kind, activeWhen }]) => kind === 'real' && !activeWhen);
  const all = values
    .filter(([, { classes }]) => !classes)
    .flatMap(([of]) => real.map(([by]): [string, OutputOptions] => [`${of}_by_${by}`, { derivative: { of, by } }]));
  return Object.fromEntries(all);
}

/** A parameter as a number; one that plays no part is 0. */
function numberOf(spec: Parameter, value: Scalar | undefined): number {
  if (value === undefined) return 0;
  return spec.kind === 'categorical' ? spec.values.indexOf(value as string) : (value as number);
}

/** Numbers as vectors of these lengths. */
function cut(numbers: readonly number[], sizes: readonly number[]): number[][] {
  let from = 0;
  return sizes.map((size) => {
    from += size;
    return numbers.slice(from - size, from);
  });
}

/** In which vector the i-th number is, and where there. */
function placeIn(sizes: readonly number[], i: number): [vector: number, place: number] {
  let from = 0;
  const vector = sizes.findIndex((size) => {
    from += size;
    return i < from;
  });
  return [vector, i - (from - sizes[vector])];
}
