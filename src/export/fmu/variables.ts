import type { Parameter } from '../../core/space/parameter.ts';
import { flatNames } from '../answer-names.ts';
import { cNames } from '../c.ts';
import type { ExportedModel } from '../exported.ts';

/** What both versions of FMI know: `choice` is a whole number that has a name. */
type VariableKind = 'real' | 'integer' | 'choice' | 'boolean';

/** A variable of an FMU. Its reference is its place in the list. */
export interface FmuVariable {
  readonly name: string;
  /** The author's own name of it. */
  readonly title: string;
  readonly kind: VariableKind;
  /** Whether it changes in steps alone. */
  readonly isDiscrete: boolean;
  readonly unit?: string;
  /** Names of the numbers from 0 on. */
  readonly choices?: readonly string[];
  /** Of an input: where it begins, and its range. */
  readonly start?: number;
  readonly range?: readonly [lower: number, upper: number];
  /** The field of the point or of the answers that it is in C. */
  readonly field: string;
}

/** The variables of an FMU: one for each parameter, then all that is answered. */
export interface FmuVariables {
  readonly inputs: readonly FmuVariable[];
  readonly outputs: readonly FmuVariable[];
}

/** In FMI 2.0 whole numbers have four bytes. */
const MOST_INTEGER = 2 ** 31;

export function fmuVariables(model: ExportedModel): FmuVariables {
  const { inputs, answers } = flatNames(model);
  const c = cNames(model);
  const specs = Object.entries(model.space.parameters);
  return {
    inputs: specs.map(([title, spec], j) => ({
      ...{ name: inputs[j], title, field: c.inputs[j] },
      ...(spec.unit !== undefined && { unit: spec.unit }),
      ...inputOf(spec),
    })),
    outputs: model.outputs.flatMap(({ output }, k): FmuVariable[] => {
      const { value, probabilities, bounds, known } = answers[k];
      const unit = output.unit === undefined ? {} : { unit: output.unit };
      const real = { kind: 'real' as const, isDiscrete: false };
      const field = (name: string) => `${c.outputs[k]}.${name}`;
      return [
        output.classes
          ? {
              name: value,
              title: output.name,
              kind: 'choice',
              isDiscrete: true,
              choices: output.classes,
              field: field('value'),
            }
          : { name: value, title: output.name, ...real, ...unit, field: field('value') },
        ...probabilities.map((name, i) => ({
          ...{ name, title: `${output.name}: probability of ${output.classes![i]}`, ...real },
          field: field(`probabilities[${i}]`),
        })),
        ...bounds.map((name, i) => {
          const bound = i === 0 ? 'lower' : 'upper';
          return { name, title: `${output.name}: ${bound} bound of 95 %`, ...real, ...unit, field: field(bound) };
        }),
        ...(known === undefined
          ? []
          : [
              {
                ...{ name: known, title: `${output.name}: whether the model knows it here`, field: field('in_domain') },
                ...{ kind: 'boolean' as const, isDiscrete: true },
              },
            ]),
      ];
    }),
  };
}

function inputOf(spec: Parameter): Pick<FmuVariable, 'kind' | 'isDiscrete' | 'choices' | 'start' | 'range'> {
  if (spec.kind === 'categorical') return { kind: 'choice', isDiscrete: true, choices: spec.values, start: 0 };
  if (spec.kind === 'ordinal') return { kind: 'real', isDiscrete: true, start: spec.values[0] };
  const { lower, upper } = spec;
  if (spec.kind === 'real')
    return { kind: 'real', isDiscrete: false, start: lower + (upper - lower) / 2, range: [lower, upper] };
  const isSmall = lower >= -MOST_INTEGER && upper < MOST_INTEGER;
  const start = Math.round(lower + (upper - lower) / 2);
  return { kind: isSmall ? 'integer' : 'real', isDiscrete: true, start, range: [lower, upper] };
}
