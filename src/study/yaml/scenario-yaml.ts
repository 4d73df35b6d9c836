import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import type { Formula } from '../../core/formula.ts';
import type { Oracle } from '../../core/model.ts';
import { type Outputs, outputList } from '../../core/output.ts';
import type { AnySimulator, Json } from '../../core/simulator.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import { Space } from '../../core/space/space.ts';
import { defaultSurrogate } from '../defaults.ts';
import { ExpressionCompiler } from '../expression/expression.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { withOutcome } from '../scenario/outcome.ts';
import { type AnyScenario, wishesOf } from '../scenario/scenario.ts';
import { ablationFrom } from './ablation.ts';
import { millisecondsOf } from './block-values.ts';
import { describeIssue } from './issue.ts';
import { keepFrom } from './keep.ts';
import { Mistakes } from './mistakes.ts';
import { fromName } from './named.ts';
import { type CommandBlock, type ScenarioDocument, schemaFor, type UmBridgeBlock } from './scenario-schema.ts';
import { type DataMakers, dataFrom, parametersFrom, startFrom } from './start-block.ts';
import { type Path, YamlDocument } from './yaml-document.ts';

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

/** What a file's simulator is made by: importing modules and starting programs needs a file system. */
export interface SimulatorMakers extends DataMakers {
  /** A simulator by the path of its module or by its name. */
  module(name: string, options?: Json): Promise<AnySimulator>;
  command(simulation: CommandSimulation): AnySimulator;
  /** Without it no server can be reached. */
  umBridge?(simulation: UmBridgeSimulation): AnySimulator;
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
  const mistakes = new Mistakes();
  const scenario = await new Builder(mistakes).scenario(checked.data, makers);
  if (!scenario || mistakes.list.length > 0) throw document.error(mistakes.list);
  return scenario;
}

type Subject = Pick<Dataset, 'space' | 'outputs'>;
type SimulatorBlock = NonNullable<ScenarioDocument['simulator']>;

/** Makes the parts of a scenario and collects what is wrong with them. */
class Builder {
  readonly #mistakes: Mistakes;

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
  }

  async scenario(document: ScenarioDocument, makers: SimulatorMakers): Promise<AnyScenario | undefined> {
    const { simulator: given, start, chain = [], search, compare, ...head } = document;
    const simulator = given === undefined ? undefined : await this.#simulator(given, makers);
    const starting = start && (await startFrom(start, head.seed, makers, this.#mistakes));
    const subject = simulator ?? starting?.data ?? (starting?.teacher as Oracle | undefined);
    const stages = chain.map(({ transfer, keep, ablation, ...stage }, i) => ({
      ...stage,
      ...(keep && { keep: this.#mistakes.try(['chain', i, 'keep'], () => keepFrom(keep, subject?.outputs)) }),
      ...(ablation && { ablation: ablationFrom(ablation, ['chain', i, 'ablation'], this.#mistakes) }),
      ...(transfer !== undefined && {
        transfer: this.#mistakes.try(['chain', i, 'transfer'], () => fromName('sampler', transfer)),
      }),
      student: this.#mistakes.try(['chain', i, 'student'], () =>
        stage.student === undefined ? defaultSurrogate() : fromName('surrogate', stage.student),
      ),
    }));
    const { optimizer, minimizer, data, ...goal } = search ?? {};
    const searching = {
      ...goal,
      ...(optimizer && {
        optimizer: this.#mistakes.try(['search', 'optimizer'], () => fromName('optimizer', optimizer)),
      }),
      ...(minimizer && {
        minimizer: this.#mistakes.try(['search', 'minimizer'], () => fromName('minimizer', minimizer)),
      }),
      ...(data !== undefined &&
        simulator && { data: dataFrom(['search', 'data'], data, simulator, makers, this.#mistakes) }),
    };
    const optimizers = compare?.optimizers.map((one, i) =>
      this.#mistakes.try(['compare', 'optimizers', i], () => fromName('optimizer', one)),
    );
    if (search) this.#checkSearch(search);
    if (subject && search) await this.#checkExpressions(subject, search);
    if (!subject || this.#mistakes.list.length > 0) return undefined;
    return this.#mistakes.try([], () =>
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

  async #simulator(
    given: SimulatorBlock,
    makers: SimulatorMakers,
    at: Path = ['simulator'],
  ): Promise<AnySimulator | undefined> {
    if (typeof given === 'string') return this.#mistakes.await(at, () => makers.module(given));
    if ('withOutcome' in given) {
      const asked = await this.#simulator(given.withOutcome, makers, [...at, 'withOutcome']);
      return asked && this.#mistakes.try(at, () => withOutcome(asked));
    }
    if ('module' in given)
      return this.#mistakes.await([...at, 'module'], () =>
        makers.module(given.module, given.options as Json | undefined),
      );
    const made = parametersFrom([...at, 'parameters'], given.parameters, this.#mistakes);
    if ('umBridge' in given) return made && this.#umBridge(given, made, makers, at);
    const { parameters: _, formulas, timeLimit, ...block } = given;
    const computing = made && formulas && (await this.#formulas(given, made, at));
    if (!made || this.#mistakes.list.length > 0) return undefined;
    const simulator = this.#mistakes.try(at, () =>
      makers.command({
        ...block,
        parameters: made,
        ...(computing && { formulas: computing }),
        ...(timeLimit !== undefined && { timeLimit: millisecondsOf(timeLimit) }),
      }),
    );
    // Its version is known only where its program can be started.
    if (simulator) this.#mistakes.try([...at, 'command'], () => simulator.version);
    return simulator;
  }

  #umBridge(
    { umBridge: url, timeLimit, parameters: _, ...block }: UmBridgeBlock,
    parameters: Parameters,
    { umBridge }: SimulatorMakers,
    at: Path,
  ): AnySimulator | undefined {
    if (this.#mistakes.list.length > 0) return undefined;
    return this.#mistakes.try(at, () => {
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
    const subject = this.#mistakes.try(at, () => ({
      space: new Space(parameters),
      outputs: [...outputList(outputs as Outputs), ...outputList(formulas as Outputs, 'formulas')],
    }));
    if (!subject) return undefined;
    const compiler = await ExpressionCompiler.create(subject.space, subject.outputs, constants);
    const made = Object.entries(formulas).map(([name, { value: text, ...options }]) => {
      const value = this.#mistakes.try([...at, 'formulas', name, 'value'], () => compiler.formula(text, name));
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
        this.#mistakes.add({
          path: ['search', key],
          onKey: true,
          message: `is only for a search on ${search.on === 'simulator' ? 'a stage' : 'the simulator'}, this one is on ${search.on}`,
        });
  }

  async #checkExpressions(subject: Subject, search: NonNullable<ScenarioDocument['search']>): Promise<void> {
    const compiler = await ExpressionCompiler.create(subject.space, [...subject.outputs]);
    for (const { quantity, place } of wishesOf(search))
      this.#mistakes.try(['search', ...place], () => compiler.expression(quantity as string));
    search.subjectTo?.forEach((text, i) => {
      this.#mistakes.try(['search', 'subjectTo', i], () => compiler.constraints(text));
    });
  }
}
