import type { Dataset } from '../../core/dataset.ts';
import { hasKernels } from '../../numerics/kernels/arena.ts';
import { PackedColumns } from '../../numerics/kernels/packed-columns.ts';
import type { ValueRange } from '../splitting/bins.ts';
import { ByteTable } from './byte-table.ts';
import type { TreeData } from './data.ts';
import { Binned, HistogramTable } from './histogram-table.ts';
import { PackedTable, PlainTable, type TableMaker } from './table.ts';

/**
 * Tables of the exact best splits: of bytes where the inputs are bytes, in WebAssembly where there is a single number to explain, no category to split,
 * and no weights.
 */
export function bestSplits(data: TreeData, minLeaf: number): TableMaker {
  const { bytes } = data;
  if (bytes) return (times) => new ByteTable(data, bytes, minLeaf, times);
  const isPlain =
    data.targets.length === 1 && data.constant.length === 0 && data.levels.every((levels) => levels === 0);
  const isNumber = isPlain && data.rows > 1 && !data.rowWeights;
  if (!isNumber || !hasKernels()) return (times) => new PlainTable(data, minLeaf, times);
  const { rows, inputs, columns, order, targets } = data;
  const packed = new PackedColumns({ rows, inputs, columns, order, target: targets[0] });
  return (times) => {
    packed.begin(times);
    return new PackedTable(packed, data, minLeaf);
  };
}

/**
 * Tables of splits between at most `bins` bins of each column; the data are prepared as `binned` from the finite rows. A faint pixel is little more than
 * chance, so that those of images have bins of equal width, from the darkest pixel of all to the lightest: of equally many rows most would tell faint light from none.
 */
export function binnedSplits(data: TreeData, finite: Dataset, bins: number, minLeaf: number): TableMaker {
  const binned = new Binned(finite.points, data.levels, bins, rangesOfLight(finite));
  return (times) =>
    new HistogramTable(
      data,
      binned,
      data.gains.map((make) => make()),
      minLeaf,
      times,
    );
}

/** Of each pixel the range of the light of its image, over all rows. */
function rangesOfLight({ space, points }: Dataset): ReadonlyMap<number, ValueRange> {
  const { data, columns: d } = points;
  const unit = data instanceof Uint8Array ? 255 : 1;
  const ranges = new Map<number, ValueRange>();
  for (const { image, columns } of space.groups) {
    if (!image) continue;
    let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row < data.length; row += d)
      for (const pixel of columns) {
        const light = data[row + pixel];
        if (light < least) least = light;
        if (light > largest) largest = light;
      }
    for (const pixel of columns) ranges.set(pixel, { least: least / unit, largest: largest / unit });
  }
  return ranges;
}
