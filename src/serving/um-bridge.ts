import { ensure, show } from '../core/errors.ts';
import { admits, describe } from '../core/space/coordinate.ts';
import type { Scalar } from '../core/space/parameter.ts';
import { PointReader, type ReadPoint } from './point-reader.ts';
import { failedRun, Refusal } from './refusal.ts';
import type { Served, Slopes } from './served.ts';

/** What a request of the protocol is answered: JSON, and headers beside it. */
export interface UmAnswer {
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

type Body = Readonly<Record<string, unknown>>;
type Operation = (asked: Asked) => Promise<UmAnswer>;

/** A request about one model. */
interface Asked {
  readonly served: Served;
  readonly body: Body;
  readonly reader: PointReader;
  /** Parameters that the configuration fixes, and the vector does not have. */
  readonly fixed: Readonly<Record<string, Scalar>>;
  readonly seed?: number;
  readonly signal: AbortSignal;
}

/** Routes of UM-Bridge 1.0 [Seelinger2023] that are posted to. */
export const UM_ROUTES: readonly string[] = [
  ...['/ModelInfo', '/InputSizes', '/OutputSizes'],
  ...['/Evaluate', '/Gradient', '/ApplyJacobian', '/ApplyHessian'],
];

/** What `GET /Info` is answered. */
export function infoOf(served: ReadonlyMap<string, Served>): object {
  return { protocolVersion: 1.0, models: [...served.keys()] };
}

/** The answer to a body that was posted to one of {@link UM_ROUTES}. */
export async function answerUm(
  route: string,
  given: unknown,
  all: ReadonlyMap<string, Served>,
  signal: AbortSignal,
): Promise<UmAnswer> {
  const body = isRecord(given) ? given : {};
  const served = typeof body.name === 'string' ? all.get(body.name) : undefined;
  if (!served)
    throw new Refusal(
      400,
      'ModelNotFound',
      `there is no model ${show(body.name)}; there are ${[...all.keys()].join(', ')}`,
    );
  const operation = OPERATIONS[route];
  const reader = new PointReader(served.space);
  const { fixed, seed } = settingOf(served, body.config);
  return operation({ served, body, reader, fixed, signal, ...(seed !== undefined && { seed }) });
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '/ModelInfo': async ({ served: { slopes } }) => ({ body: { support: supportOf(slopes) } }),
  '/InputSizes': async ({ reader, fixed }) => ({ body: { inputSizes: [reader.free(fixed).length] } }),
  '/OutputSizes': async ({ served: { values } }) => ({ body: { outputSizes: [values.length] } }),
  '/Evaluate': evaluate,
  '/Gradient': async (asked) => {
    const slopes = slopesOf(asked, 'Gradient');
    const point = inputOf(asked);
    checkPlaces(asked.body, ['outWrt', 'inWrt']);
    const weights = vectorOf(asked.body, 'sens', asked.served.values.length);
    const rows = await slopes.jacobian(point, asked.signal);
    return output(free(asked).map((j) => rows.reduce((sum, row, k) => sum + weights[k] * row[j], 0)));
  },
  '/ApplyJacobian': async (asked) => {
    const slopes = slopesOf(asked, 'ApplyJacobian');
    const point = inputOf(asked);
    checkPlaces(asked.body, ['outWrt', 'inWrt']);
    const places = free(asked);
    const direction = vectorOf(asked.body, 'vec', places.length);
    const rows = await slopes.jacobian(point, asked.signal);
    return output(rows.map((row) => places.reduce((sum, j, i) => sum + row[j] * direction[i], 0)));
  },
  '/ApplyHessian': async (asked) => {
    const { hessian } = slopesOf(asked, 'ApplyHessian');
    const point = inputOf(asked);
    checkPlaces(asked.body, ['outWrt', 'inWrt1', 'inWrt2']);
    const places = free(asked);
    const weights = vectorOf(asked.body, 'sens', asked.served.values.length);
    const direction = vectorOf(asked.body, 'vec', places.length);
    const whole = new Array<number>(asked.served.space.dimension).fill(0);
    places.forEach((j, i) => {
      whole[j] = direction[i];
    });
    const product = hessian!(point, weights, whole);
    return output(places.map((j) => product[j]));
  },
};

function supportOf(slopes: Slopes | undefined) {
  const isSmooth = slopes !== undefined;
  return { Evaluate: true, Gradient: isSmooth, ApplyJacobian: isSmooth, ApplyHessian: slopes?.hessian !== undefined };
}

async function evaluate(asked: Asked): Promise<UmAnswer> {
  const { served, signal, seed } = asked;
  for await (const [reply] of served.reply([inputOf(asked)], signal, seed)) {
    if ('failed' in reply) throw failedRun(reply.failed, reply.reason);
    const answers = served.values.map(({ name }) => reply.answers[name]);
    const values = answers.map(({ value }) => value);
    const isKnown = answers.every(({ inDomain }) => inDomain);
    return { body: { output: [finite(values)] }, headers: { 'x-in-domain': String(isKnown) } };
  }
  throw failedRun('cancelled', 'the server is closing');
}

const output = (values: readonly number[]): UmAnswer => ({ body: { output: finite(values) } });

function finite(values: readonly number[]): readonly number[] {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Refusal(500, 'InvalidOutput', `the model answers ${wrong}, which JSON cannot say`);
  return values;
}

function slopesOf({ served }: Asked, feature: keyof ReturnType<typeof supportOf>): Slopes {
  const { slopes, name, kind } = served;
  if (slopes && supportOf(slopes)[feature]) return slopes;
  const why = slopes
    ? 'a simulator answers first derivatives alone'
    : kind === 'simulator'
      ? 'its outputs do not have all derivatives'
      : 'it has no derivatives of its own';
  throw new Refusal(400, 'UnsupportedFeature', `${feature} is not supported by ${show(name)}: ${why}`);
}

/** The places of the parameters that the vector has. */
const free = ({ served, reader, fixed }: Asked) => reader.free(fixed).map((name) => served.space.names.indexOf(name));

function inputOf({ body: { input }, reader, fixed }: Asked): ReadPoint {
  const isList = Array.isArray(input) && input.length === 1 && Array.isArray(input[0]);
  ensure(isList, 'invalid-data', () => `input must be a list of one list of numbers, got ${show(input)}`);
  return reader.vector(input[0], fixed);
}

function checkPlaces(body: Body, names: readonly string[]): void {
  for (const name of names)
    ensure(
      body[name] === 0,
      'invalid-data',
      () => `${name} must be 0, since there is one list of inputs and one of outputs; got ${show(body[name])}`,
    );
}

function vectorOf(body: Body, name: string, length: number): readonly number[] {
  const given = body[name];
  ensure(
    Array.isArray(given) && given.length === length && given.every((one) => Number.isFinite(one)),
    'invalid-data',
    () => `${name} must be a list of ${length} numbers, got ${show(given)}`,
  );
  return given;
}

/** What a configuration says: values of parameters, which leave the vector, and the seed of one that draws numbers. */
function settingOf(
  { space, stochastic }: Served,
  config: unknown = {},
): { readonly fixed: Readonly<Record<string, Scalar>>; readonly seed?: number } {
  ensure(isRecord(config), 'invalid-data', () => `config must be an object, got ${show(config)}`);
  const fixed: Record<string, Scalar> = {};
  let seed: number | undefined;
  for (const [name, value] of Object.entries(config)) {
    if (name === 'seed' && stochastic && !space.names.includes('seed')) {
      ensure(
        Number.isSafeInteger(value),
        'invalid-data',
        () => `config.seed must be a whole number, got ${show(value)}`,
      );
      seed = value as number;
      continue;
    }
    ensure(
      space.names.includes(name),
      'invalid-data',
      () => `config names '${name}', which is no parameter; known: ${space.names.slice(0, 30).join(', ')}`,
    );
    const spec = space.parameters[name];
    ensure(
      admits(spec, value as Scalar),
      'invalid-data',
      () => `config: '${name}' cannot be ${show(value)}: ${describe(spec)}`,
    );
    fixed[name] = value as Scalar;
  }
  ensure(
    Object.keys(fixed).length < space.dimension,
    'invalid-data',
    'config fixes all parameters; the vector needs one at least',
  );
  return { fixed, ...(seed !== undefined && { seed }) };
}

/** An object with names, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
