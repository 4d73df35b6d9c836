import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../../index.ts';
import { makeFolder } from '../output-file.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import type { Terminal } from '../terminal.ts';

const PACKAGE_ROOT = fileURLToPath(PACKAGE_FOLDER);

/** Examples that come with the package are the scaffold. */
interface Scaffold {
  readonly files: readonly string[];
  /** The study to begin with, one of the files, and the name of its report. */
  readonly first: string;
  readonly report: string;
  readonly isTyped: boolean;
}

/** A first study with real work, a model of the same simulator, and the shortest study that there can be. */
const IN_CODE: Scaffold = {
  files: [
    'simulators/struck-beam.ts',
    'scenarios/lightest-struck-beam.ts',
    'scenarios/struck-beam-model.ts',
    'simulators/cantilever-beam.ts',
    'scenarios/lightest-beam.ts',
  ],
  first: 'scenarios/lightest-struck-beam.ts',
  report: 'struck-beam.html',
  isTyped: true,
};

/** A study around a program. */
const IN_YAML: Scaffold = {
  files: ['simulators/oven-wall/oven-wall.mjs', 'scenarios/cheapest-oven-wall.yaml'],
  first: 'scenarios/cheapest-oven-wall.yaml',
  report: 'oven-wall.html',
  isTyped: false,
};

/** Options of `imago init`. */
export interface InitOptions {
  /** Whether to write a study around a program, without TypeScript. */
  readonly yaml?: boolean;
}

/** For editors and `tsc`, which imago itself does not need: import.meta in a package of either type, and what Node has. */
const COMPILER = {
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  types: ['node'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
};

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Written where there is none yet. */
function settingsFor(folder: string, { isTyped }: Scaffold): Readonly<Record<string, object>> {
  const { version, devDependencies } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as Manifest;
  const dependencies = { imago: isFromRegistry() ? `^${version}` : `file:${relative(folder, PACKAGE_ROOT)}` };
  if (!isTyped) return { 'package.json': { private: true, dependencies } };
  return {
    'package.json': {
      private: true,
      type: 'module',
      scripts: { check: 'tsc' },
      dependencies,
      devDependencies: { '@types/node': devDependencies['@types/node'], typescript: devDependencies.typescript },
    },
    'tsconfig.json': { compilerOptions: COMPILER, include: ['**/*.ts'] },
  };
}

/** Whether npm can get this package by its name; one that was packed or cloned is found by its folder. */
function isFromRegistry(): boolean {
  const installed = join(PACKAGE_ROOT, '../.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages = {} } = JSON.parse(readFileSync(installed, 'utf8')) as {
    packages?: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  return packages['node_modules/imago']?.resolved?.startsWith('http') ?? false;
}

/** Copies simulators and scenarios that run into `folder`; touches nothing that is there already. */
export function initCommand(folder: string, { yaml = false }: InitOptions, terminal: Terminal): void {
  const scaffold = yaml ? IN_YAML : IN_CODE;
  const present = scaffold.files.find((path) => existsSync(join(folder, path)));
  ensure(
    present === undefined,
    'invalid-argument',
    `${join(folder, present ?? '')} is there already; nothing was written. Choose another folder: imago init my-study`,
  );
  for (const path of scaffold.files) {
    const file = join(folder, path);
    makeFolder(resolve(dirname(file)));
    copyFileSync(join(PACKAGE_ROOT, path), file);
    terminal.tell(`wrote ${file}`);
  }
  const written = Object.entries(settingsFor(folder, scaffold)).filter(([path, settings]) => {
    const file = join(folder, path);
    if (existsSync(file)) return false;
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
    terminal.tell(`wrote ${file}`);
    return true;
  });
  for (const line of advice(folder, scaffold, new Set(written.map(([path]) => path)))) terminal.tell(line);
}

/** What is to be done next, and what was left to its owner. */
function advice(folder: string, { first, report, isTyped }: Scaffold, written: ReadonlySet<string>): string[] {
  const own = !written.has('package.json');
  const found = isInstalled(folder);
  const types = 'npm install --save-dev typescript @types/node';
  const install = own ? (found ? [] : [`npm install ${isFromRegistry() ? 'imago' : PACKAGE_ROOT}`]) : ['npm install'];
  const steps = [
    ...(resolve(folder) === resolve('.') ? [] : [`cd ${folder}`]),
    ...(found ? [] : install),
    `npx imago check ${first}`,
    `npx imago run ${first} --report ${report}`,
  ];
  const next = `next:\n${steps.map((step) => `  ${step}`).join('\n')}`;
  if (!isTyped) return [next];
  const compile = own ? types : found ? 'npm install' : undefined;
  return [
    ...(written.has('tsconfig.json')
      ? []
      : [
          `note: ${join(folder, 'tsconfig.json')} is yours and was left; imago's files compile with ${terse(COMPILER)}`,
        ]),
    next,
    ...(compile ? [`for an editor, and for npx tsc:\n  ${compile}`] : ['npx tsc says whether everything compiles']),
  ];
}

function terse({ types, module, moduleResolution, allowImportingTsExtensions, noEmit }: typeof COMPILER): string {
  return JSON.stringify({ types, module, moduleResolution, allowImportingTsExtensions, noEmit });
}

/** Whether an import of imago from the folder finds it, as Node looks for it: in every folder above. */
function isInstalled(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules/imago/package.json'))) return true;
    if (at === dirname(at)) return false;
  }
}
