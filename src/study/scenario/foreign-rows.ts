import { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import { describe } from '../../core/space/coordinate.ts';
import type { Parameter } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import { pointAt } from '../summary.ts';

const MOST_TOLD = 10;

/**
 * The rows of a data set in another space, with the outputs that are asked for. Throws `invalid-data` with every row that does not fit
 * (at most ten of them are listed), its parameter and its value.
 */
export function rowsFor(data: Dataset, space: Space, outputs: readonly Output[]): Dataset {
  ensure(!data.weights, 'invalid-data', 'the data have weights of rows, which a search does not use: leave them out');
  const columns = outputs.map((output) => {
    const at = data.outputs.findIndex(({ name }) => name === output.name);
    ensure(
      at >= 0 && JSON.stringify(data.outputs[at].classes) === JSON.stringify(output.classes),
      'invalid-data',
      `the data have no output '${output.name}' of this kind; they have ${data.outputs.map(({ name }) => name).join(', ')}`,
    );
    return at;
  });
  const x = pointsIn(space, data);
  const { y, rows, shares } = data.only(columns);
  return new Dataset(space, outputs, x, y, rows, shares && { shares });
}

/** The rows of a data set in another space without what was answered there: n x 0 outputs. Throws as {@link rowsFor} does. */
export function poolFor(data: Dataset, space: Space): Dataset {
  return new Dataset(space, [], pointsIn(space, data), new Matrix(data.size, 0), data.rows);
}

/** Throws `invalid-data` where a teacher has other parameters or outputs than the data beside it, with the first that differs. */
export function ensureAlike(teacher: Subject, data: Subject): void {
  const parts = [
    [describedBy(teacher.space), describedBy(data.space)],
    [outputsOf(teacher), outputsOf(data)],
  ];
  for (const [own, theirs] of parts)
    for (let i = 0; i < Math.max(own.length, theirs.length); i++)
      ensure(
        own[i] === theirs[i],
        'invalid-data',
        () => `it has ${own[i] ?? 'nothing'} where the data have ${theirs[i] ?? 'nothing'}`,
      );
}

type Subject = Pick<Dataset, 'space' | 'outputs'>;

const describedBy = ({ parameters }: Space) =>
  Object.entries(parameters).map(([name, { unit: _, description: __, ...spec }]) => {
    const { scale, periodic, activeWhen } = spec as Partial<Record<string, unknown>>;
    const more = Object.entries({ scale, periodic, activeWhen }).filter(([, value]) => value && value !== 'linear');
    return `the parameter ${name}, ${[describe(spec as Parameter), ...more.map((one) => JSON.stringify(one))].join(', ')}`;
  });

const outputsOf = ({ outputs }: Subject) =>
  outputs.map(({ name, classes }) => `the output ${name}, ${classes ? `one of ${classes.join(', ')}` : 'a number'}`);

/** n x d, the points of the data in another space: as they are packed, where its parameters are the same. */
function pointsIn(space: Space, data: Dataset): Rows {
  const parameters = (of: Space) => JSON.stringify(Object.entries(of.parameters));
  if (data.space === space || parameters(data.space) === parameters(space)) return data.points;
  const wrong: string[] = [];
  const x = new Matrix(data.size, space.dimension);
  for (let i = 0; i < data.size; i++) {
    try {
      x.row(i).set(space.encode(pointAt(data.space, data.x.row(i))));
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      wrong.push(`${data.rows[i].id}: ${error.message}`);
    }
  }
  const more = wrong.length > MOST_TOLD ? `\n  and ${wrong.length - MOST_TOLD} more` : '';
  ensure(
    wrong.length === 0,
    'invalid-data',
    `${wrong.length} of ${data.size} rows do not fit the space; leave them out or widen the bounds\n  ${wrong.slice(0, MOST_TOLD).join('\n  ')}${more}`,
  );
  return x;
}
