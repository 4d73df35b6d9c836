import { basename, extname, join, resolve } from 'node:path';
import {
  type AnyScenario,
  contourOf,
  type Dataset,
  datasetToCsv,
  defineScenario,
  ensure,
  type Fit,
  type FitStep,
  fitUntil,
  ImagoError,
  isSavable,
  latinHypercube,
  memoryStore,
  Rng,
  runStudy,
  type Store,
  type Study,
  simulatorOracle,
} from '../../index.ts';
import { identityIn, scoreText, storedOracle } from '../../internal.ts';
import { simulatorIdentity, writeModel } from '../../node.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { checkRunnable, loadScenario } from '../load.ts';
import { checkOutputs, checkWritable, type OutputFiles, writeOutput, writeOutputs } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';
import { toldAnswers } from '../told-answers.ts';
import { openStore, stopped } from './run.ts';

/** Options of `imago fit`. */
export interface FitOptions extends ExecutorOptions, OutputFiles {
  /** Default `q2 >= 0.99`, or with a contour `accuracy >= 0.999`. */
  readonly until?: string;
  /** `stress = 250 MPa`. */
  readonly contour?: string;
  readonly budget: number;
  readonly initial?: number;
  readonly batch?: number;
  readonly seed?: number;
  /** A path, or false for a store that is forgotten with the process. */
  readonly store?: string | false;
  readonly out?: string;
  /** Where the fitted model goes. */
  readonly model?: string;
}

/** Runs a scenario's simulator where it teaches the first student most, and says after each fit how well that knows it. */
export async function fitCommand(path: string, options: FitOptions, terminal: Terminal): Promise<void> {
  const target = targetOf(options);
  const scenario = await loadScenario(path);
  ensure(
    scenario.simulator,
    'invalid-argument',
    `${path} starts from data; to fit until something is reached there must be a simulator to ask`,
  );
  if (options.out !== undefined) checkWritable(options.out);
  if (options.model !== undefined) checkWritable(options.model);
  const storePath =
    options.store === false ? undefined : (options.store ?? join('.imago', `${basename(path, extname(path))}.sqlite`));
  checkOutputs(options, storePath);
  const { data, model, curve, stop, executor } = await fitOf(path, scenario, target, storePath, options, terminal);
  if (options.out !== undefined) writeOutput(options.out, datasetToCsv(data));
  const { runs, score, output } = curve.at(-1) as FitStep;
  const reached = `${measureOf(options.contour)} ${scoreText(score)} with ${runs} runs, ${subject(options.contour, output)}`;
  terminal.print(
    stop === 'target'
      ? `Good enough: ${reached}`
      : `Not good enough when the ${stop === 'budget' ? 'budget was spent' : 'space was exhausted'}: ${reached}; asked for ${target}`,
  );
  if (options.model !== undefined) await keepModel(model, options.model, scenario, data.size);
  if (options.report !== undefined || options.json !== undefined)
    writeOutputs(await studyOf(scenario, data, executor, options, terminal), options, terminal);
  if (storePath) terminal.tell(`Store: ${storePath}`);
}

/** Writes a fitted model, with who taught it. */
async function keepModel(
  model: Fit['model'],
  path: string,
  { name, simulator }: AnyScenario,
  runs: number,
): Promise<void> {
  ensure(
    isSavable(model),
    'invalid-argument',
    `${path}: the student of the scenario is none of imago's, and has no state`,
  );
  await writeModel(model, path, { name, runs, ...(simulator && { teacher: simulator.name }) });
}

/** The study whose design are the rows that were run, and whose student is what was fitted to them. */
async function studyOf(
  { name, description, seed: own, simulator, chain = [] }: AnyScenario,
  data: Dataset,
  executor: string,
  { seed = own }: FitOptions,
  terminal: Terminal,
): Promise<Study> {
  const { name: stage = 'surrogate', student } = chain[0] ?? {};
  const design = {
    name: stage,
    transfer: { name: 'as fitted', sample: () => data.x },
    size: data.size,
    ...(student && { student }),
  };
  const scenario = defineScenario({
    name: `${name}, as fitted`,
    ...(description !== undefined && { description }),
    ...(seed !== undefined && { seed }),
    ...(simulator && { simulator }),
    chain: [design],
    // What the fit went on with is not given up here.
    breaker: false,
  });
  const identity = simulator && simulatorIdentity(simulator);
  const study = await runStudy(
    scenario,
    {
      executor: toldAnswers(data, executor),
      notice: (text) => terminal.tell(`note: ${text}`),
      ...(identity && { identity }),
    },
    { clock: terminal.clock, signal: terminal.signal, progress: (event) => terminal.progress.update(event) },
  );
  // The names by which the rows can be run again are those under which they were run.
  const [first, ...others] = study.results.stages;
  const evaluations = first.evaluations.map((one, i) => ({ ...one, id: data.rows[i].id }));
  return { ...study, results: { ...study.results, stages: [{ ...first, evaluations }, ...others] } };
}

async function fitOf(
  path: string,
  scenario: AnyScenario,
  target: number,
  storePath: string | undefined,
  { budget, initial, batch, contour: text, seed = scenario.seed ?? 1, ...options }: FitOptions,
  terminal: Terminal,
): Promise<Fit & { readonly executor: string }> {
  const simulator = scenario.simulator as NonNullable<AnyScenario['simulator']>;
  const contour = text === undefined ? undefined : await contourOf(text, simulator.space, simulator.outputs);
  await checkRunnable(simulator);
  await using store: Store = storePath ? await openStore(storePath) : memoryStore();
  await using executor = executorFor(simulator, options, terminal.tell);
  store.write('source', JSON.stringify({ scenario: resolve(path), simulator: simulator.source ?? null }));
  const identity = identityIn(store, simulator, (text) => terminal.tell(`note: ${text}`));
  terminal.tell(`${scenario.name}: ${simulator.name} on ${executor.name}`);
  const { transfer = latinHypercube(), student } = scenario.chain?.[0] ?? {};
  try {
    const fit = await fitUntil(
      storedOracle(simulatorOracle(simulator, executor), store, identity),
      { transfer, ...(student && { student }) },
      {
        target,
        budget,
        ...(initial !== undefined && { initial }),
        ...(batch !== undefined && { batch }),
        ...(contour && { contour }),
        ...(scenario.breaker !== undefined && { breaker: scenario.breaker }),
      },
      {
        rng: new Rng(`${seed}/fit`),
        clock: terminal.clock,
        signal: terminal.signal,
        progress: (event) => terminal.progress.update(event),
      },
      ({ runs, failed, score, output }) =>
        terminal.print(
          `${String(runs).padStart(5)} runs${failed > 0 ? `, ${failed} failed` : ''}: ${measureOf(text)} ${scoreText(score)}, ${subject(text, output)}`,
        ),
    );
    return { ...fit, executor: executor.name };
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'cancelled') throw stopped(error, storePath);
    throw error;
  } finally {
    terminal.progress.clear();
  }
}

/** What is measured: how well all outputs are known at points left out, or the share of the space on the right side of the contour. */
function measureOf(contour: string | undefined): 'q2' | 'accuracy' {
  return contour === undefined ? 'q2' : 'accuracy';
}

function subject(contour: string | undefined, output: string): string {
  return contour === undefined ? `least of ${output}` : `expected on the right side of ${contour}`;
}

function targetOf({ contour, until }: FitOptions): number {
  const measure = measureOf(contour);
  const example = measure === 'q2' ? 'q2 >= 0.99' : 'accuracy >= 0.999';
  const text = until ?? example;
  const [, name, number] = /^\s*(\w+)\s*>=?\s*(\d*\.?\d+)\s*$/.exec(text) ?? [];
  const target = Number(number);
  ensure(
    name === measure && target > 0 && target <= 1,
    'invalid-argument',
    `--until is a goal such as '${example}'${measure === 'q2' ? '' : ' with --contour'}, with a number above 0 and at most 1, got '${text}'`,
  );
  return target;
}
