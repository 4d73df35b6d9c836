import type { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError, showPlace } from '../../core/errors.ts';
import type { Formula } from '../../core/formula.ts';
import type { Surrogate } from '../../core/model.ts';
import { type Outputs, outputList } from '../../core/output.ts';
import type { AnySimulator, Json } from '../../core/simulator.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import { Space } from '../../core/space/space.ts';
import { datasetFromCsv } from '../../data/csv.ts';
import { Rng } from '../../numerics/random.ts';
import { defaultSurrogate } from '../defaults.ts';
import { ExpressionCompiler } from '../expression/expression.ts';
import { confident } from '../scenario/confident.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { withOutcome } from '../scenario/outcome.ts';
import { type AnyScenario, type DataStart, wishesOf } from '../scenario/scenario.ts';
import { millisecondsOf, parameterOf } from './block-values.ts';
import { imagesFrom } from './image-files.ts';
import { describeIssue } from './issue.ts';
import { fromName } from './named.ts';
import {
  type CommandBlock,
  type ScenarioDocument,
  type StartBlock,
  schemaFor,
  type UmBridgeBlock,
} from './scenario-schema.ts';
import { type Mistake, type Path, YamlDocument } from './yaml-document.ts';

/** A program of a file, its parameters made and its time limit in milliseconds. */
export type CommandSimulation = Omit<CommandBlock, 'parameters' | 'formulas' | 'timeLimit'> & {
  readonly parameters: Parameters;
  readonly formulas?: Readonly<Record<string, Formula>>;
  readonly timeLimit?: number;
};

/** A model behind a URL, its parameters made and its time limit in milliseconds. */
export type UmBridgeSimulation = Omit<UmBridgeBlock, 'umBridge' | 'parameters' | 'timeLimit'> & {
  readonly url: string;
  readonly parameters: Parameters;
  readonly timeLimit?: number;
};

/** What a file's simulator is made by: importing modules and starting programs is for those who know files. */
export interface SimulatorMakers {
  /** A simulator by the path of its module or by its name. */
  module(name: string, options?: Json): Promise<AnySimulator>;
  command(simulation: CommandSimulation): AnySimulator;
  /** Without it no server can be reached. */
  umBridge?(simulation: UmBridgeSimulation): AnySimulator;
  /** The text of a file with data. Without it, data cannot be read. */
  text?(path: string): string;
  /** The bytes of a file with images or labels, unpacked where it is compressed. */
  bytes?(path: string): Uint8Array;
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

type Subject = Pick<Dataset, 'space' | 'outputs'>;
type SimulatorBlock = NonNullable<ScenarioDocument['simulator']>;

/** Makes the parts of a scenario and collects what is wrong with them. */
class Builder {
  readonly mistakes: Mistake[] = [];

  async scenario(document: ScenarioDocument, makers: SimulatorMakers): Promise<AnyScenario | undefined> {
    const { simulator: given, start, chain = [], search, compare, ...head } = document;
    const simulator = given === undefined ? undefined : await this.#simulator(given, makers);
    const starting = start && this.#start(start, head.seed, makers);
    const subject = simulator ?? starting?.data;
    const stages = chain.map(({ transfer, keep, ...stage }, i) => ({
      ...stage,
      ...(keep && { keep: confident(keep.confident) }),
      ...(transfer !== undefined && {
        transfer: this.#try(['chain', i, 'transfer'], () => fromName('sampler', transfer)),
      }),
      student: this.#try(['chain', i, 'student'], () =>
        stage.student === undefined ? defaultSurrogate() : fromName('surrogate', stage.student),
      ),
    }));
    const { optimizer, minimizer, data, ...goal } = search ?? {};
    const searching = {
      ...goal,
      ...(optimizer && { optimizer: this.#try(['search', 'optimizer'], () => fromName('optimizer', optimizer)) }),
      ...(minimizer && { minimizer: this.#try(['search', 'minimizer'], () => fromName('minimizer', minimizer)) }),
      ...(data !== undefined && simulator && { data: this.#data(['search', 'data'], data, simulator, makers) }),
    };
    const optimizers = compare?.optimizers.map((one, i) =>
      this.#try(['compare', 'optimizers', i], () => fromName('optimizer', one)),
    );
    if (search) this.#checkSearch(search);
    if (subject && search) await this.#checkExpressions(subject, search);
    if (!subject || this.mistakes.length > 0) return undefined;
    return this.#try([], () =>
      defineScenario({
        ...head,
        ...(simulator && { simulator }),
        ...(starting && { start: starting }),
        ...(chain.length > 0 && { chain: stages }),
        ...(search && { search: searching }),
        ...(compare && { compare: { ...compare, optimizers } }),
      } as AnyScenario),
    );
  }

  #start(start: StartBlock, seed: number | undefined, makers: SimulatorMakers): DataStart | undefined {
    const { teacher, test, pool, labeled } = start;
    const all = start.images === undefined ? this.#table(start, makers) : this.#images(start, makers);
    const rng = new Rng(seed ?? 1).child('labeled');
    const rows = all && labeled !== undefined ? this.#try(['start', 'labeled'], () => all.sample(labeled, rng)) : all;
    if (!rows) return undefined;
    const unlabeled = { space: rows.space, outputs: [] };
    const others =
      pool !== undefined ? this.#data(['start', 'pool'], pool, unlabeled, makers) : labeled !== undefined && all;
    const tested =
      typeof test === 'string'
        ? this.#data(['start', 'test'], test, rows, makers)
        : test && this.#try(['start', 'test'], () => imagesFrom(test, rows, makers));
    return {
      data: rows,
      ...(others && { pool: others }),
      ...(tested && { test: tested }),
      ...(teacher && { teacher: this.#try(['start', 'teacher'], () => fromName('surrogate', teacher)) as Surrogate }),
    };
  }

  #table({ data, parameters, outputs }: StartBlock, makers: SimulatorMakers): Dataset | undefined {
    const made = parameters && this.#parameters(['start', 'parameters'], parameters);
    const subject =
      made && this.#try(['start'], () => ({ space: new Space(made), outputs: outputList(outputs as Outputs) }));
    return subject && data !== undefined ? this.#data(['start', 'data'], data, subject, makers) : undefined;
  }

  #images({ images, labels, outputs }: StartBlock, makers: SimulatorMakers): Dataset | undefined {
    return this.#try(['start'], () =>
      imagesFrom({ images: images as string, labels: labels as string }, outputList(outputs as Outputs), makers),
    );
  }

  #data(path: Path, file: string, subject: Subject, makers: SimulatorMakers): Dataset | undefined {
    return this.#try(path, () => {
      ensure(makers.text, 'invalid-scenario', `${file}: files of data cannot be read here`);
      const text = makers.text(file);
      try {
        return datasetFromCsv(text, subject);
      } catch (error) {
        if (!(error instanceof ImagoError)) throw error;
        throw new ImagoError(error.code, `${file}: ${error.message}`, { cause: error });
      }
    });
  }

  #parameters(path: Path, given: CommandBlock['parameters']): Parameters | undefined {
    const made = Object.entries(given).map(([name, spec]) => {
      return [name, this.#try([...path, name], () => parameterOf(spec))] as const;
    });
    return made.every(([, parameter]) => parameter) ? (Object.fromEntries(made) as Parameters) : undefined;
  }

  async #simulator(
    given: SimulatorBlock,
    makers: SimulatorMakers,
    at: Path = ['simulator'],
  ): Promise<AnySimulator | undefined> {
    if (typeof given === 'string') return this.#await(at, () => makers.module(given));
    if ('withOutcome' in given) {
      const asked = await this.#simulator(given.withOutcome, makers, [...at, 'withOutcome']);
      return asked && this.#try(at, () => withOutcome(asked));
    }
    if ('module' in given)
      return this.#await([...at, 'module'], () => makers.module(given.module, given.options as Json | undefined));
    const made = this.#parameters([...at, 'parameters'], given.parameters);
    if ('umBridge' in given) return made && this.#umBridge(given, made, makers, at);
    const { parameters: _, formulas, timeLimit, ...block } = given;
    const computing = made && formulas && (await this.#formulas(given, made, at));
    if (!made || this.mistakes.length > 0) return undefined;
    const simulator = this.#try(at, () =>
      makers.command({
        ...block,
        parameters: made,
        ...(computing && { formulas: computing }),
        ...(timeLimit !== undefined && { timeLimit: millisecondsOf(timeLimit) }),
      }),
    );
    // Its version is known only where its program can be started.
    if (simulator) this.#try([...at, 'command'], () => simulator.version);
    return simulator;
  }

  #umBridge(
    { umBridge: url, timeLimit, parameters: _, ...block }: UmBridgeBlock,
    parameters: Parameters,
    { umBridge }: SimulatorMakers,
    at: Path,
  ): AnySimulator | undefined {
    if (this.mistakes.length > 0) return undefined;
    return this.#try(at, () => {
      ensure(umBridge, 'invalid-scenario', 'servers cannot be reached here', ['umBridge']);
      const limit = timeLimit === undefined ? {} : { timeLimit: millisecondsOf(timeLimit) };
      return umBridge({ ...block, url, parameters, ...limit });
    });
  }

  /** Outputs in closed form, each text compiled; undefined unless each could be. */
  async #formulas(
    { formulas = {}, outputs, constants }: CommandBlock,
    parameters: Parameters,
    at: Path,
  ): Promise<Readonly<Record<string, Formula>> | undefined> {
    const subject = this.#try(at, () => ({
      space: new Space(parameters),
      outputs: [...outputList(outputs as Outputs), ...outputList(formulas as Outputs, 'formulas')],
    }));
    if (!subject) return undefined;
    const compiler = await ExpressionCompiler.create(subject.space, subject.outputs, constants);
    const made = Object.entries(formulas).map(([name, { value: text, ...options }]) => {
      const value = this.#try([...at, 'formulas', name, 'value'], () => compiler.formula(text, name));
      return [name, { ...options, text, value }] as const;
    });
    if (!made.every(([, { value }]) => value)) return undefined;
    return Object.fromEntries(made) as Readonly<Record<string, Formula>>;
  }

  /** What a search needs depends on what it runs on; a key of the other kind would be without effect. */
  #checkSearch(search: NonNullable<ScenarioDocument['search']>): void {
    const foreign =
      search.on === 'simulator' ? ['minimizer', 'rounds'] : ['optimizer', 'budget', 'batch', 'asynchronous'];
    for (const key of foreign)
      if (key in search)
        this.mistakes.push({
          path: ['search', key],
          onKey: true,
          message: `is only for a search on ${search.on === 'simulator' ? 'a stage' : 'the simulator'}, this one is on ${search.on}`,
        });
  }

  async #checkExpressions(subject: Subject, search: NonNullable<ScenarioDocument['search']>): Promise<void> {
    const compiler = await ExpressionCompiler.create(subject.space, [...subject.outputs]);
    for (const { quantity, place } of wishesOf(search))
      this.#try(['search', ...place], () => compiler.expression(quantity as string));
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
    // The operating system refuses a name that is too long, or a file that may not be read.
    if (error instanceof Error && 'syscall' in error) this.mistakes.push({ path, message: error.message });
    else if (!(error instanceof ImagoError)) throw error;
    else {
      const { place, message } = placeOf(error);
      this.mistakes.push({ path: [...path, ...place], message });
    }
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
