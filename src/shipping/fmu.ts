import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FmiVersion } from '../export/fmu/description.ts';
import { fmuOf } from '../export/fmu/fmu.ts';
import { driverOf } from './fmu-driver.ts';
import { C_FLAGS, compiled, type Runner, started } from './runners.ts';
import { type Target, writeFiles } from './target.ts';
import { zipOf } from './zip.ts';

/** Where importers look for the library of a machine: the folder of FMI 2.0, where it has one, that of FMI 3.0, and the ending. */
const LIBRARIES: Readonly<Record<string, readonly [of2: string | undefined, of3: string, ending: string]>> = {
  'linux-x64': ['linux64', 'x86_64-linux', 'so'],
  'linux-arm64': [undefined, 'aarch64-linux', 'so'],
  'darwin-x64': ['darwin64', 'x86_64-darwin', 'dylib'],
  'darwin-arm64': [undefined, 'aarch64-darwin', 'dylib'],
};

/** The library of this machine inside an FMU, undefined where the version has no place for it. */
function libraryPath(version: FmiVersion, identifier: string): string | undefined {
  const [of2, of3, ending] = LIBRARIES[`${process.platform}-${process.arch}`] ?? [];
  const folder = version === 2 ? of2 : of3;
  return folder && `binaries/${folder}/${identifier}.${ending}`;
}

/** FMUs of a version of FMI, with their sources and the library of this machine. */
export function fmuTarget(version: FmiVersion): Target {
  return {
    files: (model) => fmuOf(model, version).files,
    run: runFmu(version),
    async pack(folder, model) {
      const { files, identifier } = fmuOf(model, version);
      const path = libraryPath(version, identifier);
      const library = path === undefined ? undefined : await readFile(join(folder, path)).catch(unlessAbsent);
      const entries = files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));
      const bytes = zipOf([...entries, ...(library ? [{ name: path!, bytes: library }] : [])]);
      const lost = library ? [] : ['it holds sources and no library: an importer has to compile them'];
      return { file: { name: `${model.name}.fmu`, bytes }, lost };
    },
  };
}

/** Compiles the sources of an FMU into its library, and calls that as an importer does, by several instances. */
export const runFmu =
  (version: FmiVersion): Runner =>
  async (folder, model, points) => {
    const fmu = fmuOf(model, version);
    const library = libraryPath(version, fmu.identifier) ?? `${fmu.identifier}.library`;
    await mkdir(dirname(join(folder, library)), { recursive: true });
    const from = fmu.sources.map((name) => join('sources', name));
    await compiled(folder, [...C_FLAGS, '-shared', '-fPIC', '-o', library, ...from, '-lm']);
    await writeFiles(folder, [{ name: 'check/driver.c', text: driverOf(model, version, fmu.token, points) }]);
    await compiled(folder, ['-O1', '-o', 'check/driver', 'check/driver.c', '-ldl']);
    return JSON.parse(await started(join(folder, 'check', 'driver'), [join(folder, library)], folder));
  };

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
