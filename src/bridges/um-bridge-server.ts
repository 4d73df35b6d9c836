import { ImagoError, show } from '../core/errors.ts';
import { FAILURE_CAUSES, type FailureCause } from '../core/evaluation.ts';
import type { Signal } from '../core/run.ts';
import { isSimulationFailure, SimulationFailure } from '../core/simulation-failure.ts';
import type { Json } from '../core/simulator.ts';
import { type Ask, asking, type HttpAnswer, placeOf } from './http-post.ts';

/** Entries by name that go with each request. */
export type Config = Readonly<Record<string, Json>>;

/** What a server says of a model. */
export interface ModelShape {
  /** Lengths of its vectors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly hasGradient: boolean;
}

/** A model behind a URL that speaks UM-Bridge 1.0 [Seelinger2023]. */
export class UmBridgeServer {
  /** Where it is, without what may be secret. */
  readonly place: string;
  readonly #ask: Ask;
  readonly #model: string;

  constructor(address: string, model: string) {
    const url = new URL(address);
    this.place = placeOf(url);
    this.#ask = asking(url);
    this.#model = model;
  }

  /** Throws `plugin` where there is no such model, or no server that speaks the protocol. */
  async shape(config: Config): Promise<ModelShape> {
    try {
      const info = await this.#answer('/Info', undefined);
      const models = Array.isArray(info.models) ? info.models : [];
      if (info.protocolVersion !== 1)
        throw unfit(`it speaks version ${show(info.protocolVersion)} of UM-Bridge, not 1.0`);
      if (!models.includes(this.#model))
        throw unfit(`there is no model ${show(this.#model)}; there are ${models.join(', ')}`);
      const { support } = await this.#answer('/ModelInfo', {});
      const can = (support ?? {}) as { readonly Evaluate?: unknown; readonly Gradient?: unknown };
      if (can.Evaluate !== true) throw unfit(`the model ${show(this.#model)} cannot be evaluated`);
      const { inputSizes } = await this.#answer('/InputSizes', { config });
      const { outputSizes } = await this.#answer('/OutputSizes', { config });
      return { inputs: sizes(inputSizes), outputs: sizes(outputSizes), hasGradient: can.Gradient === true };
    } catch (error) {
      if (!isSimulationFailure(error)) throw error;
      const where = error.cause === 'infrastructure' ? '' : `${this.place}: `;
      throw new ImagoError('plugin', `${where}${error.message}`, { cause: error });
    }
  }

  /** The values of all output vectors, one after the other. */
  async evaluate(
    input: readonly (readonly number[])[],
    config: Config,
    count: number,
    signal: Signal,
  ): Promise<number[]> {
    const { output } = await this.#answer('/Evaluate', { input, config }, signal);
    const isLists = Array.isArray(output) && output.every((one) => Array.isArray(one));
    return numbers(isLists ? output.flat() : output, count, 'outputs');
  }

  /** The derivative of `sens` times an output vector by the numbers of an input vector. */
  async gradient(
    asked: { readonly outWrt: number; readonly inWrt: number; readonly sens: readonly number[] },
    input: readonly (readonly number[])[],
    config: Config,
    signal: Signal,
  ): Promise<number[]> {
    const { output } = await this.#answer('/Gradient', { ...asked, input, config }, signal);
    return numbers(output, input[asked.inWrt].length, 'derivatives');
  }

  async #answer(path: string, body: object | undefined, signal?: Signal): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.#ask(path, body && { name: this.#model, ...body }, signal);
    const json = jsonOf(answer);
    const { error } = json;
    if (error !== undefined || answer.status !== 200) throw failureOf(answer.status, error);
    return json;
  }
}

function jsonOf({ status, text }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What no program of the protocol says is said by who stands before it, such as a proxy.
    if (status !== 200) return {};
    const found = /\b(nan|-?inf(inity)?)\b/i.exec(text);
    if (found) throw new SimulationFailure('not-finite', `the server answers ${found[0]}, which is no number of JSON`);
    throw new SimulationFailure('missing-output', `the server answers no JSON: ${show(text)}`);
  }
}

/** Statuses by which a server or a proxy says that it cannot now. */
const UNAVAILABLE = [429, 502, 503, 504];

function failureOf(status: number, error: unknown): SimulationFailure {
  const { type, message } = (error ?? {}) as { readonly type?: unknown; readonly message?: unknown };
  if (UNAVAILABLE.includes(status))
    return new SimulationFailure(
      'infrastructure',
      `the server answers ${status}${message === undefined ? '' : `: ${message}`}`,
    );
  if (error === undefined)
    return new SimulationFailure('threw', `the server answers ${status}, and no error of UM-Bridge`);
  // A server of imago begins with the cause of a failed run.
  const [, named, reason] = /^([a-z-]+): (.*)$/s.exec(String(message)) ?? [];
  const cause = FAILURE_CAUSES.find((one) => one === named);
  const isRun = type === 'RunFailed' || type === 'InvalidOutput';
  if (cause && isRun) return new SimulationFailure(cause, reason);
  const own: FailureCause = type === 'InvalidOutput' ? 'missing-output' : 'threw';
  return new SimulationFailure(own, `${type}: ${message}`);
}

function numbers(given: unknown, count: number, what: string): number[] {
  if (!Array.isArray(given))
    throw new SimulationFailure('missing-output', `the server answers ${show(given)} for ${count} ${what}`);
  if (given.length !== count)
    throw new SimulationFailure('missing-output', `the server answers ${given.length} ${what}, not ${count}`);
  return given;
}

function sizes(given: unknown): readonly number[] {
  const isSizes = Array.isArray(given) && given.length > 0 && given.every((one) => Number.isInteger(one) && one >= 0);
  if (!isSizes) throw unfit(`its sizes must be whole numbers, got ${show(given)}`);
  return given;
}

const unfit = (reason: string) => new SimulationFailure('threw', reason);
