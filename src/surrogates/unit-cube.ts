import { ensure, ImagoError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { namesShown } from '../core/space/group.ts';
import type { Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';

/** What a model is asked with n x d rows. */
const BY_ROWS = ['predict', 'posterior', 'observation', 'interval', 'joint', 'samples', 'explained'] as const;
/** What rounding may leave beyond the cube. */
const SLACK = 1e-6;
/** Coordinates that a message writes out. */
const MOST_SHOWN = 8;

/** What the model is asked with rows, refusing those that are no points of the unit cube, such as those in the author's own units. */
export function guarded(model: Model, space: Space): Readonly<Record<string, unknown>> {
  const members = model as unknown as Readonly<Record<string, unknown>>;
  const asked = BY_ROWS.flatMap((name) => {
    const ask = members[name];
    if (typeof ask !== 'function') return [];
    const checked = (x: Matrix, ...rest: unknown[]): unknown => {
      checkRows(name, x, space);
      return ask.call(model, x, ...rest);
    };
    return [[name, checked] as const];
  });
  return Object.fromEntries(asked);
}

function checkRows(asked: string, { rows, columns, data }: Matrix, { dimension, names, parameters }: Space): void {
  ensure(
    columns === dimension,
    'invalid-argument',
    () => `${asked}: the model answers points of ${dimension} coordinates (${namesShown(parameters)}), got ${columns}`,
  );
  for (let at = 0; at < rows * columns; at++) {
    if (data[at] >= -SLACK && data[at] <= 1 + SLACK) continue;
    const row = Math.floor(at / columns);
    const given = [...data.subarray(row * columns, (row + 1) * columns)];
    const point = names.slice(0, MOST_SHOWN).map((name, j) => `${name}: ${given[j]}`);
    throw new ImagoError(
      'invalid-argument',
      `${asked}: '${names[at - row * columns]}' is ${data[at]} in row ${row}, but rows are points of the unit cube, each coordinate in [0, 1]; ` +
        `for values in your own units ask model.at({ ${point.join(', ')}${names.length > MOST_SHOWN ? ', ...' : ''} }), or make the row with space.encode`,
    );
  }
}
