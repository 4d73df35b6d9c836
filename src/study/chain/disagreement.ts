import { mostProbable, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { pointAt } from '../summary.ts';

/** A row of which a student says another class than its teacher. */
export interface Disagreement {
  readonly id: string;
  readonly output: string;
  /** In the author's units, without the pixels of an image. */
  readonly point: Readonly<Record<string, Scalar>>;
  /** The pixels from 0 to 1, row by row, where the space has an image. */
  readonly image?: readonly number[];
  /** Pixels in a row of that. */
  readonly columns?: number;
  readonly truth: string;
  readonly teacher: string;
  /** The teacher's share of its class. */
  readonly sureness: number;
  readonly student: string;
}

/** Disagreements that a study keeps for each output. */
const KEPT = 12;
/** Decimals of a pixel. */
const PIXEL = 1000;

/**
 * The test rows of which the teacher was surest and the student says another class, the surest first: at most 12 for each class output. `teacher` and
 * `student` are shares, n x c.
 */
export function disagreementsOf(test: Dataset, teacher: Matrix, student: Matrix): Disagreement[] {
  const columns = predictionColumns(test.outputs);
  return test.outputs.flatMap(({ name, classes }, k): Disagreement[] => {
    if (!classes) return [];
    const { start, width } = columns[k];
    const told = Array.from({ length: test.size }, (_, i) => ({
      i,
      own: mostProbable(student.row(i), start, width),
      theirs: mostProbable(teacher.row(i), start, width),
    }));
    const sureness = (i: number, of: number) => teacher.get(i, start + of);
    return told
      .filter(({ own, theirs }) => own !== theirs)
      .sort((a, b) => sureness(b.i, b.theirs) - sureness(a.i, a.theirs) || a.i - b.i)
      .slice(0, KEPT)
      .map(({ i, own, theirs }) => ({
        ...{ id: test.rows[i].id, output: name, ...shown(test, i) },
        ...{ truth: classes[test.y.get(i, k)], teacher: classes[theirs], sureness: sureness(i, theirs) },
        student: classes[own],
      }));
  });
}

function shown({ space, points }: Dataset, i: number): Pick<Disagreement, 'point' | 'image' | 'columns'> {
  const u = points.row(i);
  const point = pointAt(space, u);
  const group = space.groups.find(({ image }) => image);
  if (!group?.image) return { point };
  const pixels = new Set(group.columns.map((j) => space.names[j]));
  return {
    point: Object.fromEntries(Object.entries(point).filter(([name]) => !pixels.has(name))),
    image: group.columns.map((j) => Math.round(u[j] * PIXEL) / PIXEL),
    columns: group.image.columns,
  };
}
