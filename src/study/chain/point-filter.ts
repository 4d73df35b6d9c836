import type { Dataset } from '../../core/dataset.ts';
import { PointFilter } from '../../core/space/point-filter.ts';

/** The rows of `data` at other points than those of `taken`. */
export function withoutPoints(data: Dataset, ...taken: readonly Dataset[]): Dataset {
  const known = PointFilter.of(...taken.map(({ points }) => points));
  const kept = Array.from(data.rows.keys()).filter((i) => !known.has(data.points.row(i)));
  return kept.length === data.size ? data : data.select(kept);
}
