import { Dataset, type Row } from '../../core/dataset.ts';
import type { Output } from '../../core/output.ts';
import { PointFilter } from '../../core/space/point-filter.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { poolFor, rowsFor } from '../scenario/foreign-rows.ts';
import type { DataStart } from '../scenario/scenario.ts';
import { DATA, SIMULATOR, TEACHER } from '../scenario/stage.ts';

/**
 * Data 1: the rows that the teachers of a chain were made of in the beginning, which every sampler is given as what was seen. In a study from
 * data they are its rows with a label, and then those without; else the runs of the simulator that the way to a stage begins with, none for the
 * simulator itself.
 */
export class Origins {
  readonly #parts: Map<string, readonly Dataset[]>;
  readonly #none: Dataset;

  constructor(space: Space, outputs: readonly Output[], start?: DataStart) {
    this.#none = Dataset.empty(space, outputs);
    const given = start ? [rowsOf(start, this.#none)] : [];
    this.#parts = new Map([TEACHER, DATA, SIMULATOR].map((name) => [name, given]));
  }

  /** Says what the student of stage `name` learned from its `teachers`. */
  add(name: string, teachers: readonly string[], data: Dataset): void {
    this.#parts.set(name, teachers.includes(SIMULATOR) ? [data] : this.#of(teachers));
  }

  /** What these teachers were made of together. */
  of(teachers: readonly string[]): Dataset {
    const [first = this.#none, ...others] = this.#of(teachers);
    return others.reduce((all, one) => all.concat(one), first);
  }

  #of(teachers: readonly string[]): Dataset[] {
    return [...new Set(teachers.flatMap((name) => this.#parts.get(name) ?? []))];
  }
}

function rowsOf({ data: given, pool, test }: DataStart, none: Dataset): Dataset {
  const data = given ?? none;
  const tested = test ? [test.space === data.space ? test : rowsFor(test, data.space, data.outputs)] : [];
  const labeled = data.finite();
  const isLabeled = new Set(labeled.rows);
  const others = Array.from(data.rows.keys()).filter((i) => !isLabeled.has(data.rows[i]));
  const parts = [
    ...(others.length > 0 ? [unlabeled(withoutPoints(data.select(others), ...tested), data.outputs)] : []),
    ...(pool ? [unlabeled(withoutPoints(poolFor(pool, data.space), labeled, ...tested), data.outputs)] : []),
  ];
  return parts.reduce((all, one) => all.concat(one), labeled);
}

/** The points as rows that nobody has answered. */
function unlabeled({ space, points, rows }: Dataset, outputs: readonly Output[]): Dataset {
  const y = new Matrix(points.rows, outputs.length);
  y.data.fill(Number.NaN);
  const asked = rows.map(({ id }): Row => ({ id, status: 'completed', milliseconds: 0 }));
  return new Dataset(space, outputs, points, y, asked);
}

/** The rows of a transfer set as rows to be avoided, in the order after those of its `origin`. */
export function withAvoided(origin: Dataset, { space, outputs, points, y, rows }: Dataset): Dataset {
  const avoided = rows.map((row): Row => ({ ...row, avoided: true }));
  return origin.concat(new Dataset(space, outputs, points, y, avoided));
}

/** The rows of `data` at other points than those of `taken`. */
export function withoutPoints(data: Dataset, ...taken: readonly Dataset[]): Dataset {
  const known = PointFilter.of(...taken.map(({ points }) => points));
  const kept = Array.from(data.rows.keys()).filter((i) => !known.has(data.points.row(i)));
  return kept.length === data.size ? data : data.select(kept);
}
