import { ensure, ImagoError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { namesShown } from '../core/space/group.ts';
import type { Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';

/** What a model is asked with n x d rows. */
const BY_ROWS = ['predict', 'posterior', 'observation', 'interval', 'joint', 'samples', 'explained'] as const;
/** How far from its middle a coordinate may be: half the cube, and what rounding may leave beyond it. */
const MOST_FROM_MIDDLE = 0.5 + 1e-6;
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
  const at = firstOutside(data, rows * columns);
  if (at < 0) return;
  const row = Math.floor(at / columns);
  const given = [...data.subarray(row * columns, (row + 1) * columns)];
  const point = names.slice(0, MOST_SHOWN).map((name, j) => `${name}: ${given[j]}`);
  throw new ImagoError(
    'invalid-argument',
    `${asked}: '${names[at - row * columns]}' is ${data[at]} in row ${row}, but rows are points of the unit cube, each coordinate in [0, 1]; ` +
      `for values in your own units ask model.at({ ${point.join(', ')}${names.length > MOST_SHOWN ? ', ...' : ''} }), or make the row with space.encode`,
  );
}

/** The place of the first of `count` numbers that is no coordinate, -1 where all are. */
function firstOutside(data: Float64Array, count: number): number {
  for (let at = 0; at < count; at++) if (!(Math.abs(data[at] - 0.5) <= MOST_FROM_MIDDLE)) return at;
  return -1;
}
