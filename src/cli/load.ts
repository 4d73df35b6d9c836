import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type AnyScenario,
  type AnySimulator,
  defineScenario,
  ensure,
  ImagoError,
  isScenario,
  problemOf,
  type SimulatorSource,
  show,
  type UmBridgeDefinition,
  umBridgeSimulator,
} from '../index.ts';
import {
  declare,
  declaredSimulator,
  isNoSimulator,
  noteWhereabouts,
  outsideFrom,
  scenarioFromYaml,
  showPlace,
  subjectOf,
  teacherFromText,
} from '../internal.ts';
import { type CommandDefinition, commandSimulator, loadModule, simulatorIdentity } from '../node.ts';
import { withLastWords } from './last-words.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';

/** The simulators that come with the package. */
const SHIPPED = new URL('simulators/', PACKAGE_FOLDER);
const SHIPPED_SCENARIOS = fileURLToPath(new URL('scenarios/', PACKAGE_FOLDER));
/** What makes the simulator of a scenario again, elsewhere. */
const SCENARIO_SIMULATOR = new URL('dist/bundle/scenario-simulator.js', PACKAGE_FOLDER).href;
const YAML = /\.ya?ml$/;
const PLUGIN = /^\.[cm]?[jt]s$/;

/** Loads a scenario file; its default export must be made by defineScenario(). Its expressions are checked as well. */
export async function loadScenario(path: string): Promise<AnyScenario> {
  const file = resolve(path);
  ensure(existsSync(file), 'plugin', `there is no scenario file ${file}${shippedAs(file)}`);
  ensure(statSync(file).isFile(), 'plugin', `${file} is not a file; name the scenario file in it`);
  if (YAML.test(file)) return loadYaml(file, path);
  ensure(
    PLUGIN.test(extname(file)),
    'plugin',
    `a scenario is a .ts, .js, .yaml or .yml file, got ${file}; imago init writes one that runs`,
  );
  const { default: scenario } = await loadHere(file);
  ensure(
    isScenario(scenario),
    'plugin',
    `${file}: the default export must be made by defineScenario(), got ${show(scenario)}`,
  );
  await checkGoal(scenario, file);
  return scenario;
}

/** Where the package has a scenario of that name: pages name it as it lies in a clone. */
function shippedAs(file: string): string {
  const own = join(SHIPPED_SCENARIOS, basename(file));
  return existsSync(own) ? `; the one that comes with imago is ${relative('.', own)}` : '';
}

/** What a plug-in file exports, loaded in this thread. */
export function loadHere(file: string): Promise<Readonly<Record<string, unknown>>> {
  return withLastWords(file, () => loadModule(pathToFileURL(file).href));
}

/** Throws where an expression of the goal cannot be computed, with the file and the place. */
async function checkGoal(scenario: AnyScenario, file: string): Promise<void> {
  const { name, search } = scenario;
  if (!search) return;
  const subject = subjectOf(scenario);
  try {
    await problemOf(search, subject.space, subject.outputs);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const place = showPlace(['search', ...(error.place ?? [])]);
    throw new ImagoError(error.code, `${file}: scenario '${name}', ${place}: ${error.message}`, { cause: error });
  }
}

/** Those whose files have been loaded in a process of their own. */
const declared = new WeakSet<AnySimulator>();

async function simulatorOf(source: SimulatorSource): Promise<AnySimulator> {
  const simulator = await declaredSimulator(source);
  declared.add(simulator);
  return simulator;
}

/** Throws, before anything is begun, where the program of a simulator is missing, or where a worker could not load it. */
export async function checkRunnable(simulator: AnySimulator): Promise<void> {
  if (simulator.source && !declared.has(simulator)) await declare(simulator.source);
  simulatorIdentity(simulator);
}

/** A scenario in YAML; paths in it start at its own folder. */
async function loadYaml(file: string, shown: string): Promise<AnyScenario> {
  const folder = dirname(file);
  return scenarioFromYaml(textOf(file), shown, {
    umBridge: (simulation) => umBridgeSimulator(simulation as UmBridgeDefinition),
    command: (simulation) => {
      const simulator = commandSimulator({ ...simulation, folder } as CommandDefinition);
      return noteWhereabouts(simulator, { module: SCENARIO_SIMULATOR, options: { path: file } });
    },
    ...dataMakers(folder),
    async module(name, options) {
      const near = resolve(folder, name);
      if (!existsSync(near) || extname(near) === '') return findSimulator(name);
      return simulatorOf({ module: pathToFileURL(near).href, ...(options !== undefined && { options }) });
    },
  });
}

/** What reads the files that a scenario names, from its folder. */
function dataMakers(folder: string) {
  return {
    text: (path: string) => textOf(dataFile(folder, path)),
    bytes: (path: string) => bytesOf(dataFile(folder, path)),
    exported: async (path: string) => (await loadHere(dataFile(folder, path))).default,
  };
}

/** The scenario with another teacher: a file, or as YAML what stands under `teacher` in a scenario. Paths begin at this folder. */
export async function withTeacher(scenario: AnyScenario, text: string): Promise<AnyScenario> {
  const { start, simulator } = scenario;
  ensure(
    !simulator,
    'invalid-argument',
    `--teacher is for a scenario that starts from data or a teacher, and '${scenario.name}' has a simulator`,
  );
  const subject = start && subjectOf(scenario);
  const teacher = await outsideFrom(teacherFromText(text), subject, dataMakers(process.cwd()));
  return defineScenario({ ...scenario, start: { ...start, teacher } });
}

function dataFile(folder: string, path: string): string {
  const file = path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
  ensure(statSync(file, { throwIfNoEntry: false })?.isFile(), 'invalid-data', `there is no file ${path} in ${folder}`);
  return file;
}

/** The bytes, those that gzip compressed as they were before. */
function bytesOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new ImagoError('invalid-data', `${file} cannot be unpacked by gzip: ${(cause as Error).message}`, { cause });
  }
}

function textOf(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(file));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ImagoError('plugin', `${file} is not a text in UTF-8; save it as one`, { cause });
  }
}

/** The simulator of a scenario in YAML or TypeScript, or one that {@link findSimulator} finds. */
export async function findSubject(nameOrPath: string): Promise<AnySimulator> {
  if (!existsSync(nameOrPath) || extname(nameOrPath) === '') return findSimulator(nameOrPath);
  if (!YAML.test(nameOrPath)) {
    try {
      return await findSimulator(nameOrPath);
    } catch (error) {
      if (!isNoSimulator(error)) throw error;
      const { default: exported } = await loadHere(resolve(nameOrPath));
      if (!isScenario(exported)) throw error;
    }
  }
  const { simulator } = await loadScenario(nameOrPath);
  ensure(simulator, 'invalid-argument', `${nameOrPath} starts from data: there is no simulator to run`);
  return simulator;
}

/** A simulator by the path of its file, or by the name of one in ./simulators or of those that come with imago. */
export async function findSimulator(nameOrPath: string): Promise<AnySimulator> {
  if (existsSync(nameOrPath) && extname(nameOrPath) !== '')
    return simulatorOf({ module: pathToFileURL(resolve(nameOrPath)).href });
  const files = simulatorFiles();
  const file = files.find((one) => pluginName(one) === nameOrPath);
  ensure(
    file,
    'plugin',
    `there is no simulator '${nameOrPath}'; known: ${files.map(pluginName).join(', ')}; or give the path of a file`,
  );
  return simulatorOf({ module: pathToFileURL(file).href });
}

/** Plug-in files (or folders with an index) in ./simulators and among those that come with imago. */
export function simulatorFiles(): string[] {
  const folders = [resolve('simulators'), resolve(fileURLToPath(SHIPPED))].filter(existsSync);
  const unique = [...new Set(folders)];
  return unique.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return PLUGIN.test(extname(entry.name)) && !entry.name.endsWith('.d.ts') ? [path] : [];
      return ['index.ts', 'index.js', 'index.mjs']
        .map((index) => join(path, index))
        .filter(existsSync)
        .slice(0, 1);
    }),
  );
}

/** The name by which a plug-in file is found: that of the file, or of its folder. */
export function pluginName(file: string): string {
  const name = basename(file, extname(file));
  return name === 'index' ? basename(resolve(file, '..')) : name;
}
