import { cOf } from '../c.ts';
import { checksum } from '../checksum.ts';
import type { ExportedFile, ExportedModel } from '../exported.ts';
import { plainName } from '../identifiers.ts';
import { buildDescription, description2, description3, type FmiVersion, type FmuSubject } from './description.ts';
import { FMI_2_C, MISSING_2 } from './fmi2.ts';
import { FMI_3_C, MISSING_3 } from './fmi3.ts';
import { fmuVariables } from './variables.ts';
import { sharedC } from './wrapper.ts';

/** The files of an FMU for co-simulation, before they are compiled and packed. */
export interface FmuFiles {
  /** What sources, library and functions are named after. */
  readonly identifier: string;
  /** By which an importer tells that description and library belong together. */
  readonly token: string;
  /** With their folders. */
  readonly files: readonly ExportedFile[];
  /** Names of the sources, which stand in the folder `sources`. */
  readonly sources: readonly string[];
}

/**
 * A model as a unit for co-simulation by the Functional Mock-up Interface: inputs are the parameters, in the units of their author, a
 * category as the index of its name; outputs are a function of them at each step and each time that they are asked for.
 */
export function fmuOf(model: ExportedModel, version: FmiVersion): FmuFiles {
  const identifier = plainName(model.name);
  const variables = fmuVariables(model);
  const program = cOf({ ...model, name: identifier });
  // It stands beside the program, which may be called the same.
  const wrapping = /^fmu$/i.test(identifier) ? 'wrapper.c' : 'fmu.c';
  const sources = [`${identifier}.c`, wrapping];
  const unnamed: FmuSubject = { model, identifier, token: '', sources };
  const describe = version === 2 ? description2 : description3;
  const content = [describe(unnamed, variables), ...program.map(({ text }) => text)].join('\n');
  const subject = { ...unnamed, token: tokenOf(content) };
  const inSources = ({ name, text }: ExportedFile) => ({ name: `sources/${name}`, text });
  const wrapper = `${sharedC(subject, variables)}${version === 2 ? FMI_2_C : FMI_3_C}${missing(version === 2 ? MISSING_2 : MISSING_3)}`;
  return {
    ...{ identifier, sources, token: subject.token },
    files: [
      { name: 'modelDescription.xml', text: describe(subject, variables) },
      ...[...program, { name: wrapping, text: wrapper }].map(inSources),
      ...(version === 3 ? [inSources({ name: 'buildDescription.xml', text: buildDescription(subject) })] : []),
    ],
  };
}

/** Functions that a library must have and that this one answers with an error. */
function missing(signatures: Readonly<Record<string, readonly string[]>>): string {
  const letter = (k: number) => String.fromCharCode(97 + k);
  const functions = Object.entries(signatures).map(([name, types]) => {
    const parameters = types.map((type, k) => `${type} ${letter(k)}`).join(', ');
    return `EXPORTED int NAME(${name})(${parameters}) {\n  ${types.map((_, k) => `(void)${letter(k)}`).join(', ')};\n  return ERROR;\n}`;
  });
  return `\n${functions.join('\n')}\n`;
}

/** In the form of a GUID, from what the FMU is. */
function tokenOf(content: string): string {
  const digits = `${checksum(content)}${checksum(`imago ${content}`)}`;
  return `{${[0, 8, 12, 16, 20].map((from, k, all) => digits.slice(from, all[k + 1])).join('-')}}`;
}
