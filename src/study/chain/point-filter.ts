import type { Dataset } from '../../core/dataset.ts';
import { PointDigest } from '../../core/space/point-digest.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';

/** Points to tell others from, a number of 53 bits for each: many rows of many inputs take little memory. */
export class PointFilter {
  readonly #known = new Set<number>();
  readonly #digest = new PointDigest();

  /** The rows of all of these. */
  static of(...points: readonly Rows[]): PointFilter {
    const filter = new PointFilter();
    for (const rows of points) for (let i = 0; i < rows.rows; i++) filter.#known.add(filter.#digest.of(rows.row(i)));
    return filter;
  }

  /** Whether it is one of the rows. Of two others in 10^15 one is taken for one of them. */
  has(u: Float64Array): boolean {
    return this.#known.has(this.#digest.of(u));
  }

  /** Takes a row in; false where it was among them. */
  add(u: Float64Array): boolean {
    const own = this.#digest.of(u);
    if (this.#known.has(own)) return false;
    this.#known.add(own);
    return true;
  }

  /** The rows of `data` at other points than these. */
  others(data: Dataset): Dataset {
    const kept: number[] = [];
    for (let i = 0; i < data.size; i++) if (!this.has(data.points.row(i))) kept.push(i);
    return kept.length === data.size ? data : data.select(kept);
  }
}

/** The rows of `data` at other points than those of `taken`. */
export function withoutPoints(data: Dataset, ...taken: readonly Dataset[]): Dataset {
  return PointFilter.of(...taken.map(({ points }) => points)).others(data);
}
