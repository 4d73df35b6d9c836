import type { ExportedModel } from '../exported.ts';
import type { FmuVariable, FmuVariables } from './variables.ts';

/** The versions of FMI that FMUs are written for. */
export type FmiVersion = 2 | 3;

/** What a description needs beside the variables. */
export interface FmuSubject {
  readonly model: ExportedModel;
  /** What sources, library and functions are named after. */
  readonly identifier: string;
  /** By which an importer tells that description and library belong together. */
  readonly token: string;
  /** Names of the source files. */
  readonly sources: readonly string[];
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `modelDescription.xml` of FMI 2.0, for co-simulation. */
export function description2({ model, identifier, token, sources }: FmuSubject, { inputs, outputs }: FmuVariables) {
  const all = [...inputs, ...outputs];
  const unknowns = outputs.map((_, k) =>
    tag('Unknown', { index: inputs.length + k + 1, dependencies: oneTo(inputs.length) }),
  );
  return documentOf(
    tag(
      'fmiModelDescription',
      {
        ...{ fmiVersion: '2.0', modelName: model.name, guid: token, description: model.notes.join(' ') || undefined },
        ...{ generationTool: 'imago', variableNamingConvention: 'structured', numberOfEventIndicators: 0 },
      },
      [
        tag(
          'CoSimulation',
          {
            ...{ modelIdentifier: identifier, canHandleVariableCommunicationStepSize: true },
            ...{ canGetAndSetFMUstate: true, canNotUseMemoryManagementFunctions: true },
          },
          [
            tag(
              'SourceFiles',
              {},
              sources.map((name) => tag('File', { name })),
            ),
          ],
        ),
        ...unitsOf(all),
        ...listOf(
          'TypeDefinitions',
          all.flatMap((one) =>
            one.choices
              ? [tag('SimpleType', { name: typeName(one) }, [tag('Enumeration', {}, itemsOf(one.choices))])]
              : [],
          ),
        ),
        tag('DefaultExperiment', { startTime: 0, stopTime: 1, stepSize: 0.1 }),
        tag(
          'ModelVariables',
          {},
          all.map((one, reference) => {
            const isInput = one.start !== undefined;
            return tag(
              'ScalarVariable',
              {
                ...{ name: one.name, valueReference: reference, description: one.title },
                ...{ causality: isInput ? 'input' : 'output', variability: one.isDiscrete ? 'discrete' : 'continuous' },
              },
              [tag(KINDS[2][one.kind], valueAttributes(one))],
            );
          }),
        ),
        tag('ModelStructure', {}, [...listOf('Outputs', unknowns), ...listOf('InitialUnknowns', unknowns)]),
      ],
    ),
  );
}

/** `modelDescription.xml` of FMI 3.0, for co-simulation. */
export function description3({ model, identifier, token }: FmuSubject, { inputs, outputs }: FmuVariables) {
  const all = [...inputs, ...outputs];
  const unknowns = (name: string) =>
    outputs.map((_, k) =>
      tag(name, { valueReference: inputs.length + k, dependencies: inputs.map((_, j) => j).join(' ') }),
    );
  return documentOf(
    tag(
      'fmiModelDescription',
      {
        ...{ fmiVersion: '3.0', modelName: model.name, instantiationToken: token },
        ...{ description: model.notes.join(' ') || undefined, generationTool: 'imago' },
        ...{ variableNamingConvention: 'structured' },
      },
      [
        tag('CoSimulation', {
          ...{ modelIdentifier: identifier, canHandleVariableCommunicationStepSize: true, canGetAndSetFMUState: true },
        }),
        ...unitsOf(all),
        ...listOf(
          'TypeDefinitions',
          all.flatMap((one) =>
            one.choices ? [tag('EnumerationType', { name: typeName(one) }, itemsOf(one.choices))] : [],
          ),
        ),
        tag('DefaultExperiment', { startTime: 0, stopTime: 1, stepSize: 0.1 }),
        tag('ModelVariables', {}, [
          ...all.map((one, reference) =>
            tag(KINDS[3][one.kind], {
              ...{ name: one.name, valueReference: reference, description: one.title },
              ...{ causality: one.start === undefined ? 'output' : 'input' },
              ...{ variability: one.isDiscrete ? 'discrete' : 'continuous', ...valueAttributes(one) },
            }),
          ),
          tag('Float64', {
            ...{ name: TIME, valueReference: all.length, causality: 'independent', variability: 'continuous' },
          }),
        ]),
        tag('ModelStructure', {}, [...unknowns('Output'), ...unknowns('InitialUnknown')]),
      ],
    ),
  );
}

/** `sources/buildDescription.xml` of FMI 3.0. */
export function buildDescription({ identifier, sources }: FmuSubject): string {
  const files = tag(
    'SourceFileSet',
    { language: 'C99' },
    sources.map((name) => tag('SourceFile', { name })),
  );
  const configuration = tag('BuildConfiguration', { modelIdentifier: identifier }, [files]);
  return documentOf(tag('fmiBuildDescription', { fmiVersion: '3.0' }, [configuration]));
}

/** Names of variables have no dot. */
const TIME = 'simulation.time';
const typeName = ({ name }: FmuVariable) => `choices.${name}`;

const KINDS = {
  2: { real: 'Real', integer: 'Integer', choice: 'Enumeration', boolean: 'Boolean' },
  3: { real: 'Float64', integer: 'Int64', choice: 'Enumeration', boolean: 'Boolean' },
};

function valueAttributes(one: FmuVariable): Attributes {
  const { kind, start, range: [min, max] = [] } = one;
  // Only real variables have units in FMI.
  const unit = (kind === 'real' && one.unit) || undefined;
  return { ...(one.choices && { declaredType: typeName(one) }), unit, min, max, start };
}

const itemsOf = (choices: readonly string[]) => choices.map((name, value) => tag('Item', { name, value }));

function unitsOf(all: readonly FmuVariable[]): string[] {
  const units = new Set(all.flatMap(({ unit }) => (unit ? [unit] : [])));
  return listOf(
    'UnitDefinitions',
    [...units].map((name) => tag('Unit', { name })),
  );
}

/** No list at all of nothing. */
const listOf = (name: string, items: readonly string[]) => (items.length > 0 ? [tag(name, {}, items)] : []);

const oneTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1).join(' ');

const documentOf = (root: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;

function tag(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  const head = `<${name}${given.join('')}`;
  return children.length === 0 ? `${head}/>` : `${head}>\n${indented(children.join('\n'))}\n</${name}>`;
}

const indented = (text: string) => text.replace(/^/gm, '  ');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(/\p{C}/gu, ' ').replace(/[&<>"]/g, (letter) => ESCAPES[letter]);
