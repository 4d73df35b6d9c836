import type { ExportedModel } from './exported.ts';

/** What a file tells of each parameter: its name and unit, and its range or the values that there are. */
export function parametersOf({ space }: Pick<ExportedModel, 'space'>) {
  return Object.entries(space.parameters).map(([name, spec]) => ({
    name,
    ...(spec.unit !== undefined && { unit: spec.unit }),
    ...('values' in spec ? { values: spec.values } : { lower: spec.lower, upper: spec.upper }),
    ...(spec.activeWhen && { optional: true }),
  }));
}
