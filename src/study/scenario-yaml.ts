import { ImagoError, showPlace } from '../core/errors.ts';
import {
  type Condition,
  categorical,
  integer,
  ordinal,
  type Parameter,
  type Parameters,
  real,
} from '../core/parameter.ts';
import type { AnySimulator, Json } from '../core/simulator.ts';
import { defaultSurrogate } from './defaults.ts';
import { ExpressionCompiler } from './expression.ts';
import { describeIssue } from './issue.ts';
import { fromName, MINIMIZERS, OPTIMIZERS, SAMPLERS, SURROGATES } from './recipes.ts';
import { type AnyScenario, defineScenario } from './scenario.ts';
import { type CommandBlock, type ScenarioDocument, schemaFor } from './scenario-schema.ts';
import { type Mistake, type Path, YamlDocument } from './yaml-document.ts';

/** A program of a file, its parameters made and its time limit in milliseconds. */
export type CommandSimulation = Omit<CommandBlock, 'parameters' | 'timeLimit'> & {
  readonly parameters: Parameters;
  readonly timeLimit?: number;
};

/** What a file's simulator is made by: importing modules and starting programs is for those who know files. */
export interface SimulatorMakers {
  /** A simulator by the path of its module or by its name. */
  module(name: string, options?: Json): Promise<AnySimulator>;
  command(simulation: CommandSimulation): AnySimulator;
}

/**
 * A scenario from YAML text. Throws `invalid-scenario` with every mistake, each with file, line and column; what is found
 * only when the simulator is there (expressions, names of stages) is checked as well, so that nothing begins with a mistake.
 */
export async function scenarioFromYaml(text: string, file: string, makers: SimulatorMakers): Promise<AnyScenario> {
  const document = new YamlDocument(text, file);
  const checked = schemaFor(document.data).safeParse(document.data);
  if (!checked.success)
    throw document.error(checked.error.issues.flatMap((issue) => describeIssue(issue, document.data)));
  const builder = new Builder();
  const scenario = await builder.scenario(checked.data, makers);
  if (!scenario || builder.mistakes.length > 0) throw document.error(builder.mistakes);
  return scenario;
}

/** Makes the parts of a scenario and collects what is wrong with them. */
class Builder {
  readonly mistakes: Mistake[] = [];

  async scenario(document: ScenarioDocument, makers: SimulatorMakers): Promise<AnyScenario | undefined> {
    const { simulator: given, chain = [], search, compare, ...head } = document;
    const simulator = await this.#simulator(given, makers);
    const stages = chain.map((stage, i) => ({
      ...stage,
      transfer: this.#try(['chain', i, 'transfer'], () => fromName(SAMPLERS, stage.transfer)),
      student: this.#try(['chain', i, 'student'], () =>
        stage.student === undefined ? defaultSurrogate() : fromName(SURROGATES, stage.student),
      ),
    }));
    const { optimizer, minimizer, ...goal } = search ?? {};
    const searching = {
      ...goal,
      ...(optimizer && { optimizer: this.#try(['search', 'optimizer'], () => fromName(OPTIMIZERS, optimizer)) }),
      ...(minimizer && { minimizer: this.#try(['search', 'minimizer'], () => fromName(MINIMIZERS, minimizer)) }),
    };
    const optimizers = compare?.optimizers.map((one, i) =>
      this.#try(['compare', 'optimizers', i], () => fromName(OPTIMIZERS, one)),
    );
    if (search) this.#checkSearch(search);
    if (simulator && search) await this.#checkExpressions(simulator, search);
    if (!simulator || this.mistakes.length > 0) return undefined;
    return this.#try([], () =>
      defineScenario({
        ...head,
        simulator,
        ...(chain.length > 0 && { chain: stages }),
        ...(search && { search: searching }),
        ...(compare && { compare: { ...compare, optimizers } }),
      } as AnyScenario),
    );
  }

  async #simulator(given: ScenarioDocument['simulator'], makers: SimulatorMakers): Promise<AnySimulator | undefined> {
    if (typeof given === 'string') return this.#await(['simulator'], () => makers.module(given));
    if ('module' in given)
      return this.#await(['simulator', 'module'], () => makers.module(given.module, given.options as Json | undefined));
    const { parameters, timeLimit, ...block } = given;
    const made = Object.entries(parameters).map(([name, spec]) => {
      return [name, this.#try(['simulator', 'parameters', name], () => parameterOf(spec))] as const;
    });
    if (made.some(([, parameter]) => !parameter)) return undefined;
    const simulator = this.#try(['simulator'], () =>
      makers.command({
        ...block,
        parameters: Object.fromEntries(made) as Parameters,
        ...(timeLimit !== undefined && { timeLimit: millisecondsOf(timeLimit) }),
      }),
    );
    // Its version is known only where its program can be started.
    if (simulator) this.#try(['simulator', 'command'], () => simulator.version);
    return simulator;
  }

  /** What a search needs depends on what it runs on; a key of the other kind would be without effect. */
  #checkSearch(search: NonNullable<ScenarioDocument['search']>): void {
    const foreign = search.on === 'simulator' ? ['minimizer', 'rounds', 'confirm'] : ['optimizer', 'budget', 'batch'];
    for (const key of foreign)
      if (key in search)
        this.mistakes.push({
          path: ['search', key],
          onKey: true,
          message: `is only for a search on ${search.on === 'simulator' ? 'a stage' : 'the simulator'}, this one is on ${search.on}`,
        });
  }

  async #checkExpressions(simulator: AnySimulator, search: NonNullable<ScenarioDocument['search']>): Promise<void> {
    const compiler = await ExpressionCompiler.create(simulator.space, simulator.outputs);
    for (const sense of ['minimize', 'maximize'] as const) {
      const text = search[sense];
      if (text !== undefined) this.#try(['search', sense], () => compiler.expression(text));
    }
    search.subjectTo?.forEach((text, i) => {
      this.#try(['search', 'subjectTo', i], () => compiler.constraints(text));
    });
  }

  #try<T>(path: Path, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      this.#take(path, error);
      return undefined;
    }
  }

  async #await<T>(path: Path, make: () => Promise<T>): Promise<T | undefined> {
    try {
      return await make();
    } catch (error) {
      this.#take(path, error);
      return undefined;
    }
  }

  #take(path: Path, error: unknown): void {
    if (!(error instanceof ImagoError)) throw error;
    const { place, message } = placeOf(error);
    this.mistakes.push({ path: [...path, ...place], message });
  }
}

/** Where below a path an error is: its place or its text says so, as in `scenario 'x', chain[0].name: is taken`. */
function placeOf({ place, message }: ImagoError): { place: Path; message: string } {
  if (place) {
    const prefix = `${showPlace(place)}: `;
    return { place, message: message.startsWith(prefix) ? message.slice(prefix.length) : message };
  }
  const parts = /^scenario '.*?', ([\w.[\]]+): (.*)$/s.exec(message);
  if (!parts) return { place: [], message };
  const steps = (parts[1].match(/\w+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return { place: steps, message: parts[2] };
}

function parameterOf(spec: CommandBlock['parameters'][string]): Parameter {
  const { real: range, integer: whole, ordinal: numbers, categorical: choices, scale, periodic, ...rest } = spec;
  const options = rest as { unit?: string; description?: string; activeWhen?: Condition };
  if (range)
    return real(...range, {
      ...options,
      ...(scale && { scale }),
      ...(periodic !== undefined && { periodic }),
    }) as Parameter;
  if (whole) return integer(...whole, options) as Parameter;
  if (numbers) return ordinal(numbers, options) as Parameter;
  return { ...categorical(...(choices as string[])), ...options } as Parameter;
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

function millisecondsOf(text: string): number {
  const [, amount, unit] = /^([\d.]+)\s*(\w+)$/.exec(text) as RegExpExecArray;
  return Number(amount) * MILLISECONDS[unit];
}
