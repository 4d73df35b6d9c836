import { predictionColumns } from '../core/columns.ts';
import type { Dataset } from '../core/dataset.ts';
import type { Scalar } from '../core/space/parameter.ts';

/** An input or an output that is the same in all rows that completed, of two or more. */
export interface Constant {
  readonly kind: 'input' | 'output';
  readonly name: string;
  /** In the author's units. */
  readonly value: Scalar;
  readonly rows: number;
}

/**
 * What never changes in a data set, outputs first. Of inputs neither those of images, whose edges are often of one color, nor those that may be
 * inactive.
 */
export function constantsOf(data: Dataset): Constant[] {
  const known = data.finite();
  const rows = known.size;
  if (rows < 2) return [];
  const columns = predictionColumns(known.outputs);
  const targets = known.targets();
  const outputs = known.outputs.flatMap(({ name, classes }, k): Constant[] => {
    const { start, width } = columns[k];
    if (!Array.from({ length: width }, (_, c) => isSame(targets.column(start + c))).every(Boolean)) return [];
    const value = known.y.get(0, k);
    return [{ kind: 'output', name, value: classes?.[value] ?? value, rows }];
  });
  const { space, points } = known;
  if (space.image) return outputs;
  const point = space.decode(points.row(0)) as Readonly<Record<string, Scalar>>;
  const inputs = space.columns.flatMap(({ name, conditional }, j): Constant[] =>
    !conditional && isSame(points.column(j)) ? [{ kind: 'input', name, value: point[name], rows }] : [],
  );
  return [...outputs, ...inputs];
}

function isSame(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/** What a student cannot have learned of its rows: what is the same in all of them, and classes that no answer is. */
export function answerNotes(data: Dataset): string[] {
  const constants = constantsOf(data);
  const known = data.finite();
  const columns = predictionColumns(known.outputs);
  const targets = known.targets();
  const missing = known.outputs.flatMap(({ name, classes = [] }, k): string[] => {
    if (constants.some((one) => one.kind === 'output' && one.name === name)) return [];
    const none = classes.filter((_, c) => targets.column(columns[k].start + c).every((share) => share === 0));
    return none.length > 0 ? [`no answer of ${name} is ${none.join(', ')}: nothing was learned of that`] : [];
  });
  const same = constants.map(({ kind, name, value, rows }) =>
    kind === 'output'
      ? `${name} is ${value} in all ${rows} answers: there is nothing to learn of it`
      : `${name} is ${value} in all ${rows} points: what it does cannot be learned`,
  );
  return [...same, ...missing];
}
